// A card is suspended, restored, reported lost or cancelled: why, checked, done.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {NEXT, cardState} from '../cards.js';

const t = await wordsOf('desk', 'union', 'union.cards');

export const title = ({path}) => (Object.values(NEXT).flat().includes(path.status) ? t(`cardDo.${path.status}`) : t('problem'));

export const load = ({ask, path: {cardNo}}) => ask('getCard', {path: {cardNo}});

export function view(desk, card) {
  const {cardNo, status} = desk.path;
  const back = html`<p><a href=${href(['cards', cardNo])}>${t('k.back', {no: cardNo})}</a></p>`;
  if (desk.query.stage !== 'done' && !NEXT[card.status].includes(status)) {
    return html`<p class="problem">${t('k.notPossible')}</p>${back}`;
  }
  return html`<p class="intro">${t('k.of', {no: cardNo, holder: card.holder})}</p>${paper(t, desk, {
    words: 'status',
    fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
    warning: html`<p class="reason">${t(`cardWarn.${status}`)}</p>`,
    send: (body) => desk.ask('setCardStatus', {path: {cardNo}, body: {status, ...body}}),
    done: (now) => html`<p><strong>${t('status.done')}</strong></p><p>${cardState(t, now.status)}</p>`,
  })}${back}`;
}
