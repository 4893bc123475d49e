// A step of a complaint: what is said with it, checked, taken.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {SEVERITIES, choicesOf, complaintState, possible} from '../complaints.js';
import {orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.complaints');

export const title = ({path}) => (path.step in STEP_FIELDS ? t(`do.${path.step}`) : t('problem'));

const words = (name, isOptional) => ({name, kind: 'long', max: 2000, hasHint: true, isOptional});

const STEP_FIELDS = {
  ACCEPT: () => [{name: 'severity', kind: 'choice', choices: choicesOf(t, 'severity', SEVERITIES), initial: 'GENERAL'}, words('text', true)],
  ASK: () => [words('text', true)],
  ANSWER: () => [{name: 'upheld', kind: 'yes', hasHint: true}, words('text', false)],
  TRANSFER: (orgs, {owner}) => [
    {name: 'to', kind: 'choice', hasHint: true, choices: orgs.filter(({code}) => code !== owner).map(({code, name}) => [code, name])},
    words('text', true),
  ],
  CLOSE: () => [words('text', true)],
  ESCALATE: () => [words('text', true)],
  EXTEND: () => [words('text', true)],
  CHASE: () => [words('text', true)],
};

export async function load({ask, path: {complaint}}) {
  const [found, orgs] = await Promise.all([ask('getComplaint', {path: {complaint}}), orgsOf(ask)]);
  return {complaint: found, orgs};
}

export function view(desk, {complaint, orgs}) {
  const {step} = desk.path;
  const back = html`<p><a href=${href(['complaints', complaint.complaint])}>${t('c.back', {no: complaint.complaint})}</a></p>`;
  if (!(step in STEP_FIELDS) || (desk.query.stage !== 'done' && !possible(desk, complaint, orgs).includes(step))) {
    return html`<p class="problem">${t('c.notPossible')}</p>${back}`;
  }
  return html`${paper(t, desk, {
    words: 'stepForm',
    fields: STEP_FIELDS[step](orgs, complaint),
    warning: html`<p>${t(`warn.${step}`)}</p>`,
    send: (body) => desk.ask('takeComplaintStep', {path: {complaint: complaint.complaint}, body: {step, ...body}}),
    done: (moved) => html`<p><strong>${t('c.done', {step: t(`step.${step}`)})}</strong></p><p>${t('c.now')} ${complaintState(t, moved.to)}</p>`,
  })}${back}`;
}
