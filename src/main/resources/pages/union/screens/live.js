// What happens now, line by line: the feed of the merchants of this person's unions.

import {time} from '../../kit/figures.js';
import {filters} from '../../kit/table.js';
import {yuan} from '../../kit/figures.js';
import {stateWord} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {EVENTS, isWarning, said} from '../events.js';
import {namesOf} from '../orgs.js';
import {Stream} from '../stream.js';

const TONES = {opening: 'wait', open: 'good', again: 'wait', ended: 'bad'};
const NAMES_MAX_PAGES = 10;
const PAGE = 100;
const t = await wordsOf('desk', 'union', 'union.complaints', 'union.live');

let stream = null;
let desk = null;

addEventListener('hashchange', () => {
  if (stream !== null && !/^#live(\?|$)/.test(location.hash)) {
    stream.close();
    stream = null;
  }
});

export const title = () => t('menu.live');

export async function load(now) {
  desk = now;
  stream ??= new Stream(EVENTS, () => desk.change(), () => desk.ask('readOwnSession'));
  const [nameOf, merchants] = await Promise.all([namesOf(now.ask), now.may('listMerchants') ? merchantNames(now.ask) : new Map()]);
  return {nameOf: (subject) => merchants.get(subject) ?? nameOf(subject)};
}

/** By number; of those beyond the limit the number itself will do. */
async function merchantNames(ask) {
  const names = new Map();
  let last;
  for (let i = 0; i < NAMES_MAX_PAGES; i++) {
    const {merchants} = await ask('listMerchants', {query: last === undefined ? {} : {after: last}});
    merchants.forEach(({merchantNo, name}) => names.set(merchantNo, name));
    last = merchants.at(-1)?.merchantNo;
    if (merchants.length < PAGE) {
      break;
    }
  }
  return names;
}

export function view(shown, {nameOf}) {
  desk = shown;
  const {type, merchant} = desk.query;
  const {count, fen} = stream.sales();
  const lines = stream.lines.filter(({kind, subject}) => (!type || kind === type) && (!merchant || subject.includes(merchant) || nameOf(subject).includes(merchant)));
  return html`
    <p class="doings"><span role="status" id="line">${stateWord(t(`line.${stream.state}`), TONES[stream.state])}</span>
      <span id="rate">${t('live.rate', {count, sum: yuan(fen)})}</span>
      <button type="button" id="pause" aria-pressed=${stream.isPaused} @click=${() => stream.pause(!stream.isPaused)}>${stream.isPaused
        ? t('live.resume', {count: stream.held.length}) : t('live.pause')}</button></p>
    ${alarms(nameOf)}
    ${filters(t, desk, [
      {name: 'type', label: t('live.type'), choices: EVENTS.map((kind) => [kind, t(`event.${kind}`)])},
      {name: 'merchant', label: t('live.merchant')},
    ])}
    ${lines.length === 0
      ? html`<p class="waiting">${stream.lines.length === 0 ? t('live.none') : t('live.filtered')}</p>`
      : html`<ol class="feed" aria-label=${t('live.lines')}>${lines.map((line) => entry(line, nameOf))}</ol>
          <p class="faint">${t('live.bounded')}</p>`}`;
}

function entry({kind, subject, time: at, data}, nameOf) {
  const isMerchant = /^\d{15}$/.test(subject);
  const name = nameOf(subject);
  return html`<li class=${isWarning(kind) ? 'bad' : nothing} data-kind=${kind}>
    <span class="until">${time(new Date(at), language).slice(-8)}</span>
    <strong>${isWarning(kind) ? html`<span aria-hidden="true">▲ </span>` : nothing}${t(`event.${kind}`)}</strong>
    <span>${isMerchant && desk.may('getMerchant') ? html`<a href=${href(['merchants', subject])}>${name}</a>` : name}</span>
    <span class="faint">${said(t, kind, data)}</span></li>`;
}

function alarms(nameOf) {
  const {gaps, cut, repeats} = stream;
  return html`
    ${gaps.length === 0 ? nothing : html`<div class="problem" role="alert" id="gaps"><strong>${t('live.gaps')}</strong>
      <ul>${gaps.map(({subject, from, to}) => html`<li>${t('live.gap', {name: nameOf(subject), from, to})}</li>`)}</ul></div>`}
    ${cut === null ? nothing : html`<p class="reason" role="alert">${t('live.cut', {oldest: cut.oldest})}</p>`}
    ${repeats === 0 ? nothing : html`<p class="faint">${t('live.repeats', {count: repeats})}</p>`}`;
}
