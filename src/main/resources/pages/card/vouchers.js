// What the member was given: vouchers, quotas, passes; and the rounds that he may claim, with a countdown by the gateway's
// time. Without a network what was seen last.

import {Refused} from '../kit/call.js';
import {time, until, yuan} from '../kit/figures.js';
import {told} from '../kit/form.js';
import {stateWord} from '../kit/summary.js';
import {focusOn, html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

const LIST = 'vouchers';
const SECOND = 1000;
const TONES = {READY: 'good', RETURNED: 'good', NOT_YET: 'wait', USED: 'off', EXPIRED: 'off', VOID: 'off'};
const OUTCOMES = {GRANTED: 'good', WON: 'good', TICKET: 'wait'};

export const title = (t) => t('vouchers');

export async function load(app, id, t) {
  const kept = await app.safe.get('kept', LIST);
  try {
    const [own, rounds] = await Promise.all([app.ask('listOwnVouchers'), app.ask('listOwnRounds')]);
    const seen = {vouchers: own.vouchers, rounds: rounds.rounds, at: Date.now()};
    await app.safe.put('kept', LIST, seen);
    return {...seen, ahead: Date.parse(rounds.now) - Date.now(), problem: null, claiming: null, said: null, timer: null};
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    return {vouchers: [], at: null, ...kept, rounds: [], ahead: 0, problem: told(t, error), isOffline: error.status === 0, claiming: null, said: null, timer: null};
  }
}

export function view(t, app, data) {
  count(app, data);
  return html`
    ${old(t, data)}
    ${data.rounds.length === 0 ? nothing : html`<h2>${t('rounds')}</h2>
      <p id="said" role="status" tabindex="-1">${data.said ?? ''}</p>
      <ul class="entries">${data.rounds.map((each) => round(t, app, data, each))}</ul>`}
    <h2>${t('vouchers.list')}</h2>
    ${data.vouchers.length === 0 ? html`<p class="waiting" id="none">${t('vouchers.none')}</p>` : html`<ul class="entries">${
      data.vouchers.map((each) => voucher(t, each))}</ul>`}
    <p class="hint">${t('vouchers.how')}</p>`;
}

/** While something is to open, each second is seen. */
function count(app, data) {
  const opens = data.rounds.some((each) => wait(data, each) > 0);
  if (opens && data.timer === null) {
    data.timer = setTimeout(() => {
      data.timer = null;
      if (location.hash === '#vouchers') {
        app.change();
      }
    }, SECOND);
  }
}

const wait = (data, {opensAt}) => Date.parse(opensAt) - Date.now() - data.ahead;

function old(t, {problem, isOffline, at}) {
  if (problem === null) {
    return nothing;
  }
  return html`<p class=${isOffline ? 'bar' : 'problem'} role="alert">${isOffline ? t('offline') : problem.said}
    ${at === null ? nothing : t('seenAt', {at: time(new Date(at), language)})}</p>`;
}

function round(t, app, data, each) {
  const left = wait(data, each);
  const isOpen = left <= 0 && (each.state === 'OPEN' || each.state === 'NOT_OPEN') && each.outcome === 'NONE';
  return html`<li><div>
    <strong>${each.name}</strong><span class="much">${t(`way.${each.way}`, {most: each.most})}</span>
    <span class="when">${time(new Date(each.opensAt), language)}</span>
    ${each.outcome === 'NONE' ? nothing : stateWord(t(`outcome.${each.outcome}`, {ticket: each.ticket ?? ''}), OUTCOMES[each.outcome] ?? 'off')}
    ${left > 0 ? html`<span class="more">${t('opensIn', {time: clock(left)})}</span>` : nothing}
    ${isOpen ? html`<button type="button" class="primary" id="claim-${each.round}" ?disabled=${data.claiming !== null}
      @click=${() => claim(t, app, data, each)}>${t(data.claiming === each.round ? 'claiming' : `claim.${each.way}`)}</button>` : nothing}
    ${!isOpen && left <= 0 && each.outcome === 'NONE' ? html`<span class="more">${t(`round.${each.state}`)}</span>` : nothing}
  </div></li>`;
}

function clock(ms) {
  const seconds = Math.ceil(ms / SECOND);
  const part = (n) => String(n).padStart(2, '0');
  return `${part(Math.floor(seconds / 3600))}:${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
}

async function claim(t, app, data, each) {
  data.claiming = each.round;
  app.change();
  try {
    const {outcome, ticket} = await app.ask('claimVoucher', {body: {round: each.round}});
    const fresh = await load(app, null, t);
    Object.assign(data, fresh, {timer: data.timer, said: t(`claimed.${outcome}`, {ticket: ticket ?? ''})});
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    data.said = told(t, error).said;
  }
  data.claiming = null;
  app.change();
  focusOn('#said');
}

function voucher(t, each) {
  return html`<li><div>
    <strong>${each.name}</strong><span class="much">${worth(t, each)}</span>
    <span class="when">${t('goodUntil', {at: until(each.until, language)})}</span>
    <span class="more">${each.roundName}</span>
    ${stateWord(t(`has.${each.state}`), TONES[each.state])}
  </div></li>`;
}

function worth(t, each) {
  if (each.kind === 'QUOTA') {
    return t('leftOf', {left: yuan(each.leftFen), fen: yuan(each.fen)});
  }
  if (each.kind === 'PASS') {
    return each.entries === undefined ? t('pass') : t('passLeft', {left: each.leftEntries, entries: each.entries});
  }
  if (each.thresholdFen !== undefined) {
    return t('threshold', {from: yuan(each.thresholdFen), off: yuan(each.offFen)});
  }
  return each.offFen === undefined ? t('voucher') : yuan(each.offFen);
}
