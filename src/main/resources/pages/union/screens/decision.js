// One decision: what tipped it, by how much, and what can be done about it.

import {time, until} from '../../kit/figures.js';
import {thermometer} from '../../kit/chart.js';
import {facts, timeLine} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {decisionState} from '../decisions.js';
import {href} from '../../desk/place.js';

const STEPS = {RECTIFY: 'ORDER_RECTIFICATION', SUSPEND: 'SUSPEND'};
const t = await wordsOf('desk', 'union', 'union.supervision');

export const title = (desk, data) => (data === null ? t('menu.supervision') : t('d.title', {stage: t(`stage.${data.stage}`), merchant: data.merchantName}));

export const load = ({ask, path}) => ask('readDecision', {path});

const percent = (ppm) => t('percent', {value: (ppm / 10_000).toFixed(1)});
const at = (instant) => time(new Date(instant), language);

export function view(desk, decision) {
  const {evidence, policy, decision: no} = decision;
  return html`
    <p>${decisionState(t, decision)}</p>
    ${doings(desk, decision)}
    <h2>${t('d.evidence')}</h2>
    ${decision.grounds.map((ground) => (ground === 'REVIEWS' ? reviewScale(evidence, policy) : complaintScale(evidence, policy.complaints)))}
    ${facts([
      [t('s.merchant'), html`<a href=${href(['merchants', decision.merchant])}>${decision.merchantName}</a>`],
      [t('d.no'), no],
      [t('s.grounds'), decision.grounds.map((each) => t(`ground.${each}`)).join(t('comma'))],
      [t('d.tipped'), evidence.review === undefined ? t('d.byComplaint', {no: evidence.complaint}) : t('d.byReview', {no: evidence.review})],
      [t('d.voices'), t('d.voicesAre', evidence)],
      [t('d.badReviews'), evidence.badReviews.join(t('comma'))],
      [t('d.complaints'), evidence.weighed.join(t('comma'))],
      [t('d.countedFrom'), at(evidence.countedFrom)],
      [t('d.took'), t('s.ms', {value: Math.ceil(decision.tookMicros / 1000)})],
      [t('d.appealUntil'), until(decision.appealUntil, language)],
    ])}
    <h2>${t('d.line')}</h2>
    ${timeLine(t('d.line'), [
      decision.endedAt && {at: at(decision.endedAt), what: t(`ended.${decision.endedWhy}`)},
      decision.verdict && {at: decision.documentNo, what: t(`verdict.${decision.verdict}`), more: decision.verdictReason},
      decision.appealedAt && {at: at(decision.appealedAt), what: t('d.appealed'), more: decision.appealReason},
      {at: at(decision.at), what: t(decision.effect === 'DONE' ? 'd.decided' : 'd.proposed', {stage: t(`stage.${decision.stage}`)})},
    ].filter(Boolean))}`;
}

function reviewScale({boundPpm, bad, payers}, {warnPermille, rectifyPermille, suspendPermille}) {
  const marks = [['WARN', warnPermille, 'wait'], ['RECTIFY', rectifyPermille, 'rectify'], ['SUSPEND', suspendPermille, 'bad']];
  return thermometer({
    value: boundPpm,
    most: Math.max(boundPpm, suspendPermille * 1000) * 1.1,
    label: t('d.bound', {bound: percent(boundPpm), bad, payers}),
    marks: marks.map(([stage, permille, tone]) => ({at: permille * 1000, tone, label: t('d.mark', {stage: t(`stage.${stage}`), at: percent(permille * 1000)})})),
  });
}

function complaintScale({weightPerHundred, complainants}, {warnWeight, rectifyWeight, suspendWeight}) {
  const marks = [['WARN', warnWeight, 'wait'], ['RECTIFY', rectifyWeight, 'rectify'], ['SUSPEND', suspendWeight, 'bad']];
  return thermometer({
    value: weightPerHundred,
    most: Math.max(weightPerHundred, suspendWeight) * 1.1,
    label: t('d.weight', {weight: weightPerHundred, complainants}),
    marks: marks.map(([stage, weight, tone]) => ({at: weight, tone, label: t('d.mark', {stage: t(`stage.${stage}`), at: weight})})),
  });
}

/** What this person can do, and why not what he can not. */
function doings(desk, decision) {
  const no = String(decision.decision);
  const {isOpen, refusal} = decision.answer;
  const isProposed = decision.effect === 'PROPOSED' && decision.endedAt === undefined && STEPS[decision.stage] !== undefined;
  return html`<ul class="next">
    ${isProposed && desk.me.roles.includes('SUPERVISOR')
      ? html`<li><a class="button primary" href=${href(['merchants', decision.merchant, 'steps', STEPS[decision.stage]])}>${t('d.take', {stage: t(`stage.${decision.stage}`)})}</a></li>` : nothing}
    ${desk.may('appealDecision') && decision.appealedAt === undefined && decision.endedAt === undefined
      ? html`<li>${Date.parse(decision.appealUntil) > Date.now()
        ? html`<a class="button" href=${href(['supervision', no, 'appeal'])}>${t('appeal.add')}</a>` : html`<p class="reason">${t('appeal.late')}</p>`}</li>` : nothing}
    ${isOpen && desk.may('answerAppeal') ? html`<li>${refusal === undefined
      ? html`<a class="button primary" href=${href(['supervision', no, 'answer'])}>${t('answer.add')}</a>`
      : html`<p class="reason"><strong>${t('answer.add')}</strong>${t('d.not')}${language === 'zh' ? refusal.title : refusal.detail}</p>`}</li>` : nothing}
    ${isOpen && !desk.may('answerAppeal') ? html`<li class="faint">${t('d.waits')}</li>` : nothing}</ul>`;
}
