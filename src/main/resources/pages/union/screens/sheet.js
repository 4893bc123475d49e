// Members on a sheet are given what a round gives: a long sheet goes in parts, and the same one again changes nothing.

import {told} from '../../kit/form.js';
import {table} from '../../kit/table.js';
import {focusOn, html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {sheetText} from '../csv.js';

const ROWS_AT_ONCE = 500;
const BYTES_MAX = 5_000_000;
const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = () => t('sheet.title');

export const load = ({ask, path}) => ask('readRound', {path});

export function view(desk, there) {
  const {draft} = desk;
  const back = html`<p><a href=${href(['rounds', String(there.round)])}>${t('r.back', {name: there.name})}</a></p>`;
  if (there.way !== 'SHEET' || there.state !== 'OPEN') {
    return html`<p class="problem">${t('r.notPossible')}</p>${back}`;
  }
  return html`<p class="intro">${there.name} · ${t('r.grantedOf', there)}</p><p>${t('sheet.intro')}</p>
    <p><code>cardNo</code> ${there.fen === undefined ? nothing : html`<code>cardNo,fen</code>`}</p>
    ${draft.wrong === undefined ? nothing : html`<p class="problem wrongs" role="alert" tabindex="-1">${draft.wrong}</p>`}
    <div class="field"><label for="f-sheet">${t('sheet.file')}</label><span class="hint" id="h-sheet">${t('sheet.fileHint')}</span>
      <input id="f-sheet" type="file" accept=".csv,text/csv" aria-describedby="h-sheet" @change=${(event) => read(desk, event.target.files[0])}></div>
    <div id="report" tabindex="-1">${draft.rows === undefined ? nothing : chosen(desk, draft)}${draft.report === undefined ? nothing : report(desk, draft.report)}</div>
    ${back}`;
}

function chosen(desk, {name, rows, isBusy, done}) {
  return html`<p role="status">${isBusy ? t('sheet.part', {done, count: rows.length}) : t('sheet.chosen', {name, count: rows.length})}</p>
    <div class="doings"><button type="button" class="primary" id="give" aria-disabled=${isBusy === true} @click=${() => give(desk)}>${
      isBusy ? t('form.busy') : t('sheet.give', {count: rows.length})}</button></div>`;
}

const report = (desk, {granted, unchanged, bad}) => html`<h2>${t('sheet.done')}</h2>
  <p role="status">${t('sheet.counts', {granted, unchanged, bad: bad.length})}</p>
  ${bad.length === 0 ? nothing : table(t, desk, {
    caption: t('sheet.bad'),
    columns: [
      {name: 'row', label: t('sheet.row'), isNumber: true, value: ({row}) => row, cell: ({row}) => row},
      {name: 'column', label: t('sheet.column'), cell: ({column}) => t(`column.${column}`)},
      {name: 'reason', label: t('sheet.reason'), cell: ({reason}) => ofLanguage(reason)},
    ],
    rows: bad,
  })}`;

/** The gateway says it in Chinese first, then in English. */
function ofLanguage(reason) {
  const [zh, en = zh] = reason.split(' · ');
  return language === 'zh' ? zh : en;
}

async function read(desk, file) {
  const {draft} = desk;
  draft.report = draft.rows = draft.wrong = undefined;
  const text = file === undefined ? '' : await sheetText(file, BYTES_MAX);
  const [head, ...rows] = (text ?? '').replace(/^\uFEFF/, '').split(/\r?\n/);
  while (rows.length > 0 && rows.at(-1).trim() === '') {
    rows.pop();
  }
  if (file !== undefined && rows.length === 0) {
    fail(desk, t('sheet.none'));
    return;
  }
  if (file !== undefined) {
    Object.assign(draft, {name: file.name, head, rows, done: 0});
  }
  desk.change();
}

/** Row by row of the sheet as a spreadsheet counts: its first line is 1. */
async function give(desk) {
  const {draft} = desk;
  if (draft.isBusy) {
    return;
  }
  Object.assign(draft, {isBusy: true, done: 0, wrong: undefined});
  const {head, rows} = draft;
  const sum = {granted: 0, unchanged: 0, bad: []};
  try {
    while (draft.done < rows.length) {
      desk.change();
      const from = draft.done;
      const part = rows.slice(from, from + ROWS_AT_ONCE);
      const {granted, unchanged, bad} = await desk.ask('giveBySheet', {path: {round: desk.path.round}, body: {csv: [head, ...part].join('\n')}});
      sum.granted += granted;
      sum.unchanged += unchanged;
      sum.bad.push(...bad.map((each) => ({...each, row: each.row + from})));
      draft.done = from + part.length;
    }
    draft.rows = undefined;
    draft.report = sum;
    focusOn('#report');
  } catch (error) {
    const {said, next} = told(t, error);
    fail(desk, `${said} ${next} ${draft.done === 0 ? '' : t('sheet.broken', {done: draft.done})}`);
  } finally {
    draft.isBusy = false;
    desk.change();
  }
}

function fail(desk, said) {
  desk.draft.wrong = said;
  desk.change();
  focusOn('.wrongs');
}
