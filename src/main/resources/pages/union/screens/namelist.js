// One list of names: who has reported, who is late, and what is missing; or a new one is asked for.

import {day, time} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {facts, stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';

const TONES = {REPORTED: 'good', LATE: 'wait', OVERDUE: 'bad', OPEN: 'new'};
const t = await wordsOf('desk', 'union', 'union.responsible');

export const title = (desk, data) => (desk.path.nameList === 'new' ? t('l.demand') : data?.list?.title ?? t('l.lists'));

export async function load({ask, path: {nameList}}) {
  const [orgs, list] = await Promise.all([orgsOf(ask), nameList === 'new' ? undefined : ask('getNameList', {path: {nameList}})]);
  return {orgs, list};
}

export function view(desk, {orgs, list}) {
  return html`${list === undefined ? demand(desk, orgs) : shown(desk, orgs, list)}<p><a href=${href('responsible')}>${t('menu.responsible')}</a></p>`;
}

const demand = (desk, orgs) => paper(t, desk, {
  words: 'listForm',
  fields: [
    {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: desk.me.org},
    {name: 'title', kind: 'text', max: 100},
    {name: 'documentNo', kind: 'documentNo', max: 60},
    {name: 'dueOn', kind: 'date'},
  ],
  warning: html`<p class="reason">${t('l.warning')}</p>`,
  send: (body) => desk.ask('demandNames', {body}),
  done: ({nameList, title: said}) => html`<p><strong>${t('l.done')}</strong></p><p><a href=${href(['responsible', 'lists', nameList])}>${said}</a></p>`,
});

function shown(desk, orgs, {nameList, documentNo, dueOn, lines}) {
  const late = lines.filter(({state}) => state === 'OVERDUE').length;
  const may = (org, {state, missing}) => desk.may('reportNames') && missing.length === 0 && ['OPEN', 'OVERDUE'].includes(state) && orgs.some(({code}) => code === org);
  return html`${facts([[t('l.document'), documentNo], [t('l.due'), day(dueOn, language)], [t('l.overdue'), late]])}
    ${table(t, desk, {
      caption: t('l.unions'),
      columns: [
        {name: 'union', label: t('o.union'), value: ({name}) => name, cell: ({org, name}) => html`<a href=${href('responsible', {org})}>${name}</a>`},
        {name: 'state', label: t('l.state'), value: ({state}) => Object.keys(TONES).indexOf(state), cell: ({state}) => stateWord(t(`list.${state}`), TONES[state])},
        {name: 'at', label: t('l.at'), cell: ({reportedAt}) => (reportedAt === undefined ? '–' : time(new Date(reportedAt), language))},
        {name: 'missing', label: t('l.missing'), cell: ({missing}) => (missing.length === 0 ? '–' : missing.map((post) => t(`post.${post}`)).join(t('form.and')))},
        {name: 'report', label: t('l.report'), cell: (each) => (may(each.org, each) ? html`<a href=${href(['responsible', 'lists', nameList, each.org])}>${t('l.report')}</a>` : '–')},
      ],
      rows: lines,
      empty: t('l.noUnions'),
    })}`;
}
