// Days that closed, and the ways from them: statements, books, payments, differences, hints.

import {href} from '../../desk/place.js';
import {day, time} from '../../kit/figures.js';
import {stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const PAGE = 100;
const TONES = {FENCED: 'new', BOOKED: 'wait', CLOSED: 'good'};
const WAYS = ['statements', 'books', 'entries', 'batches', 'cases', 'hints'];
const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('menu.settlement');

export const load = ({ask, query: {before}}) => ask('listSettlementDays', {query: before === undefined ? {} : {before}});

export const view = (desk, {days}) => html`<p class="intro">${t('days.intro')}</p>
  <div class="doings">${WAYS.map((way) => (desk.leads(['settlement', way]) ? html`<a class="button" href=${href(['settlement', way])}>${t(`way.${way}`)}</a>` : nothing))}</div>
  ${table(t, desk, {
    caption: t('days.list'),
    cursor: 'before',
    columns: [
      {name: 'day', label: t('sheet.day'), value: ({day}) => day, cell: (row) => html`<a href=${href(['settlement', 'statements'], {from: row.day, to: row.day})}>${day(row.day, language)}</a>`},
      {name: 'state', label: t('days.state'), value: ({state}) => state, cell: ({state}) => stateWord(t(`close.${state}`), TONES[state])},
      {name: 'transactions', label: t('days.transactions'), isNumber: true, value: ({transactions = 0}) => transactions, cell: ({transactions}) => transactions ?? ''},
      {name: 'late', label: t('days.late'), isNumber: true, value: ({late = 0}) => late, cell: ({late}) => late ?? ''},
      {name: 'statements', label: t('way.statements'), isNumber: true, value: ({statements}) => statements, cell: ({statements}) => statements},
      {name: 'due', label: t('sheet.due'), cell: ({due}) => (due === undefined ? '' : day(due, language))},
      {name: 'closed', label: t('sheet.closed'), cell: ({closedAt}) => (closedAt === undefined ? '' : time(new Date(closedAt), language))},
    ],
    rows: days,
    next: days.length === PAGE ? days.at(-1).day : undefined,
    empty: t('days.none'),
  })}`;
