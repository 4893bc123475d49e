// What several screens of the till have.

import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

/** Whose till it is, and whether anything stands in the way of selling. */
export function head(t, state) {
  return html`
    <p class="place">${state.place === null ? '' : state.place.merchantName}
      <span>${state.place === null ? '' : state.place.terminal}</span>
      <span>${state.batch === null ? '' : t('batchNo', {no: state.batch})}</span>
      <span class=${state.online ? 'lamp on' : 'lamp off'}>${t(state.online ? 'online' : 'offline')}</span>
    </p>
    ${state.online ? nothing : html`<p class="bar" role="alert">${t('offline.bar')}
      ${state.pending > 0 ? t('offline.pending', {count: state.pending}) : nothing}</p>`}
    ${state.standing.sells ? nothing : html`<p class="bar stop" role="alert">${language === 'en' ? state.standing.textEn : state.standing.text}</p>`}`;
}
