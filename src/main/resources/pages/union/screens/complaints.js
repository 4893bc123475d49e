// Complaints: how many stand where, and which are to be done first.

import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {STATES, choicesOf, clock, complaintState, isEnded} from '../complaints.js';
import {namesOf} from '../orgs.js';

const PAGE = 100;
const t = await wordsOf('desk', 'union', 'union.complaints');

export const title = () => t('menu.complaints');

export async function load({ask, query}) {
  const [{counts}, nameOf, found] = await Promise.all([ask('countComplaints'), namesOf(ask), asked(ask, query)]);
  return {counts, nameOf, ...found};
}

/** The open ones, the first due first; by number if ended ones are to be among them. */
async function asked(ask, {state = '', owner = '', overdue = '', ended = '', after = ''}) {
  const isByNumber = ended === 'true' || isEnded({state});
  const query = Object.fromEntries(Object.entries({state, owner, overdue, after}).filter(([, value]) => value !== ''));
  const {complaints, next} = await ask('listComplaints', {query: {...query, order: isByNumber ? 'NUMBER' : 'DEADLINE'}});
  return {complaints, isByNumber, next: next ?? (isByNumber && complaints.length === PAGE ? complaints.at(-1).complaint : undefined)};
}

export function view(desk, {counts, complaints, nameOf, isByNumber, next}) {
  const {state, owner, overdue, ended} = desk.query;
  const owners = [...new Set(counts.map((each) => each.owner))];
  return html`
    <div class="doings">
      ${desk.may('openComplaintForSomebody') ? html`<a class="button primary" href=${href(['complaints', 'new'])}>${t('open')}</a>` : nothing}
      <a class="button" href=${href(['complaints', 'limits'])}>${t('limits')}</a></div>
    ${counts.length === 0 ? nothing : board(counts, owners, nameOf)}
    ${filters(t, desk, [
      {name: 'state', label: t('c.state'), choices: choicesOf(t, 'complaint', STATES)},
      {name: 'owner', label: t('c.owner'), choices: owners.map((code) => [code, nameOf(code)])},
      {name: 'overdue', label: t('c.overdue'), choices: [['true', t('c.overdueOnly')]]},
      {name: 'ended', label: t('c.ended'), none: t('c.openOnly'), choices: [['true', t('c.endedToo')]]},
    ])}
    ${table(t, desk, {
      caption: t(isByNumber ? 'c.listByNumber' : 'c.list'),
      columns: [
        {name: 'complaint', label: t('c.no'), cell: ({complaint}) => html`<a href=${href(['complaints', complaint])}>${complaint}</a>`},
        {name: 'kind', label: t('c.kind'), value: ({kind}) => t(`kind.${kind}`), cell: ({kind, severity}) => html`${t(`kind.${kind}`)} <span class="faint">${t(`severity.${severity}`)}</span>`},
        {name: 'state', label: t('c.state'), value: (each) => STATES.indexOf(each.state), cell: (each) => complaintState(t, each.state)},
        {name: 'clock', label: t('c.clock'), cell: (each) => clock(t, each)},
        {name: 'owner', label: t('c.owner'), value: (each) => nameOf(each.owner), cell: (each) => nameOf(each.owner)},
        {name: 'merchant', label: t('c.merchant'), cell: ({merchantNo}) => merchantNo ?? t('form.none')},
      ],
      rows: complaints,
      next,
      filters: [state, owner, overdue].filter((each) => each).length,
      empty: t(isByNumber ? 'c.none' : 'c.noneOpen'),
    })}`;
}

/** By union and state, each figure a way to its list. */
function board(counts, owners, nameOf) {
  const states = STATES.filter((state) => counts.some((each) => each.state === state));
  const at = (owner, state) => counts.find((each) => each.owner === owner && each.state === state);
  return html`<table class="rows"><caption>${t('c.board')}</caption>
    <thead><tr><th scope="col">${t('c.owner')}</th>${states.map((state) => html`<th scope="col" class="number">${t(`complaint.${state}`)}</th>`)}</tr></thead>
    <tbody>${owners.map((owner) => html`<tr><th scope="row" data-label=${t('c.owner')}>${nameOf(owner)}</th>${states.map((state) => {
      const count = at(owner, state);
      return html`<td class="number" data-label=${t(`complaint.${state}`)}>${count === undefined ? '0' : html`<a href=${href('complaints', {owner, state})}>${count.complaints}</a>${
        count.overdue > 0 ? html` <span class="late">${t('c.late', {count: count.overdue})}</span>` : nothing}`}</td>`;
    })}</tr>`)}</tbody></table>`;
}
