// Campaigns as the console shows them: state, money, what the rule says, and the form they are written in.

import {Refused} from '../kit/call.js';
import {time, yuan} from '../kit/figures.js';
import {stateWord} from '../kit/summary.js';
import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

const TONES = {DRAFT: 'new', SUBMITTED: 'wait', APPROVED: 'wait', RUNNING: 'good', PAUSED: 'bad', ENDED: 'off'};

export const campaignState = (t, status) => stateWord(t(`campaign.${status}`), TONES[status]);

/** What moves a campaign, and who may. */
export const STEPS = {
  SUBMIT: ['CLERK'],
  WITHDRAW: ['CLERK'],
  APPROVE: ['APPROVER'],
  RETURN: ['APPROVER'],
  RUN: ['APPROVER'],
  PAUSE: ['APPROVER', 'SUPERVISOR'],
  RESUME: ['APPROVER'],
  END: ['APPROVER', 'SUPERVISOR'],
};

/** Whoever wrote it down or handed it in does not approve it. */
export const isOwn = ({me}, {preparedBy, submittedBy}) => [preparedBy, submittedBy].includes(me.login);

/** The steps that this person can take. */
export function possible(desk, campaign) {
  return (campaign.steps ?? []).filter((step) => STEPS[step].some((role) => desk.me.roles.includes(role)) && !(step === 'APPROVE' && isOwn(desk, campaign)));
}

/** How much of the money is used, as a bar and in words. */
export function used(t, {budget, name}) {
  if (budget === undefined) {
    return html`<span class="faint">${t('budget.none')}</span>`;
  }
  const {fen, usedFen} = budget;
  const percent = Math.floor((usedFen * 100) / fen);
  return html`<span class="used"><progress max=${fen} value=${Math.min(usedFen, fen)} aria-label=${t('budget.of', {name})}></progress>
    <span>${t('budget.words', {used: yuan(usedFen), all: yuan(fen), percent, left: yuan(fen - usedFen)})}</span></span>`;
}

/** A larger budget that one person has asked for. */
export const raised = (t, {raise}) => raise === undefined ? nothing
  : html`<p class="reason" id="raise">${t('budget.raise', {all: yuan(raise.budget.fen), by: raise.by})}</p>`;

/** What a rule names by codes, with the words for it. */
function namesIn(t, {funders = [], members = {}, merchants = {}}, nameOf) {
  const orgs = [...funders.map(({org}) => org), ...(members.orgs ?? []), ...(merchants.orgs ?? [])];
  return new Map([
    ...orgs.map((org) => [String(org), nameOf(String(org))]),
    ...(members.categories ?? []).map((each) => [each, t(`member.${each}`)]),
    ...(merchants.categories ?? []).map((each) => [each, t(`category.${each}`)]),
  ]);
}

/**
 * The rule in sentences, and what looks like a mistake.
 *
 * @param rule what they say
 * @param nameOf gives the name of a union's code
 */
export function said(t, {explanation = [], warnings = []}, rule, nameOf) {
  const names = namesIn(t, rule, nameOf);
  const inWords = (each) => (language === 'zh' ? each.zh : each.en).replace(/[\w.-]+/g, (word) => names.get(word) ?? word);
  return html`${warnings.length === 0 ? nothing : html`<div class="reason" id="findings"><strong>${t('rule.warnings')}</strong><ul>${warnings.map((each) => html`<li>${inWords(each)}</li>`)}</ul></div>`}
    ${explanation.length === 0 ? nothing : html`<p><strong>${t('rule.says')}</strong></p><ul class="says">${explanation.map((each) => html`<li>${inWords(each)}</li>`)}</ul>`}`;
}

export const period = (t, {startsAt, endsAt}) => t('m.from', {from: minute(startsAt), until: minute(endsAt)});

const minute = (instant) => time(new Date(instant), language).slice(0, -3);

/** As an input of a minute holds it: the time in China. */
const typedMinute = (instant) => new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16);
const typedYuan = (fen) => (fen === undefined ? '' : (fen / 100).toFixed(2));
const typedNumber = (number) => (number === undefined ? '' : String(number));

/** The budget's fields, filled with one that there is. */
export function budgetFields({fen, dayFen, count, dayCount} = {}) {
  return [
    {name: 'fen', kind: 'yuan', initial: typedYuan(fen)},
    {name: 'dayFen', kind: 'yuan', isOptional: true, initial: typedYuan(dayFen)},
    {name: 'count', kind: 'number', min: 1, isOptional: true, initial: typedNumber(count)},
    {name: 'dayCount', kind: 'number', min: 1, isOptional: true, initial: typedNumber(dayCount)},
  ];
}

export const budgetOf = ({fen, dayFen, count, dayCount}) => ({fen, dayFen, count, dayCount});

const EXAMPLE = (org) => ({
  benefit: {kind: 'THRESHOLD', thresholdFen: 10000, offFen: 2000},
  funders: [{funder: 'UNION', org, shareBp: 10000}],
  limits: {memberDayCount: 1},
});

/** The terms' fields; those of a campaign that is written anew stand in them. */
export function termsFields({org}, campaign) {
  const {name = '', publicName = '', documentNo = '', budgetSource = '', deed = '', startsAt, endsAt, budget, rule} = campaign ?? {};
  return [
    {name: 'name', kind: 'text', max: 60, hasHint: true, initial: name},
    {name: 'publicName', kind: 'text', max: 40, isOptional: true, hasHint: true, initial: publicName},
    {name: 'documentNo', kind: 'documentNo', max: 60, hasHint: true, initial: documentNo},
    {name: 'budgetSource', kind: 'text', max: 60, isOptional: true, initial: budgetSource},
    {name: 'deed', kind: 'text', max: 60, isOptional: true, initial: deed},
    {name: 'startsAt', kind: 'minute', initial: startsAt === undefined ? '' : typedMinute(startsAt)},
    {name: 'endsAt', kind: 'minute', initial: endsAt === undefined ? '' : typedMinute(endsAt)},
    ...budgetFields(budget),
    {name: 'rule', kind: 'long', rows: 14, max: 20_000, hasHint: true, initial: JSON.stringify(rule ?? EXAMPLE(org), null, 2)},
  ];
}

/** As the contract wants it. */
export function termsOf(t, {fen, dayFen, count, dayCount, rule, ...others}) {
  let read;
  try {
    read = JSON.parse(rule);
  } catch {
    throw new Refused(400, {title: t('rule.notJson'), detail: t('rule.notJson'), nextAction: '', field: 'rule'});
  }
  return {...others, budget: budgetOf({fen, dayFen, count, dayCount}), rule: read};
}
