// Where a merchant is paid, what was paid, and whether its payments are on hold.

import {href} from '../../desk/place.js';
import {time, yuan} from '../../kit/figures.js';
import {whyOf} from '../../kit/left.js';
import {stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {paymentState} from '../batches.js';

const TONES = {ASKED: 'wait', CONFIRMED: 'good', REFUSED: 'off'};
const t = await wordsOf('desk', 'union', 'money');
const at = (instant) => (instant === undefined ? '' : time(new Date(instant), language));

export const title = (desk) => t('payee.title', {no: desk.path.merchantNo});

export async function load({ask, path: {merchantNo}}) {
  const [{payees}, {payments}] = await Promise.all([ask('listPayees', {path: {merchantNo}}), ask('listMerchantPayments', {path: {merchantNo}})]);
  return {payees, payments};
}

export function view(desk, {payees, payments}) {
  const {merchantNo} = desk.path;
  const to = (what, word) => html`<a class="button" href=${href(['settlement', 'payees', merchantNo, what])}>${t(word)}</a>`;
  const waits = payees.find(({state}) => state === 'ASKED');
  return html`<div class="doings">
      ${desk.may('askPayee') && waits === undefined ? to('ask', 'payee.ask') : nothing}
      ${desk.may('decidePayee') && waits !== undefined && waits.askedBy !== desk.me.login ? to(`decide-${waits.payee}`, 'payee.decide') : nothing}
      ${desk.may('holdPayments') ? to('hold', 'payee.hold') : nothing}
      ${desk.may('releasePayments') ? to('release', 'payee.release') : nothing}</div>
    ${table(t, desk, {
      caption: t('payee.list'),
      columns: [
        {name: 'account', label: t('money.account'), cell: ({account}) => account},
        {name: 'holder', label: t('payeeForm.holder'), cell: ({holder}) => holder},
        {name: 'bank', label: t('payeeForm.bank'), cell: ({bank}) => bank},
        {name: 'state', label: t('money.state'), cell: ({state, inForce}) => html`${stateWord(t(`payee.${state}`), TONES[state])}${inForce ? html` <strong>${t('payee.inForce')}</strong>` : nothing}`},
        {name: 'asked', label: t('payee.askedBy'), cell: ({askedBy, askedAt}) => html`${askedBy} <span class="faint">${at(askedAt)}</span>`},
        {name: 'from', label: t('payee.from'), cell: ({effectiveAt}) => at(effectiveAt)},
      ],
      rows: payees,
      empty: t('payee.none'),
    })}
    <h2>${t('money.payments')}</h2>
    ${table(t, {...desk, query: {}}, {
      caption: t('money.payments'),
      columns: [
        {name: 'batch', label: t('case.no'), isNumber: true, cell: ({batch}) => batch},
        {name: 'org', label: t('money.payer'), cell: ({orgName}) => orgName},
        {name: 'fen', label: t('money.amount'), isNumber: true, cell: ({fen}) => yuan(fen)},
        {name: 'state', label: t('money.state'), cell: (each) => paymentState(t, each)},
        {name: 'why', label: t('money.why'), cell: (each) => whyOf(t, each)},
      ],
      rows: payments,
      empty: t('money.noPayments'),
    })}
    <p><a href=${href(['settlement', 'books'])}>${t('books.back')}</a></p>`;
}
