// What an operator sees: whether the node serves, what is to be looked at and what to do, and each sign with its course.

import {time} from '../kit/figures.js';
import {html, nothing, svg} from '../kit/view.js';
import {language} from '../kit/words.js';
import {SIGNS, releaseOf, stateOf} from './signs.js';

const SHAPES = {good: '✔', wait: '▲', bad: '✘', unknown: '·'};
const WIDTH = 120;
const HEIGHT = 24;

/** A value as it is read, in one of the forms that signs have. */
function shown(t, value, as) {
  if (value === null || Number.isNaN(value)) {
    return t('notKnown');
  }
  switch (as) {
    case 'seconds':
      return value < 1 ? t('ms', {n: figure(value * 1000)}) : t('s', {n: figure(value)});
    case 'share':
      return `${figure(value * 100)} %`;
    case 'days':
      return t('days', {n: Math.floor(value)});
    case 'span':
      return t('span', {h: Math.floor(value / 3600), m: Math.floor((value % 3600) / 60)});
    case 'yes':
      return t(value >= 1 ? 'yes' : 'no');
    default:
      return figure(value);
  }
}

function figure(value) {
  return value.toLocaleString('en', {maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0});
}

/** The last quarter of an hour; what is not known leaves a gap. */
function course(values) {
  const numbers = values.filter((value) => value !== null && !Number.isNaN(value));
  if (numbers.length < 2) {
    return nothing;
  }
  const top = Math.max(...numbers) || 1;
  const x = (i) => ((i / (values.length - 1)) * WIDTH).toFixed(1);
  const y = (value) => (HEIGHT - 2 - (Math.max(0, value) / top) * (HEIGHT - 4)).toFixed(1);
  let isDown = false;
  const path = values
    .map((value, i) => {
      const isKnown = value !== null && !Number.isNaN(value);
      const step = isKnown ? `${isDown ? 'L' : 'M'}${x(i)} ${y(value)}` : '';
      isDown = isKnown;
      return step;
    })
    .join('');
  return html`<svg class="course" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
    ${svg`<path d=${path}></path>`}
  </svg>`;
}

function verdictOf(state, worst) {
  if (!state.isReached) {
    return 'lost';
  }
  if (state.ready.draining) {
    return 'draining';
  }
  if (!state.ready.ready) {
    return 'notReady';
  }
  return worst === 'good' ? 'good' : 'look';
}

const COLOURS = {lost: 'bad', draining: 'wait', notReady: 'bad', good: 'good', look: 'wait'};

function verdict(t, state, wrong) {
  const name = verdictOf(state, wrong === 0 ? 'good' : 'wait');
  const colour = COLOURS[name];
  const seconds = state.reachedAt === null ? t('never') : t('secondsAgo', {n: Math.round((state.now - state.reachedAt) / 1000)});
  return html`<section class="verdict ${colour}" role="status">
    <span class="sign" aria-hidden="true">${SHAPES[colour]}</span>
    <div><strong>${t(`verdict.${name}`, {n: wrong})}</strong>${t(`verdict.${name}.next`, {ago: seconds})}</div>
  </section>`;
}

function known(t, name) {
  return CHECKS.includes(name) ? t(`check.${name}`) : name;
}

const CHECKS = ['line', 'postgres', 'redis', 'schema', 'database-role', 'definitions', 'keys', 'working-days', 'audit'];

/** What cannot be told without PostgreSQL, and then says no more than that. */
const OF_POSTGRES = ['schema', 'database-role', 'working-days', 'audit'];

/** What the node says of itself that is not well; the database first, which most rests on. */
function checks(t, ready) {
  const isBlind = ready.checks.postgres !== 'ok';
  return Object.entries(ready.checks)
    .filter(([name, said]) => said !== 'ok' && !(isBlind && OF_POSTGRES.includes(name)))
    .sort(([a], [b]) => (b === 'postgres') - (a === 'postgres'))
    .map(
      ([name, said]) => html`<li><span class="wait">${SHAPES.wait}</span>
        <div><strong>${known(t, name)}</strong> <code>${said}</code>
        <p>${CHECKS.includes(name) ? t(`check.${name}.do`) : t('check.other.do')}</p></div></li>`,
    );
}

function toLookAt(t, {sign, value, state}) {
  return html`<li><span class=${state}>${SHAPES[state]}</span>
    <div><strong>${t(`sign.${sign.name}`)}</strong> ${shown(t, value, sign.as)}<p>${t(`sign.${sign.name}.do`)}</p></div></li>`;
}

function row(t, {sign, value, state}, values) {
  const word = state ?? 'unknown';
  return html`<tr>
    <th scope="row">${t(`sign.${sign.name}`)}</th>
    <td class="state ${word}"><span aria-hidden="true">${SHAPES[word]}</span> ${t(`state.${word}`)}</td>
    <td class="figure">${shown(t, value, sign.as)}</td>
    <td class="past">${course(values)}</td>
  </tr>`;
}

/** The whole page below its title. */
export function screen(t, state) {
  if (!state.isAsked) {
    return html`<p class="waiting" role="status">${t('loading')}</p>`;
  }
  const found = SIGNS.map(({group, signs}) => ({
    group,
    signs: signs.map((sign) => {
      const value = state.courses.get(sign.name)?.at(-1) ?? null;
      return {sign, value, state: stateOf(sign, value)};
    }),
  }));
  const all = found.flatMap(({signs}) => signs);
  const wrong = ['bad', 'wait'].flatMap((state) => all.filter((one) => one.state === state));
  const said = state.ready === null ? [] : checks(t, state.ready);
  const scrape = state.history.at(-1);
  return html`
    ${verdict(t, state, wrong.length + said.length)}
    ${wrong.length + said.length === 0 ? nothing : html`<ul class="looked">${said}${wrong.map((one) => toLookAt(t, one))}</ul>`}
    ${scrape === undefined
      ? nothing
      : html`<p class="hint">${t('seen', {at: time(new Date(scrape.at), language), version: releaseOf(scrape) ?? t('notKnown')})}</p>
          ${found.map(
            ({group, signs}) => html`<table class="signs">
              <caption>${t(`group.${group}`)}</caption>
              <thead><tr><th scope="col">${t('head.sign')}</th><th scope="col">${t('head.state')}</th>
                <th scope="col" class="figure">${t('head.now')}</th><th scope="col" class="past">${t('head.past')}</th></tr></thead>
              <tbody>${signs.map((one) => row(t, one, state.courses.get(one.sign.name)))}</tbody>
            </table>`,
          )}`}
    <p class="hint"><a href="/health/ready">/health/ready</a> · <a href="/metrics">/metrics</a></p>`;
}
