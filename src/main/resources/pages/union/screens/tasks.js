// What waits for this person, where it is done, and until when.

import {href} from '../../desk/place.js';
import {until} from '../../kit/figures.js';
import {stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const SOON_DAYS = 30;
const t = await wordsOf('desk', 'union', 'union.tasks');

const soon = () => new Date(Date.now() + SOON_DAYS * 86_400_000).toISOString().slice(0, 10);

/** Where each is looked through: `[steps, query]`. */
const PLACES = {
  MERCHANT_TO_INVESTIGATE: () => [['merchants'], {status: 'APPLIED'}],
  MERCHANT_TO_APPROVE: () => [['merchants'], {status: 'DUE_DILIGENCE'}],
  PAPER_ENDING: () => [['merchants'], {expiringBefore: soon()}],
  DECISION_TO_TAKE: () => [['supervision'], {state: 'PROPOSED'}],
  APPEAL_TO_ANSWER: () => [['supervision'], {state: 'APPEALED'}],
  COMPLAINT_TO_ANSWER: () => [['complaints']],
  COMPLAINT_TO_CLOSE: () => [['complaints']],
  TICKET_TO_ANSWER: () => [['tickets']],
  CAMPAIGN_TO_SUBMIT: () => [['campaigns'], {state: 'DRAFT'}],
  CAMPAIGN_TO_APPROVE: () => [['campaigns'], {state: 'SUBMITTED'}],
  TIGHTENING_TO_APPROVE: () => [['campaigns', 'above']],
  NOTICE_TO_APPROVE: () => [['notices']],
  ROUND_TO_FILL: () => [['rounds'], {state: 'OPEN'}],
  ROUND_TO_APPROVE: () => [['rounds'], {state: 'DRAFT'}],
  ROUND_TO_DRAW: () => [['rounds'], {state: 'OPEN'}],
  BATCH_TO_APPROVE: () => [['settlement', 'batches']],
  CASE_TO_SETTLE: () => [['settlement', 'cases']],
  DATA_REQUEST_TO_ANSWER: () => [['privacy'], {state: 'ASKED'}],
  MEMBER_TO_FORGET: () => [['privacy'], {state: 'ASKED'}],
  PARTNER_TO_EXAMINE: () => [['partners'], {state: 'APPLIED'}],
  PARTNER_ENDING: () => [['partners']],
  PARTNER_TO_AGREE: () => [['partners'], {state: 'EXAMINED'}],
  PARTNER_TO_CONFIRM: () => [['partners']],
  STAFF_REQUEST_TO_CONFIRM: () => [['staff']],
};

export const title = () => t('menu.tasks');

export const load = ({ask}) => ask('listTasks');

export function view(desk, {tasks}) {
  return html`${table(t, desk, {
    caption: t('tasks'),
    columns: [
      {name: 'what', label: t('tasks.what'), cell: ({task}) => named(desk, task)},
      {name: 'next', label: t('tasks.next'), cell: ({task}) => t(`task.${task}.next`)},
      {name: 'count', label: t('tasks.count'), isNumber: true, value: ({count}) => count, cell: ({count}) => count},
      {name: 'own', label: t('tasks.own'), isNumber: true, value: ({own}) => own, cell: ({own}) => own},
      {name: 'due', label: t('tasks.due'), value: ({nextDue}) => nextDue ?? '', cell: due},
    ],
    rows: tasks.filter(({count}) => count > 0),
    empty: t(tasks.length === 0 ? 'tasks.notYours' : 'tasks.none'),
  })}`;
}

/** A task with the way to it, as far as there is one. */
function named(desk, task) {
  const [steps, query] = PLACES[task]();
  return desk.leads(steps) ? html`<a href=${href(steps, query)}>${t(`task.${task}`)}</a>` : t(`task.${task}`);
}

function due({overdue, nextDue}) {
  return html`${overdue > 0 ? stateWord(t('tasks.overdue', {count: overdue}), 'bad') : nothing}
    ${nextDue === undefined ? (overdue > 0 ? nothing : t('tasks.noDue')) : until(nextDue, language)}`;
}
