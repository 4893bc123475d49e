// Rounds of vouchers, quotas and passes as the console shows them, and what they gave.

import {href} from '../desk/place.js';
import {time, until, yuan} from '../kit/figures.js';
import {facts, stateWord} from '../kit/summary.js';
import {table} from '../kit/table.js';
import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

export const STATES = ['DRAFT', 'OPEN', 'DONE', 'STOPPED'];
export const WAYS = ['SHEET', 'QUERY', 'CLAIM', 'LOTTERY'];
export const KINDS = ['VOUCHER', 'QUOTA', 'PASS'];
export const POOLS = ['WELFARE', 'AGRI_AID', 'XINJIANG_AID', 'TRAVEL'];

const TONES = {DRAFT: 'new', OPEN: 'good', DONE: 'off', STOPPED: 'bad'};
const HAS = {READY: 'good', RETURNED: 'good', NOT_YET: 'wait', USED: 'off', EXPIRED: 'off', VOID: 'bad'};

export const roundState = (t, state) => stateWord(t(`round.${state}`), TONES[state]);
export const voucherState = (t, {state}) => stateWord(t(`has.${state}`), HAS[state]);
export const minute = (instant) => (instant === undefined ? undefined : time(new Date(instant), language).slice(0, -3));

/** What moves a round, and who may. */
export const STEPS = {APPROVE: ['APPROVER'], STOP: ['APPROVER', 'SUPERVISOR'], FINISH: ['APPROVER'], DRAW: ['APPROVER']};

const isOver = ({closesAt}) => closesAt !== undefined && Date.parse(closesAt) <= Date.now();

/** The steps that this person can take; whoever prepared it does not approve it, and nobody draws before the end. */
export function possible({me}, round) {
  return round.steps.filter((step) => STEPS[step].some((role) => me.roles.includes(role))
    && !(step === 'APPROVE' && round.preparedBy === me.login) && !(step === 'DRAW' && !isOver(round)));
}

/** What comes next, and who does it. */
export function nextOf(t, round) {
  const {state, way} = round;
  return t(state !== 'OPEN' ? `next.${state}` : `next.${isOver(round) ? 'CLOSED' : 'OPEN'}.${way}`);
}

/** How much of it is given, as a bar and in words. */
export const given = (t, {name, granted, most}) => html`<span class="used">
  <progress max=${most} value=${granted} aria-label=${t('r.grantedBar', {name})}></progress><span>${t('r.grantedOf', {granted, most})}</span></span>`;

export const untilOf = (t, {goodUntil, goodDays}) =>
  (goodUntil === undefined ? t('r.days', {days: goodDays}) : t('r.untilAt', {at: until(goodUntil, language)}));

/** What one of them is, and how much of it is left. */
export function worth(t, {kind, leftFen, fen, leftEntries, entries, thresholdFen, offFen, basisPoints, capFen}) {
  const word = t(`kind.${kind}`);
  if (kind === 'QUOTA') {
    return `${word} · ${t('worth.quota', {left: yuan(leftFen), all: yuan(fen)})}`;
  }
  if (kind === 'PASS') {
    return entries === undefined ? word : `${word} · ${t('worth.entries', {left: leftEntries, all: entries})}`;
  }
  if (basisPoints !== undefined) {
    return `${word} · ${t('worth.percent', {percent: basisPoints / 100, most: yuan(capFen)})}`;
  }
  if (offFen === undefined) {
    return word;
  }
  return `${word} · ${thresholdFen === undefined ? t('worth.off', {off: yuan(offFen)}) : t('worth.threshold', {from: yuan(thresholdFen), off: yuan(offFen)})}`;
}

export const usedOf = (t, {usedCount, usedFen}) => (usedCount === 0 ? '' : t('v.usedIs', {count: usedCount, amount: yuan(usedFen)}));

/** A list of them, each with the way to it. */
export const voucherTable = (t, desk, {caption, vouchers, more = [], next, empty}) => table(t, desk, {
  caption,
  columns: [
    {name: 'no', label: t('v.no'), isNumber: true, value: ({voucher}) => Number(voucher),
      cell: ({round, voucher}) => html`<a href=${href(['rounds', String(round), 'vouchers', voucher])}>${voucher}</a>`},
    ...more,
    {name: 'what', label: t('v.what'), cell: (each) => worth(t, each)},
    {name: 'state', label: t('v.state'), value: ({state}) => state, cell: (each) => voucherState(t, each)},
    {name: 'grantedAt', label: t('v.grantedAt'), value: ({grantedAt}) => grantedAt, cell: ({grantedAt}) => minute(grantedAt)},
    {name: 'until', label: t('v.until'), value: ({until}) => until, cell: (each) => until(each.until, language)},
    {name: 'used', label: t('v.used'), cell: (each) => usedOf(t, each)},
  ],
  rows: vouchers,
  next,
  empty,
});

/** What a campaign gives out, as facts. */
export function grantFacts(t, {kind, perMember, pool, returnDays, siteCount, siteDayCount, closed}) {
  const times = (count) => (count === undefined ? undefined : t('grants.times', {count}));
  return [
    [t('v.what'), t(`kind.${kind}`)],
    [t('grants.perMember'), perMember === undefined ? undefined : t('grants.perMemberIs', {count: perMember})],
    [t('v.pool'), pool === undefined ? undefined : t(`pool.${pool}`)],
    [t('grants.returnDays'), returnDays > 0 ? t('grants.returnDaysIs', {days: returnDays}) : t('grants.lost')],
    [t('grants.siteCount'), times(siteCount)],
    [t('grants.siteDayCount'), times(siteDayCount)],
    [t('grants.closed'), closed?.join(t('form.and'))],
  ];
}

/** What a campaign gives out, and what can be done about it: for the campaign's own page. */
export function giving(t, desk, {campaign, status, grants}) {
  const at = (...more) => href(['campaigns', campaign, ...more]);
  const maySet = desk.may('setCampaignGrants') && status === 'DRAFT';
  const mayAdd = grants !== undefined && desk.may('addRound') && status !== 'ENDED';
  return html`<h2>${t('grants')}</h2>
    ${grants === undefined ? html`<p>${t('grants.none')}</p>` : facts(grantFacts(t, grants))}
    <div class="doings">${maySet ? html`<a class="button" id="set-grants" href=${at('grants')}>${t('grants.set')}</a>` : nothing}
      ${grants === undefined ? nothing : html`<a class="button" id="rounds" href=${href('rounds', {campaign})}>${t('grants.rounds')}</a>`}</div>
    ${mayAdd ? html`<h3>${t('grants.add')}</h3><ul class="says">${WAYS.map((way) => html`<li><a data-way=${way} href=${at('rounds', way)}>${t(`way.${way}`)}</a>
      <span class="faint">${t(`wayIs.${way}`)}</span></li>`)}</ul>` : nothing}`;
}

/** What can become of one of them: what is void is given anew once, but no voucher that was used before. */
export function voucherDoings({state, kind, usedCount, reissuedAs}) {
  if (state !== 'VOID') {
    return ['VOID'];
  }
  return reissuedAs !== undefined || (kind === 'VOUCHER' && usedCount > 0) ? [] : ['REISSUE'];
}
