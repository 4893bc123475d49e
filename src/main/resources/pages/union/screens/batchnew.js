// A clerk makes a batch of all that his union owes.

import {href} from '../../desk/place.js';
import {yuan} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('batch.make');

export const view = (desk) => html`<p class="intro">${t('batch.makeIntro')}</p>${paper(t, desk, {
  words: 'batchForm',
  fields: [{name: 'through', kind: 'date', hasHint: true, isOptional: true}],
  send: (body) => desk.ask('makePaymentBatch', {body}),
  done: ({batch, count, fen}) => html`<p><strong>${t('batch.made', {count, amount: yuan(fen)})}</strong></p>
    <p><a href=${href(['settlement', 'batches', batch])}>${t('batch.see')}</a></p>`,
})}
<p><a href=${href(['settlement', 'batches'])}>${t('batch.all')}</a></p>`;
