// Members from a sheet: tried first, which enters nothing and names what is wrong, then entered; part by part, with how
// far it is. The whole list of a union also corrects who has changed, and tells who does not stand in it any more.

import {told} from '../../kit/form.js';
import {table} from '../../kit/table.js';
import {focusOn, html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {partsOf, partsOfRows, sent} from '../memberlist.js';
import {orgsOf} from '../orgs.js';
import {isWorkbook, sheetOf} from '../xlsx.js';

const COLUMNS = ['identity', 'name', 'category', 'org', 'cardNo', 'phone'];
const OPTIONAL = ['cardNo', 'phone'];
const CATEGORIES = ['ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL'];
const BYTES_MAX = 30_000_000;
const t = await wordsOf('desk', 'union', 'union.cards');

export const title = () => t('import');

export const load = async ({ask}) => ({orgs: await orgsOf(ask)});

export function view(desk, {orgs}) {
  const {draft} = desk;
  return html`<p class="intro">${t('import.intro')}</p>
    <ul>${COLUMNS.map((each) => html`<li><code>${each}</code> ${t(`column.${each}`)}${OPTIONAL.includes(each) ? html` <span class="faint">${t('form.optional')}</span>` : nothing}${each === 'category' ? html`
      <ul class="faint">${CATEGORIES.map((category) => html`<li><code>${category}</code> ${t(`member.${category}`)}</li>`)}</ul>` : nothing}</li>`)}</ul>
    ${draft.wrong === undefined ? nothing : html`<p class="problem wrongs" role="alert" tabindex="-1">${draft.wrong}</p>`}
    <div class="field"><label for="f-whole">${t('import.whole')}</label><span class="hint" id="h-whole">${t('import.wholeHint')}</span>
      <select id="f-whole" aria-describedby="h-whole" @change=${(event) => choose(desk, event.target.value)}><option value="">${t('import.notWhole')}</option>${orgs.map(
        ({code, name}) => html`<option value=${code} ?selected=${draft.whole === code}>${name}</option>`)}</select></div>
    <div class="field"><label for="f-sheet">${t('import.file')}</label><span class="hint" id="h-sheet">${t('import.fileHint')}</span>
      <input id="f-sheet" type="file" accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" aria-describedby="h-sheet" @change=${(event) => read(desk, event.target.files[0])}></div>
    ${draft.isBusy ? html`<p role="status">${t('import.progress', {at: draft.at, last: draft.lastRow})}</p>
      <progress max=${draft.lastRow} value=${draft.at} aria-label=${t('import.progressBar')}></progress>` : nothing}
    <div id="report" tabindex="-1">${draft.report === undefined || draft.isBusy ? nothing : report(desk, draft)}</div>
    <p><a href=${href('cards')}>${t('k.all')}</a></p>`;
}

function report(desk, {report: {created, changed, unchanged, bad, leavers}, isEntered, name, left}) {
  const counts = {created, changed, unchanged, bad: bad.length};
  return html`
    <h2>${t(isEntered ? 'import.entered' : 'import.tried', {name})}</h2>
    <p role="status">${t(isEntered ? 'import.counts' : 'import.wouldCounts', counts)}</p>
    ${leavers === undefined ? nothing : html`<p class="reason">${left === undefined ? t('import.leavers', {leavers}) : t('import.left', {left})}</p>`}
    ${bad.length === 0 ? nothing : table(t, desk, {
      caption: t('import.bad'),
      columns: [
        {name: 'row', label: t('import.row'), isNumber: true, value: ({row}) => row, cell: ({row}) => row},
        {name: 'column', label: t('import.column'), cell: ({column}) => t(`column.${column}`)},
        {name: 'reason', label: t('import.reason'), cell: ({reason}) => ofLanguage(reason)},
      ],
      rows: bad,
    })}
    <div class="doings">
      ${isEntered || created + changed + (leavers ?? 0) === 0 ? nothing : html`<button type="button" class="primary" id="enter"
        @click=${() => send(desk, false)}>${t('import.enter', {created: created + changed})}</button>`}
      ${isEntered && leavers > 0 && left === undefined ? html`<button type="button" id="leave" @click=${() => end(desk, {leavers})}>${t('import.leave', {leavers})}</button>
        <button type="button" id="stay" @click=${() => end(desk, {})}>${t('import.stay')}</button>` : nothing}</div>`;
}

/** The gateway says it in Chinese first, then in English. */
function ofLanguage(reason) {
  const [zh, en = zh] = reason.split(' · ');
  return language === 'zh' ? zh : en;
}

function choose(desk, whole) {
  desk.draft.whole = whole;
  desk.draft.report = undefined; // it would be another one
  desk.change();
}

async function read(desk, file) {
  const {draft} = desk;
  draft.report = draft.wrong = undefined;
  if (file === undefined) {
    desk.change();
    return;
  }
  if (file.size > BYTES_MAX) {
    fail(desk, t('import.tooLarge'));
    return;
  }
  const bytes = await file.arrayBuffer();
  draft.digest = Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (each) => each.toString(16).padStart(2, '0')).join('');
  try {
    Object.assign(draft, await cutUp(new Uint8Array(bytes)), {name: file.name});
  } catch {
    fail(desk, t('import.unreadable'));
    return;
  }
  await send(desk, true);
}

/** A workbook, or text in one of the two ways in which spreadsheets in China write it. */
async function cutUp(bytes) {
  if (isWorkbook(bytes)) {
    return partsOfRows(await sheetOf(bytes));
  }
  try {
    return partsOf(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch {
    return partsOf(new TextDecoder('gb18030').decode(bytes));
  }
}

/** All parts, one after the other; of a list those that were not handled yet. */
async function send(desk, dryRun) {
  const {draft} = desk;
  if (draft.isBusy) {
    return;
  }
  Object.assign(draft, {isBusy: true, at: 1, left: undefined, isEntered: false, wrong: undefined});
  desk.change();
  try {
    draft.report = await sent(desk, dryRun);
    draft.isEntered = !dryRun;
    focusOn('#report');
  } catch (error) {
    const {said, next} = told(t, error);
    fail(desk, `${said} ${next}`);
  } finally {
    draft.isBusy = false;
    desk.change();
  }
}

/** Who does not stand in the list leaves, or stays. */
async function end(desk, body) {
  try {
    desk.draft.left = (await desk.ask('endMemberList', {path: {list: desk.draft.list}, body})).leavers;
  } catch (error) {
    const {said, next} = told(t, error);
    fail(desk, `${said} ${next}`);
  }
  desk.change();
  focusOn('#report');
}

function fail(desk, said) {
  desk.draft.wrong = said;
  desk.change();
  focusOn('.wrongs');
}
