// A code by which a phone gets the card: shown once, to be scanned there and then.

import {time} from '../../kit/figures.js';
import {facts} from '../../kit/summary.js';
import {symbol} from '../../kit/symbol.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';

const t = await wordsOf('desk', 'union', 'union.cards');

export const title = () => t('code.get');

export const load = ({ask, path: {cardNo}}) => ask('getCard', {path: {cardNo}});

export function view(desk, card) {
  const {cardNo} = card;
  return html`${act(t, desk, {
    submit: t('code.send'),
    before: html`<p class="intro">${t('k.of', {no: cardNo, holder: card.holder})}</p><p class="reason">${t('code.warning')}</p>`,
    send: () => desk.ask('issueCardCode', {path: {cardNo}, body: {}}),
    done: given,
  })}<p><a href=${href(['cards', cardNo])}>${t('k.back', {no: cardNo})}</a></p>`;
}

function given({code, expiresAt}) {
  return html`<p><strong>${t('code.done')}</strong></p><p>${t('code.how')}</p>
    <figure class="bind">${symbol(`${location.origin}/card#bind=${code}`, t('code.symbol'))}</figure>
    ${facts([
      [t('code.code'), html`<code class="once" id="given">${code.replace(/(.{4})(?=.)/g, '$1-')}</code>`],
      [t('code.expiresAt'), time(new Date(expiresAt), language)],
    ])}`;
}
