// A sale's screens until it is sent: waiting for an amount and a code, the quote, work under way.

import {yuan} from '../kit/figures.js';
import {html, nothing} from '../kit/view.js';
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
    ${['lost', 'busy'].includes(state.box) ? html`<p class="bar" role="alert">${t(`box.${state.box}.next`)}</p>` : nothing}
    ${still ? nothing : html`<div class="scan"><p role="status">${t(state.code === null ? 'scan' : 'scanned')}</p>
      <button type="button" id="camera" @click=${doings.camera}>${t('camera')}</button></div>`}
    <details class="byhand"><summary>${t('byHand')}</summary>
      <form @submit=${typed}>
        <label class="field">${t('code')}
          <input name="code" id="code" inputmode="numeric" autocomplete="off" ?disabled=${still}>
        </label>
        <button ?disabled=${still}>${t('byHand.do')}</button>
      </form>
    </details>
    ${devices(t, state, doings)}
    <div class="doings">
      <button type="button" id="day" ?disabled=${state.later === null} @click=${doings.day}>${t('day')}</button>
      <button type="button" id="batch" ?disabled=${state.later === null} @click=${doings.batch}>${t('batch')}</button>
    </div>`;
}

/** What is set up once: a box that scans, and that the till is heard. */
function devices(t, state, doings) {
  const {box, heard} = state;
  return html`<details class="devices"><summary>${t('devices')}</summary>
    <p class="hint">${t(`heard.${heard}.next`)}</p>
    <button type="button" id="sound" @click=${doings.soundTried}>${t('heard.try')}</button>
    ${navigator.serial === undefined ? html`<p class="hint">${t('box.none')}</p>` : html`
      <p class="hint" role="status">${t(`box.${box ?? 'free'}.next`)}</p>
      <button type="button" id="box" @click=${box === 'on' ? doings.boxLeft : doings.boxChosen}>${t(box === 'on' ? 'box.leave' : 'box.choose')}</button>`}
  </details>`;
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
