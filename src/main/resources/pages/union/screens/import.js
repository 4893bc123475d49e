// Members from a sheet: tried first, which enters nothing and names what is wrong, then entered.

import {told} from '../../kit/form.js';
import {table} from '../../kit/table.js';
import {focusOn, html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const BYTES_MAX = 200_000;
const t = await wordsOf('desk', 'union', 'union.cards');

export const title = () => t('import');

export function view(desk) {
  const {draft} = desk;
  return html`<p class="intro">${t('import.intro')}</p>
    <p><code>identity,name,category,org,cardNo</code></p>
    <ul class="faint">${['ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL'].map((each) => html`<li><code>${each}</code> ${t(`member.${each}`)}</li>`)}</ul>
    ${draft.wrong === undefined ? nothing : html`<p class="problem wrongs" role="alert" tabindex="-1">${draft.wrong}</p>`}
    <div class="field"><label for="f-sheet">${t('import.file')}</label><span class="hint" id="h-sheet">${t('import.fileHint')}</span>
      <input id="f-sheet" type="file" accept=".csv,text/csv" aria-describedby="h-sheet" @change=${(event) => read(desk, event.target.files[0])}></div>
    <div id="report" tabindex="-1">${draft.report === undefined ? nothing : report(desk, draft)}</div>
    <p><a href=${href('cards')}>${t('k.all')}</a></p>`;
}

function report(desk, {report: {created, unchanged, bad}, isEntered, isBusy, name}) {
  return html`
    <h2>${t(isEntered ? 'import.entered' : 'import.tried', {name})}</h2>
    <p role="status">${t(isEntered ? 'import.counts' : 'import.wouldCounts', {created, unchanged, bad: bad.length})}</p>
    ${bad.length === 0 ? nothing : table(t, desk, {
      caption: t('import.bad'),
      columns: [
        {name: 'row', label: t('import.row'), isNumber: true, value: ({row}) => row, cell: ({row}) => row},
        {name: 'column', label: t('import.column'), cell: ({column}) => t(`column.${column}`)},
        {name: 'reason', label: t('import.reason'), cell: ({reason}) => ofLanguage(reason)},
      ],
      rows: bad,
    })}
    ${isEntered || created === 0 ? nothing : html`<div class="doings"><button type="button" class="primary" id="enter" aria-disabled=${isBusy}
      @click=${() => send(desk, false)}>${isBusy ? t('form.busy') : t('import.enter', {created})}</button></div>`}`;
}

/** The gateway says it in Chinese first, then in English. */
function ofLanguage(reason) {
  const [zh, en = zh] = reason.split(' · ');
  return language === 'zh' ? zh : en;
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
  try {
    draft.csv = new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    draft.csv = new TextDecoder('gb18030').decode(bytes); // as spreadsheets in China write it
  }
  draft.name = file.name;
  await send(desk, true);
}

async function send(desk, dryRun) {
  const {draft} = desk;
  if (draft.isBusy) {
    return;
  }
  draft.isBusy = true;
  desk.change();
  try {
    draft.report = await desk.ask('importMembers', {body: {csv: draft.csv, dryRun}});
    draft.isEntered = !dryRun;
    draft.wrong = undefined;
    focusOn('#report');
  } catch (error) {
    const {said, next} = told(t, error);
    fail(desk, `${said} ${next}`);
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
