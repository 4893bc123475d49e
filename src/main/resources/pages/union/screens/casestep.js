// A difference is taken, noted upon, or closed with what came of it.

import {href} from '../../desk/place.js';
import {stateOf} from '../../kit/cases.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const STEPS = ['TAKE', 'NOTE', 'CLOSE'];
const OUTCOMES = ['EXPLAINED', 'CORRECTED', 'UNFOUNDED', 'PAID', 'REJECTED'];
const t = await wordsOf('desk', 'union', 'money');

export const title = ({path: {step}}) => (STEPS.includes(step) ? t(`caseDo.${step}`) : t('problem'));

export const load = ({ask, path}) => ask('readSettlementCase', {path: {case: path.case}});

export function view(desk, one) {
  const {step} = desk.path;
  const back = html`<p><a href=${href(['settlement', 'cases', one.case])}>${t('case.back', {no: one.case})}</a></p>`;
  if (!STEPS.includes(step) || (one.state === 'CLOSED' && desk.query.stage !== 'done')) {
    return html`<p class="problem">${t('case.notPossible')}</p>${back}`;
  }
  const outcomes = OUTCOMES.filter((each) => one.sides === 'BANK' || !['PAID', 'REJECTED'].includes(each));
  return html`<p class="intro">${t(`odd.${one.kind}`)} · ${one.name}</p>${paper(t, desk, {
    words: 'caseForm',
    fields: [
      ...(step === 'CLOSE' ? [{name: 'outcome', kind: 'choice', choices: outcomes.map((each) => [each, t(`outcomeOf.${each}`)])}] : []),
      ...(step === 'CLOSE' && one.sides === 'BANK' ? [{name: 'bankNo', isOptional: true, hasHint: true}] : []),
      {name: 'text', kind: 'long', max: 1000, hasHint: true},
    ],
    warning: html`<p class="reason">${t(`caseWarn.${step}`)}</p>`,
    send: (body) => desk.ask('takeSettlementCaseStep', {path: {case: one.case}, body: {step, ...body}}),
    done: (now) => html`<p>${stateOf(t, now)}</p>`,
  })}${back}`;
}
