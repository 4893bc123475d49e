// One batch: what is paid to whom, who said so, and what came of it.

import {href} from '../../desk/place.js';
import {addressOf} from '../../kit/call.js';
import {day, time, yuan} from '../../kit/figures.js';
import {whyOf} from '../../kit/left.js';
import {facts} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {batchState, paymentState} from '../batches.js';

const t = await wordsOf('desk', 'union', 'money');
const by = (name, login, instant) => (instant === undefined ? undefined : html`${name} <span class="faint">${login}</span> · ${time(new Date(instant), language)}`);

export const title = (desk) => t('batch.one', {no: desk.path.batch});

export const load = ({ask, path}) => ask('readPaymentBatch', {path});

function doings(desk, {batch, state, org, madeBy}) {
  const to = (what, word, isPrimary) => html`<a class=${isPrimary ? 'button primary' : 'button'} href=${href(['settlement', 'batches', batch, what])}>${t(word)}</a>`;
  const isOwn = desk.me.org === org;
  return html`<div class="doings">
    ${state === 'DRAFT' && isOwn && desk.may('approvePaymentBatch') && desk.me.login !== madeBy ? to('approval', 'batch.approve', true) : nothing}
    ${state === 'DRAFT' && isOwn && desk.may('cancelPaymentBatch') ? to('cancellation', 'batch.cancel') : nothing}
    ${['APPROVED', 'DONE'].includes(state) && isOwn && desk.may('takePaymentFile') ? html`<a class="button" download href=${addressOf('takePaymentFile', {path: {batch}})}>${t('batch.file')}</a>` : nothing}
    ${['APPROVED', 'DONE'].includes(state) && isOwn && desk.may('readPaymentResults') ? to('results', 'batch.results', true) : nothing}</div>`;
}

export const view = (desk, one) => html`<p>${batchState(t, one)}</p><p class="reason">${t(`batchNext.${one.state}`)}</p>${doings(desk, one)}
  ${facts([
    [t('money.payer'), one.orgName],
    [t('money.through'), day(one.through, language)],
    [t('batch.total'), html`<strong>${yuan(one.fen)}</strong>`],
    [t('sheet.capital'), one.capital],
    [t('batch.count'), one.count],
    [t('books.paidFen'), yuan(one.paidFen)],
    [t('batch.rejected'), yuan(one.rejectedFen)],
    [t('batch.left'), t('batch.now', {count: one.leftCount, amount: yuan(one.leftFen)})],
    [t('batch.madeBy'), by(one.madeByName, one.madeBy, one.madeAt)],
    [t('batch.approvedBy'), by(one.approvedByName, one.approvedBy, one.approvedAt)],
  ])}
  ${table(t, desk, {
    caption: t('batch.payments'),
    columns: [
      {name: 'no', label: t('batch.no'), isNumber: true, value: ({no}) => no, cell: ({no}) => no},
      {name: 'merchant', label: t('sheet.merchant'), value: ({name}) => name, cell: ({merchant, name}) => html`<a href=${href(['settlement', 'payees', merchant])}>${name}</a>`},
      {name: 'account', label: t('money.account'), cell: ({account}) => account ?? ''},
      {name: 'fen', label: t('money.amount'), isNumber: true, value: ({fen}) => fen, cell: ({fen}) => yuan(fen)},
      {name: 'state', label: t('money.state'), value: ({state}) => state, cell: (each) => paymentState(t, each)},
      {name: 'why', label: t('money.why'), cell: (each) => whyOf(t, each)},
    ],
    rows: one.payments,
    empty: t('batch.none'),
  })}
  <p><a href=${href(['settlement', 'batches'])}>${t('batch.all')}</a></p>`;
