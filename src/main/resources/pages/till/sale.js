// A sale's screens: waiting for an amount and a code, the quote, work under way, and what came of it.

import {yuan} from '../kit/figures.js';
import {symbol} from '../kit/symbol.js';
import {html, nothing} from '../kit/view.js';
import {DONE, REVERSED, REVERSING} from './journal.js';
import {problem} from '../kit/frame.js';
import {head} from './parts.js';

function mayNotSell(state) {
  return !state.online || !state.standing.sells;
}

/** An amount and a code, in either order. */
export function waiting(t, state, doings) {
  const priced = (event) => {
    event.preventDefault();
    doings.priced();
  };
  const typed = (event) => {
    event.preventDefault();
    doings.scannedByHand(event.target.elements.code.value);
  };
  const still = mayNotSell(state);
  return html`
    ${head(t, state)}
    ${problem(t, state)}
    <form @submit=${priced}>
      <label class="field big">${t('amount')}
        <input id="amount" name="amount" data-first inputmode="decimal" autocomplete="off" .value=${state.amount}
          ?disabled=${still} @input=${(e) => doings.amountIs(e.target.value)}>
      </label>
    </form>
    ${still ? nothing : html`<p class="scan" role="status">${t(state.code === null ? 'scan' : 'scanned')}</p>`}
    <details class="byhand"><summary>${t('byHand')}</summary>
      <form @submit=${typed}>
        <label class="field">${t('code')}
          <input name="code" id="code" inputmode="numeric" autocomplete="off" ?disabled=${still}>
        </label>
        <button ?disabled=${still}>${t('byHand.do')}</button>
      </form>
    </details>
    <div class="doings">
      <button type="button" id="day" @click=${doings.day}>${t('day')}</button>
      <button type="button" id="batch" @click=${doings.batch}>${t('batch')}</button>
    </div>`;
}

/** What the member gets, before it is sold. */
export function quote(t, state, doings) {
  const {holder, card, orderFen, discountFen, memberPaysFen, benefitName, say} = state.quote;
  return html`
    ${head(t, state)}
    <section class="due" aria-live="assertive">
      <p class="who">${holder ?? ''} <span>${card === undefined ? '' : t('cardTail', {tail: card})}</span></p>
      <p class="pays"><span>${t('collect')}</span> <strong>${yuan(memberPaysFen)}</strong></p>
      <dl class="facts">
        <div class="amount"><dt>${t('order')}</dt><dd>${yuan(orderFen)}</dd></div>
        <div class="amount"><dt>${benefitName}</dt><dd>${yuan(-discountFen)}</dd></div>
      </dl>
      <p class="hint">${say}</p>
    </section>
    <div class="doings">
      <button type="button" class="primary" id="sell" data-first @click=${doings.sell}>${t('sell')}</button>
      <button type="button" id="cancel" @click=${doings.next}>${t('cancel')}</button>
    </div>`;
}

/** Not the end: another screen than that of a result, so that nobody takes it for one. */
export function working(t, state) {
  return html`
    ${head(t, state)}
    <p class="waiting" role="status" data-first tabindex="-1">${t(`doing.${state.doing}`)}</p>`;
}

function verdict(kind, sign, title, text) {
  return html`<section class=${`verdict ${kind}`} aria-live="assertive">
    <span class="sign" aria-hidden="true">${sign}</span>
    <div><strong>${title}</strong>${text}</div>
  </section>`;
}

/** What came of it. */
export function result(t, state, doings) {
  const ended = state.ended;
  return html`
    ${head(t, state)}
    ${outcome(t, ended)}
    <div class="doings">
      <button type="button" class="primary" id="next" data-first @click=${doings.next}>${t('next')}</button>
      ${ended.state === DONE ? html`<button type="button" @click=${doings.print}>${t('print')}</button>` : nothing}
    </div>
    ${ended.state === DONE && ended.outcome === 'APPROVED' ? slip(t, ended) : nothing}`;
}

function outcome(t, ended) {
  if (ended.state === DONE) {
    return recorded(t, ended);
  }
  if (ended.state === REVERSED) {
    return verdict('wait', '↺', t('reversed'), t('reversed.next'));
  }
  if (ended.state === REVERSING || ended.state === 'OPEN') {
    return verdict('wait', '…', t('pending'), t('pending.next'));
  }
  const said = ended.said ?? ended.problem?.title ?? t('problem.other');
  return verdict('bad', '✘', said, ended.problem?.nextAction ?? '');
}

function recorded(t, ended) {
  const {body} = JSON.parse(ended.receipt);
  if (body.outcome !== 'APPROVED') {
    return verdict('bad', '✘', body.say, t(`retry.${body.retry}`));
  }
  const back = body.memberPaysFen < 0;
  return html`
    <section class="verdict good" aria-live="assertive">
      <span class="sign" aria-hidden="true">✔</span>
      <div><span>${t(back ? 'giveBack' : 'collect')}</span>
        <strong class="sum">${yuan(Math.abs(body.memberPaysFen))}</strong>${body.say}</div>
    </section>`;
}

/** What is printed. */
function slip(t, ended) {
  const {body} = JSON.parse(ended.receipt);
  const link = `${location.origin}/r#${body.id}.${ended.digest}`;
  return html`
    <section class="slip">
      <h2>${body.merchantName}</h2>
      <dl class="facts">
        <div class="amount"><dt>${t('order')}</dt><dd>${yuan(body.orderFen)}</dd></div>
        <div class="amount"><dt>${body.benefitName}</dt><dd>${yuan(-body.discountFen)}</dd></div>
        <div class="amount total"><dt>${t('pays')}</dt><dd>${yuan(body.memberPaysFen)}</dd></div>
        <div><dt>${t('holder')}</dt><dd>${body.holder ?? ''} ${body.card ?? ''}</dd></div>
        <div class="code"><dt>${t('id')}</dt><dd>${body.id}</dd></div>
      </dl>
      <figure>${symbol(link, t('receipt.label'))}<figcaption><a href=${link} target="_blank" rel="noopener">${t('receipt.check')}</a></figcaption></figure>
    </section>`;
}
