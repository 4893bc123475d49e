// Complaints as the console shows them: how they stand, what can be done next and by whom, and their clock.

import {stateWord} from '../kit/summary.js';
import {html, nothing} from '../kit/view.js';

export const KINDS = ['QUALITY', 'SERVICE', 'AFTER_SALES', 'MONEY', 'LABOUR', 'PRIVACY', 'CORRUPTION'];
export const SEVERITIES = ['GENERAL', 'DIFFICULT', 'COMPLEX'];
export const STATES = ['OPENED', 'ACCEPTED', 'ANSWERING', 'ANSWERED', 'SATISFIED', 'UNSATISFIED', 'ESCALATED', 'CLOSED', 'WITHDRAWN'];

const TONES = {OPENED: 'new', UNSATISFIED: 'bad', ESCALATED: 'bad', SATISFIED: 'good', CLOSED: 'off', WITHDRAWN: 'off'};

export const isEnded = ({state}) => state === 'CLOSED' || state === 'WITHDRAWN';

export function complaintState(t, state) {
  return stateWord(t(`complaint.${state}`), TONES[state] ?? 'wait');
}

/** What staff can do: the role it needs, and from where. */
export const STEPS = {
  ACCEPT: ['CLERK', ['OPENED', 'ESCALATED']],
  ASK: ['CLERK', ['ACCEPTED']],
  ANSWER: ['CLERK', ['ANSWERING']],
  TRANSFER: ['CLERK', ['OPENED', 'ACCEPTED', 'ESCALATED']],
  CLOSE: ['SUPERVISOR', ['SATISFIED', 'UNSATISFIED']],
  ESCALATE: ['SUPERVISOR', ['OPENED', 'ACCEPTED', 'ANSWERING', 'UNSATISFIED', 'ESCALATED']],
  EXTEND: ['SUPERVISOR', ['ACCEPTED', 'ANSWERING']],
  CHASE: ['SUPERVISOR', ['OPENED', 'ACCEPTED', 'ANSWERING', 'UNSATISFIED', 'ESCALATED']],
};

/** The steps that this person can take now; `orgs` are those of his subtree. */
export function possible({me}, complaint, orgs) {
  const owner = orgs.find(({code}) => code === complaint.owner);
  const taken = (step) => complaint.steps.filter((each) => each.step === step).length;
  const isTop = owner !== undefined && owner.parent === undefined;
  return Object.entries(STEPS)
    .filter(([step, [role, from]]) => me.roles.includes(role) && from.includes(complaint.state) && (owner !== undefined || step === 'CHASE'))
    .filter(([step]) => !(step === 'ESCALATE' && isTop) && !(step === 'EXTEND' && taken('EXTEND') > 0)  && !(step === 'CLOSE' && complaint.state === 'UNSATISFIED' && !isTop))
    .map(([step]) => step);
}

const PARTS = new Intl.DateTimeFormat('en', {
  timeZone: 'Asia/Shanghai', hourCycle: 'h23', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit'});

/** 11月30日 17:00; a limit that ends with a day ends at its 24:00. */
function moment(t, deadline) {
  const at = (instant) => Object.fromEntries(PARTS.formatToParts(instant).map(({type, value}) => [type, value]));
  const end = new Date(deadline);
  const {month, day, hour, minute} = at(end);
  if (hour !== '00' || minute !== '00') {
    return t('clock.at', {month, day, time: `${hour}:${minute}`});
  }
  const last = at(end.getTime() - 1);
  return t('clock.at', {month: last.month, day: last.day, time: '24:00'});
}

/** How much of its time is left, and until when. */
export function clock(t, complaint, now = Date.now()) {
  const {deadline, overdue, workingDaysLeft} = complaint;
  if (isEnded(complaint) || (deadline === undefined && !overdue)) {
    return html`<span class="faint">${t('clock.none')}</span>`;
  }
  if (deadline === undefined) {
    return stateWord(t('clock.over'), 'bad');
  }
  const left = Date.parse(deadline) - now;
  const isOver = overdue || left <= 0;
  const word = isOver ? t('clock.over') : workingDaysLeft > 0 ? t('clock.left', {count: workingDaysLeft}) : t('clock.today');
  return html`${stateWord(word, isOver ? 'bad' : workingDaysLeft > 0 ? 'new' : 'wait')} <span class="until">${moment(t, deadline)}</span>`;
}

/** Whose the next step is, in words. */
export function nextInWords(t, complaint, ownerName) {
  return html`<p class="reason">${t(`next.${complaint.state}`, {owner: ownerName})}</p>`;
}

/** What was said about money's or quality's fault, when it was answered. */
export function verdict(t, {upheld}) {
  return upheld === undefined ? nothing : t(upheld ? 'upheld.yes' : 'upheld.no');
}

export const choicesOf = (t, prefix, names) => names.map((name) => [name, t(`${prefix}.${name}`)]);
