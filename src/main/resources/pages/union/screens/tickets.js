// Issue tickets: what unions reported upwards, who has them, and which stand together.

import {time} from '../../kit/figures.js';
import {filters, table} from '../../kit/table.js';
import {stateWord} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';

const PAGE = 100;
const STATES = ['OPEN', 'MERGED', 'ANSWERED'];
const TONES = {OPEN: 'wait', MERGED: 'off', ANSWERED: 'good'};
const t = await wordsOf('desk', 'union', 'union.tickets');

export const title = () => t('menu.tickets');

export async function load({ask, query: {after}}) {
  const [{tickets}, nameOf] = await Promise.all([ask('listTickets', {query: after ? {after} : {}}), namesOf(ask)]);
  return {tickets, nameOf};
}

export function view(desk, {tickets, nameOf}) {
  const {state, kind} = desk.query;
  return html`
    ${desk.may('openTicket') ? html`<div class="doings"><a class="button primary" href=${href(['tickets', 'new'])}>${t('ticket.add')}</a></div>` : nothing}
    ${filters(t, desk, [
      {name: 'state', label: t('t.state'), choices: STATES.map((each) => [each, t(`ticket.${each}`)])},
      {name: 'kind', label: t('t.kind'), choices: ['PROBLEM', 'SUGGESTION'].map((each) => [each, t(`ticketKind.${each}`)])},
    ])}
    ${table(t, desk, {
      caption: t('menu.tickets'),
      columns: [
        {name: 'title', label: t('t.title'), value: (each) => each.title, cell: (each) => html`<a href=${href(['tickets', each.ticket])}>${each.title}</a> <span class="faint">${each.ticket}</span>`},
        {name: 'kind', label: t('t.kind'), cell: (each) => t(`ticketKind.${each.kind}`)},
        {name: 'state', label: t('t.state'), value: (each) => STATES.indexOf(each.state), cell: (each) => stateWord(t(`ticket.${each.state}`), TONES[each.state])},
        {name: 'origin', label: t('t.origin'), value: ({origin}) => nameOf(origin), cell: ({origin}) => nameOf(origin)},
        {name: 'holder', label: t('t.holder'), value: ({holder}) => nameOf(holder), cell: ({holder}) => nameOf(holder)},
        {name: 'openedAt', label: t('t.openedAt'), value: ({openedAt}) => openedAt, cell: ({openedAt}) => time(new Date(openedAt), language)},
      ],
      rows: tickets.filter((each) => (!state || each.state === state) && (!kind || each.kind === kind)),
      next: tickets.length === PAGE ? tickets.at(-1).ticket : undefined,
      filters: [state, kind].filter((each) => each).length,
      empty: t(desk.may('openTicket') ? 't.noneYet' : 't.none'),
    })}`;
}
