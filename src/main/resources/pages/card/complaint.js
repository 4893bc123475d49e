// One complaint: how far it is and until when, and what its opener can do now.

import {Refused} from '../kit/call.js';
import {time, until} from '../kit/figures.js';
import {told} from '../kit/form.js';
import {facts, stateWord, timeLine} from '../kit/summary.js';
import {focusOn, html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

const TONES = {ANSWERED: 'wait', SATISFIED: 'good', CLOSED: 'off', WITHDRAWN: 'off', UNSATISFIED: 'bad', ESCALATED: 'bad'};

/** What the opener can do, and from where. */
const STEPS = {
  SATISFY: ['ANSWERED'],
  DISSATISFY: ['ANSWERED'],
  CHASE: ['OPENED', 'ACCEPTED', 'ANSWERING', 'UNSATISFIED', 'ESCALATED'],
  WITHDRAW: ['OPENED', 'ACCEPTED', 'ANSWERING', 'ANSWERED', 'UNSATISFIED', 'ESCALATED'],
};

export const title = (t) => t('complaint');

export async function load(app, id, t) {
  const mine = await app.safe.get('complaints', id);
  if (mine === undefined) {
    return {mine: null, seen: null, problem: {said: t('complaint.unknown'), next: ''}};
  }
  try {
    const {complaint, token} = mine;
    const seen = await app.askAsNobody('viewComplaint', {body: {complaint, token}});
    await app.safe.put('complaints', id, {...mine, seen});
    return {mine, seen, problem: null};
  } catch (error) {
    return {mine, seen: mine.seen ?? null, problem: told(t, error)};
  }
}

export function view(t, app, data) {
  const {mine, seen, problem} = data;
  return html`
    ${problem === null ? nothing : html`<p class="problem" role="alert" tabindex="-1">${problem.said} ${problem.next}</p>`}
    ${seen === null ? nothing : shown(t, mine, seen)}
    ${seen === null ? nothing : doable(t, app, data)}
    <div class="doings"><a class="button" href="#complaints">${t('back')}</a></div>`;
}

function shown(t, mine, seen) {
  const at = (instant) => (instant === undefined ? '' : time(new Date(instant), language));
  const end = seen.deadline === undefined ? '' : until(seen.deadline, language);
  const clock = seen.overdue ? stateWord(t('complaint.overdue', {at: end}), 'bad') : end;
  return html`
    ${facts([
      [t('complaint.no'), seen.complaint],
      [t('complain.kind'), t(`kind.${seen.kind}`)],
      [t('merchant'), mine.merchantName],
      [t('complaint.state'), stateWord(t(`complaintState.${seen.state}`), TONES[seen.state] ?? 'new')],
      [t('complaint.next'), t(`complaintNext.${seen.state}`)],
      [t('complaint.deadline'), clock],
      [t('complain.text'), seen.text],
    ])}
    <h2>${t('complaint.steps')}</h2>
    ${timeLine(t('complaint.steps'), seen.steps.map((step) => ({at: at(step.at), what: t(`step.${step.step}`), more: step.text})))}`;
}

function doable(t, app, data) {
  const {mine, seen} = data;
  const steps = Object.keys(STEPS).filter((step) => STEPS[step].includes(seen.state));
  if (steps.length === 0) {
    return nothing;
  }
  const take = (step) => async () => {
    const text = document.querySelector('#say').value.trim();
    try {
      const {complaint, token} = mine;
      await app.askAsNobody('sayOnComplaint', {body: {complaint, token, step, ...(text === '' ? {} : {text})}});
      Object.assign(data, await load(app, complaint, t));
      document.querySelector('#say')?.setRangeText('', 0, text.length);
      focusOn('h1');
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      data.problem = told(t, error);
      focusOn('.problem');
    }
    app.change();
  };
  return html`<h2>${t('complaint.do')}</h2>
    <label class="field">${t('complaint.say')}<textarea id="say" rows="3" maxlength="2000"></textarea></label>
    <div class="doings">${steps.map(
      (step) => html`<button type="button" data-step=${step} @click=${take(step)}>${t(`do.${step}`)}</button>`)}</div>`;
}
