// A batch is approved by another person, cancelled, or the bank's result is read in.

import {href} from '../../desk/place.js';
import {yuan} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {batchState} from '../batches.js';

const OPERATIONS = {approval: 'approvePaymentBatch', cancellation: 'cancelPaymentBatch', results: 'readPaymentResults'};
const t = await wordsOf('desk', 'union', 'money');

export const title = ({path: {what}}) => (OPERATIONS[what] === undefined ? t('problem') : t(`batchStep.${what}`));

export const load = ({ask, path: {batch}}) => ask('readPaymentBatch', {path: {batch}});

export function view(desk, one) {
  const {batch, what} = desk.path;
  const back = html`<p><a href=${href(['settlement', 'batches', batch])}>${t('batch.back')}</a></p>`;
  if (OPERATIONS[what] === undefined || !desk.may(OPERATIONS[what])) {
    return html`<p class="problem">${t('batch.notPossible')}</p>${back}`;
  }
  return html`<p class="intro">${t('batch.about', {org: one.orgName, count: one.count, amount: yuan(one.fen)})}</p>
    ${paper(t, desk, {
      words: what === 'results' ? 'resultForm' : 'reasonForm',
      fields: what === 'results' ? [{name: 'file', kind: 'long', max: 60000, hasHint: true}] : [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
      warning: html`<p class="reason">${t(`batchWarn.${what}`)}</p>`,
      send: (body) => desk.ask(OPERATIONS[what], {path: {batch}, body}),
      done: (now) => html`<p>${batchState(t, now)}</p><p><strong>${t('batch.now', {count: now.count, amount: yuan(now.fen)})}</strong></p>`,
    })}${back}`;
}
