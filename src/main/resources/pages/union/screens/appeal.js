// An appeal is entered for a merchant.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.supervision');

export const title = () => t('appeal.add');

export const load = ({ask, path}) => ask('readDecision', {path});

export function view(desk, {decision, merchantName, stage}) {
  return html`<p class="intro">${t('appeal.intro', {merchant: merchantName, stage: t(`stage.${stage}`)})}</p>${paper(t, desk, {
    words: 'appeal',
    fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
    send: (body) => desk.ask('appealDecision', {path: desk.path, body}),
    done: () => html`<p><strong>${t('appeal.done')}</strong></p><p>${t('d.waits')}</p>`,
  })}<p><a href=${href(['supervision', String(decision)])}>${t('d.back')}</a></p>`;
}
