// One decision: its figures, against what, and the appeal.

import {href} from '../../desk/place.js';
import {time, until} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {facts} from '../../kit/summary.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {stageOf} from '../stage.js';

const t = await wordsOf('desk', 'shop', 'shop.standing');

const FIELDS = [{name: 'reason', kind: 'long', max: 500, hasHint: true}];
const LIMITS = {WARN: 'warnPermille', RECTIFY: 'rectifyPermille', SUSPEND: 'suspendPermille'};
const WEIGHTS = {WARN: 'warnWeight', RECTIFY: 'rectifyWeight', SUSPEND: 'suspendWeight'};

export const title = (desk) => t('decision.one', {no: desk.path.decision});

export const load = ({ask, path}) => ask('readDecision', {path});

const minute = (at) => time(new Date(at), language).slice(0, -3);

export function view(desk, decision) {
  const {evidence, policy, stage} = decision;
  return html`
    <p>${stageOf(t, decision)} ${t(`stage.${stage}.means`)}</p>
    ${facts([
      [t('decision.at'), minute(decision.at)],
      [t('decision.window'), t('decision.days', {days: policy.windowDays})],
      [t('decision.payers'), t('decision.spoke', {payers: evidence.payers, bad: evidence.bad})],
      [t('decision.bound'), t('decision.against', {value: percent(evidence.boundPpm / 10_000), limit: percent(policy[LIMITS[stage]] / 10)})],
      [t('decision.complaints'), evidence.complaints === 0 ? undefined : t('decision.counted', evidence)],
      [t('decision.weight'), evidence.complaints === 0 ? undefined
        : t('decision.against', {value: evidence.weightPerHundred, limit: policy.complaints[WEIGHTS[stage]]})],
      [t('decision.ended'), decision.endedAt === undefined ? undefined : minute(decision.endedAt)],
    ])}
    <p class="hint">${t('decision.how')}</p>
    <h2>${t('appeal.title')}</h2>
    ${appeal(desk, decision)}
    <div class="doings"><a class="button" href=${href('standing')}>${t('decision.back')}</a></div>`;
}

function percent(value) {
  return `${value.toFixed(1)}%`;
}

function appeal(desk, decision) {
  if (desk.query.stage !== 'done') {
    if (decision.verdict !== undefined) {
      return html`<p>${t(`verdict.${decision.verdict}`)} ${decision.documentNo}</p>`;
    }
    if (decision.appealedAt !== undefined) {
      return html`<p>${t('appeal.entered', {time: minute(decision.appealedAt)})}</p>`;
    }
    if (decision.endedAt !== undefined || Date.parse(decision.appealUntil) < Date.now()) {
      return html`<p>${t('appeal.tooLate', {time: until(decision.appealUntil, language)})}</p>`;
    }
  }
  return html`<p class="intro">${t('appeal.intro', {time: until(decision.appealUntil, language)})}</p>
    ${paper(t, desk, {
      fields: FIELDS,
      words: 'appeal',
      warning: html`<p class="problem">${t('appeal.once')}</p>`,
      send: (body) => desk.ask('appealDecision', {path: desk.path, body}),
      done: () => html`<h2>${t('appeal.done')}</h2><p>${t('appeal.next')}</p>`,
    })}`;
}
