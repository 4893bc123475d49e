// The screens of /card: binding, the code, taking the card off the phone.

import {bars, symbol} from '../kit/symbol.js';
import {problem} from '../kit/frame.js';
import {html, nothing} from '../kit/view.js';

export function binding(t, state, doings) {
  const send = (event) => {
    event.preventDefault();
    doings.bind(event.target.elements.code.value.trim());
  };
  return html`
    ${problem(t, state)}
    ${state.busy ? html`<p class="waiting" role="status">${t('busy')}</p>` : nothing}
    <p class="intro">${t('bind.intro')}</p>
    <form @submit=${send}>
      <label class="field">${t('bind.code')}
        <input name="code" id="code" .value=${state.typed} required maxlength="40" autocomplete="one-time-code" spellcheck="false">
      </label>
      <button class="primary" ?disabled=${state.busy}>${t('bind.do')}</button>
    </form>
    <p class="hint">${t('bind.where')}</p>`;
}

export function cardScreen(t, state, doings) {
  const {card, code} = state;
  return html`
    ${problem(t, state)}
    ${state.isNew ? html`<p class="bar"><button type="button" id="renew" @click=${doings.renew}>${t('isNew')}</button></p>` : nothing}
    ${state.isWrong ? html`<p class="bar" role="alert">${t('clock')}</p>` : nothing}
    <section class="ecard">
      <p class="holder"><strong>${card.holder}</strong> <span>${t('tail', {tail: card.cardNo.slice(-4)})}</span></p>
      ${code === null ? noCode(t, state) : shownCode(t, state, doings)}
    </section>
    <p class="hint">${t('warning')}</p>
    <p class="hint">${t('bright')}</p>
    <p>${t('days', {days: state.days})}</p>
    <div class="doings"><button type="button" class="quiet" id="ask" @click=${doings.ask}>${t('forget')}</button></div>`;
}

function noCode(t, state) {
  return html`<p class="waiting" role="status">${state.hidden ? '' : t('outdated')}</p>`;
}

function shownCode(t, state, doings) {
  const {code, left, shown} = state;
  return html`
    <div class="codes">${bars(code, t('bars'))}${symbol(code, t('symbol'))}</div>
    <p class="digits"><button type="button" class="quiet" id="digits" aria-expanded=${shown} @click=${doings.digits}>
      ${shown ? code.match(/.{4}/g).join(' ') : t('digits')}</button></p>
    <progress class="ring" max="30" value=${left} aria-label=${t('left')}></progress>`;
}

export function forgetting(t, state, doings) {
  return html`
    <p class="problem" role="alert">${t('forget.sure')}</p>
    <div class="doings">
      <button type="button" class="primary" id="keep" @click=${doings.keep}>${t('forget.no')}</button>
      <button type="button" id="forget" @click=${doings.forget}>${t('forget.yes')}</button>
    </div>`;
}
