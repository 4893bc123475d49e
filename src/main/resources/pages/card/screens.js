// What /card shows first: binding, and the code; and the way to all else.

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
  if (card.ended !== null) {
    return ended(t, state, doings);
  }
  return html`
    ${problem(t, state)}
    ${state.isNew ? html`<p class="bar"><button type="button" id="renew" @click=${doings.renew}>${t('isNew')}</button></p>` : nothing}
    ${state.isWrong ? html`<p class="bar" role="alert">${t('clock')}</p>` : nothing}
    ${state.mine?.status === 'SUSPENDED' ? html`<p class="bar" role="alert">${t('suspended')}</p>` : nothing}
    <section class="ecard">
      <p class="holder"><strong>${card.holder}</strong> <span>${t('tail', {tail: card.cardNo.slice(-4)})}</span></p>
      ${code === null ? noCode(t, state) : shownCode(t, state, doings)}
    </section>
    <p class="hint">${t('warning')}</p>
    <p class="hint">${t('bright')}</p>
    <p id="days">${t('days', {days: state.days})}</p>`;
}

/** This phone has the card no longer; it may get one again. */
function ended(t, state, doings) {
  return html`
    <section class="verdict bad" id="ended" role="alert"><span class="sign" aria-hidden="true">✘</span>
      <div><strong>${t('ended')}</strong>${t(`ended.${state.card.ended}`)}</div></section>
    ${binding(t, state, doings)}`;
}

const TABS = ['code', 'purchases', 'vouchers', 'complaints', 'own'];
const BELOW = {purchase: 'purchases', review: 'purchases', complain: 'purchases', complaint: 'complaints', privacy: 'own'};

/** The places of the card, at its foot. */
export function tabs(t, place) {
  const here = BELOW[place] ?? place;
  return html`<nav class="tabs" aria-label=${t('tabs')}>${TABS.map(
    (tab) => html`<a href="#${tab}" id="tab-${tab}" aria-current=${tab === here ? 'page' : nothing}>${t(`tab.${tab}`)}</a>`)}</nav>`;
}

/** A screen that is fetched when somebody goes there. */
export function later(t, {screen}, app) {
  return screen === null
    ? html`<p class="waiting" role="status">${t('loading')}</p>`
    : screen.module.view(screen.words, app, screen.data);
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
