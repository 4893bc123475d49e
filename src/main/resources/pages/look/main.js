// What pages are made of, each part in its states: looked at by whoever writes a page, in the dark and in large type.

import {bar, thermometer} from '../kit/chart.js';
import {yuan} from '../kit/figures.js';
import {Sheet, filled} from '../kit/form.js';
import {head, problem} from '../kit/frame.js';
import {facts, stateWord, taskList, timeLine} from '../kit/summary.js';
import {table} from '../kit/table.js';
import {html, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';

const t = await wordsOf('desk', 'look');

const TONES = ['good', 'wait', 'bad', 'off', 'new'];

const sheet = new Sheet([
  {name: 'text', kind: 'text', max: 20, hasHint: true},
  {name: 'wrong', kind: 'yuan', initial: '0'},
  {name: 'choice', kind: 'choice', choices: TONES.slice(0, 3).map((tone) => [tone, t(`tone.${tone}`)])},
  {name: 'several', kind: 'several', choices: TONES.slice(0, 3).map((tone) => [tone, t(`tone.${tone}`)]), initial: 'good'},
  {name: 'documentNo', kind: 'documentNo', isOptional: true},
  {name: 'long', kind: 'long', isOptional: true},
]);
sheet.refuse('wrong', t('form.yuan'));

const ROWS = [1, 20, 3].map((n) => ({name: t('row', {n}), count: n, fen: n * 12_345}));
const MOST = Math.max(...ROWS.map(({fen}) => fen));
const desk = {query: {sort: '-fen'}, steps: []};
const COLUMNS = [
  {name: 'name', label: t('column.name'), value: ({name}) => name, cell: ({name}) => name},
  {name: 'count', label: t('column.count'), isNumber: true, value: ({count}) => count, cell: ({count}) => count},
  {name: 'fen', label: t('column.amount'), isNumber: true, value: ({fen}) => fen, cell: ({fen}) => html`${yuan(fen)}${bar(fen, MOST)}`},
];

const part = (name, content) => html`<section id=${name} aria-labelledby=${`is-${name}`}><h2 id=${`is-${name}`}>${t(name)}</h2>${content}</section>`;

const verdict = (kind, sign) => html`<div class="verdict ${kind}"><span class="sign" aria-hidden="true">${sign}</span><div><strong>${t(`tone.${kind}`)}</strong>${t('verdict.next')}</div></div>`;

const show = page(document.body, {}, () => html`${head(t)}<div class="desk"><main class="content" id="content"><h1>${t('title')}</h1>
  <p class="intro">${t('intro')}</p>
  ${part('type', html`<p>${t('body')}</p><p class="faint">${t('faint')}</p><p class="hint">${t('hint')}</p><p><a href="#type">${t('link')}</a></p><p class="big-code">8408 1234</p>`)}
  ${part('buttons', html`<div class="doings"><button type="button" class="primary">${t('primary')}</button><button type="button">${t('plain')}</button>
    <button type="button" class="quiet">${t('quiet')}</button><button type="button" class="quiet" aria-pressed="true">${t('pressed')}</button>
    <button type="button" aria-disabled="true">${t('busy')}</button><a class="button" href="#buttons">${t('linked')}</a></div>`)}
  ${part('states', html`<p>${TONES.map((tone) => html`${stateWord(t(`tone.${tone}`), tone)} `)}</p>`)}
  ${part('told', html`${problem(t, {problem: {said: t('problem.other'), next: t('verdict.next')}})}<p class="bar">${t('bar')}</p><p class="reason">${t('reason')}</p>
    <div class="notice"><p>${t('session.ending')}</p><button type="button">${t('session.goOn')}</button></div>
    ${verdict('good', '✔')}${verdict('wait', '…')}${verdict('bad', '✘')}`)}
  ${part('form', filled(t, sheet, {words: 'sheet', submit: t('form.check'), change: () => show({}), send: async () => {}}))}
  ${part('list', table(t, desk, {caption: t('list'), columns: COLUMNS, rows: ROWS, next: 'next', empty: ''}))}
  ${part('nothing', table(t, desk, {caption: t('list'), columns: COLUMNS, rows: [], filters: 2, empty: ''}))}
  ${part('thing', html`${facts([[t('column.name'), t('row', {n: 1})], [t('column.amount'), yuan(1_234_567)]])}
    <h3>${t('line')}</h3>${timeLine(t('line'), [{at: '2026-11-30 17:00', by: 'wang.clerk', what: t('tone.good'), more: t('body')}, {at: '2026-11-29 09:00', what: t('tone.new')}])}
    <h3>${t('tasks')}</h3>${taskList([{what: t('row', {n: 1}), isDone: true, state: t('tone.good')}, {what: t('row', {n: 2}), isDone: false, state: t('tone.wait'), more: t('hint')}])}`)}
  ${part('figure', thermometer({value: 12, most: 30, label: t('figure.is'), marks: [{at: 10, tone: 'wait', label: '10%'}, {at: 15, tone: 'rectify', label: '15%'}, {at: 25, tone: 'bad', label: '25%'}]}))}
  ${part('saying', html`<blockquote class="said">${t('body')}</blockquote><p class="waiting" role="status">${t('loading.wait')}</p>`)}</main></div>`);

document.title = `${t('title')} · ${t('brand')}`;
