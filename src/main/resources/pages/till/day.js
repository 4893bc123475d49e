// What this till did: to be looked at, undone, refunded; and the end of a shift.

import {fenOf, time, yuan} from '../kit/figures.js';
import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';
import {DONE} from './journal.js';
import {problem} from '../kit/frame.js';
import {head} from './parts.js';

const SHOWN = 100;

function isSold(entry) {
  return entry.isSale && entry.state === DONE && entry.outcome === 'APPROVED';
}

export function dayScreen(t, state, doings) {
  const entries = state.journal.entries.slice(0, SHOWN);
  return html`
    ${head(t, state)}
    ${problem(t, state)}
    <h2 data-first tabindex="-1">${t('day')}</h2>
    ${entries.length === 0 ? html`<p class="waiting">${t('day.none')}</p>` : nothing}
    <ul class="entries">${entries.map((entry) => row(t, state, entry, doings))}</ul>
    <div class="doings"><button type="button" class="primary" id="next" @click=${doings.next}>${t('next')}</button></div>`;
}

function row(t, state, entry, doings) {
  const kind = entry.isSale ? 'sale' : entry.operation === 'voidTransaction' ? 'void' : 'refund';
  const word = entry.state === DONE ? t(`outcome.${entry.outcome}`) : t(`state.${entry.state}`);
  const refund = (event) => {
    event.preventDefault();
    doings.refund(entry, event.target.elements.amount.value);
  };
  return html`<li data-key=${entry.key}>
    <div class="entry"><span>${time(new Date(entry.at), language)}</span>
      <span>${t(`kind.${kind}`)}</span><span>${word}</span>
      <strong>${entry.orderFen === undefined ? yuan(entry.body.orderFen ?? 0) : yuan(entry.isSale ? entry.orderFen : -entry.orderFen)}</strong></div>
    ${entry.receipt === undefined ? nothing : html`<button type="button" class="quiet" @click=${() => doings.shown(entry)}>${t('show')}</button>`}
    ${isSold(entry) ? html`<details><summary>${t('giveBack')}</summary>
      ${entry.batch === state.batch ? html`<button type="button" class="void" @click=${() => doings.undo(entry)}>${t('void', {amount: yuan(entry.orderFen)})}</button>` : nothing}
      <form @submit=${refund}>
        <label class="field">${t('refund.amount')}<input name="amount" inputmode="decimal" autocomplete="off" required></label>
        <button>${t('refund')}</button>
      </form>
      <button type="button" class="element" ?disabled=${!state.online} @click=${() => doings.elements(entry)}>${t('element')}</button></details>` : nothing}
  </li>`;
}

export function batchScreen(t, state, doings) {
  const counted = state.journal.counted(state.batch);
  const sum = (side) => counted.filter((entry) => entry.side === side);
  const fen = (entries) => yuan(entries.reduce((all, entry) => all + entry.orderFen, 0));
  const closed = state.closed;
  return html`
    ${head(t, state)}
    ${problem(t, state)}
    <h2 data-first tabindex="-1">${t('batch')}</h2>
    ${closed === null ? nothing : outcome(t, closed)}
    <p>${t('batchNo', {no: state.batch ?? ''})}</p>
    <dl class="facts">
      <div class="amount"><dt>${t('debits', {count: sum('DEBIT').length})}</dt><dd>${fen(sum('DEBIT'))}</dd></div>
      <div class="amount"><dt>${t('credits', {count: sum('CREDIT').length})}</dt><dd>${fen(sum('CREDIT'))}</dd></div>
    </dl>
    ${state.pending > 0 ? html`<p class="bar">${t('batch.pending')}</p>` : nothing}
    <div class="doings">
      <button type="button" class="primary" id="close" ?disabled=${state.pending > 0 || !state.online} @click=${doings.close}>${t('batch.do')}</button>
      <button type="button" id="next" @click=${doings.next}>${t('next')}</button>
    </div>`;
}

function outcome(t, closed) {
  const balanced = closed.outcome === 'BALANCED';
  return html`<section class=${balanced ? 'verdict good' : 'verdict bad'} aria-live="assertive">
      <span class="sign" aria-hidden="true">${balanced ? '✔' : '≠'}</span>
      <div><strong>${closed.say}</strong>${t('batch.closed', {no: closed.batch, next: closed.nextBatch})}</div>
    </section>
    ${closed.differences.length === 0 ? nothing : html`<ul class="entries">${closed.differences.map((each) => html`<li>
      <div class="entry"><span>${t(`finding.${each.finding}`)}</span><span>${each.requestId}</span>
      <strong>${yuan(each.gatewayFen ?? 0)} / ${yuan(each.tillFen ?? 0)}</strong></div></li>`)}</ul>`}`;
}

/** What a cashier can do here. */
export function giving(till) {
  const {state, show, go, givenBack: undone} = till;
  return {
    undo: (entry) => undone(entry, 'voidTransaction', {}),
    refund: (entry, amount) => {
      const fen = fenOf(amount);
      if (fen === null || fen === 0 || fen > entry.orderFen) {
        show({problem: 'amount'});
        return;
      }
      undone(entry, 'refundTransaction', {orderFen: fen});
    },
    shown: (entry) => go('result', {ended: entry, rating: 'ask'}),
    close: () => till.during(async () => {
      go('working', {doing: 'closing'});
      try {
        const closed = await closedBatch(till);
        await till.whereIStand();
        go('batch', {closed});
      } catch (error) {
        till.failed(error, 'batch');
      }
    }),
  };
}

async function closedBatch({state, device}) {
  const counted = state.journal.counted(state.batch);
  const sums = {debitFen: 0, debitCount: 0, creditFen: 0, creditCount: 0};
  for (const {side, orderFen} of counted) {
    const name = side.toLowerCase();
    sums[`${name}Fen`] += orderFen;
    sums[`${name}Count`]++;
  }
  const path = {no: state.batch};
  const first = await device.ask('closeBatch', {path, body: sums});
  if (first.outcome === 'BALANCED') {
    return first;
  }
  const details = counted.map(({side, key, orderFen}) => ({side, requestId: key, orderFen}));
  return device.ask('closeBatch', {path, body: {...sums, details}});
}
