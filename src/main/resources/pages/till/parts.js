// What several screens of the till have, and the two that say why there is none.

import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

const lamp = (name, isOn, word) => html`<span class=${`lamp ${name} ${isOn ? 'on' : 'off'}`}>${word}</span>`;

/** Whose till it is, and whether anything stands in the way of selling. */
export function head(t, state) {
  const {place, standing, box} = state;
  return html`
    <p class="place">${place === null ? '' : place.merchantName}
      <span>${place === null ? '' : place.terminal}</span>
      <span>${state.batch === null ? '' : t('batchNo', {no: state.batch})}</span>
      ${state.online === null ? nothing : lamp('line', state.online, t(state.online ? 'online' : 'offline'))}
      ${lamp('sound', state.heard === 'voice', t(`heard.${state.heard}`))}
      ${box === null ? nothing : lamp('box', box === 'on', t(`box.${box}`))}
    </p>
    ${state.online !== false ? nothing : html`<p class="bar" role="alert">${t('offline.bar')}
      ${state.pending > 0 ? t('offline.pending', {count: state.pending}) : nothing}</p>`}
    ${state.isFull ? html`<p class="bar" role="alert">${t('full.bar')}</p>` : nothing}
    ${standing.sells ? nothing : html`<p class="bar stop" role="alert">${language === 'en' ? standing.textEn : standing.text}</p>`}`;
}

/** What came of something, in word, shape and colour. */
export function verdict(kind, sign, title, text) {
  return html`<section class=${`verdict ${kind}`} aria-live="assertive">
    <span class="sign" aria-hidden="true">${sign}</span>
    <div><strong>${title}</strong>${text}</div>
  </section>`;
}

/** Another tab is this till just now. */
export function elsewhere(t, state, doings) {
  return html`
    ${verdict('wait', '…', t('elsewhere'), t(state.isAsked ? 'elsewhere.asked' : 'elsewhere.next'))}
    <div class="doings">
      <button type="button" class="primary" id="takeover" data-first ?disabled=${state.isAsked} @click=${doings.takeOver}>${t('elsewhere.do')}</button>
    </div>`;
}

/** Nothing can be kept here, so nothing may be sold. */
export function unkept(t) {
  return verdict('bad', '✘', t('unkept'), t('unkept.next'));
}
