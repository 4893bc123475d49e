// Partners, as the console shows them.

import {day, time} from '../kit/figures.js';
import {stateWord} from '../kit/summary.js';
import {language} from '../kit/words.js';

export const KINDS = ['UNION_PLATFORM', 'SELLING_PLATFORM'];
export const SCOPES = ['REVIEWS', 'EVENTS', 'REDEEM'];
export const STATES = ['APPLIED', 'EXAMINED', 'AGREED', 'TRIAL', 'LIVE', 'SUSPENDED', 'ENDED', 'REJECTED'];
export const PROPOSALS = ['TRIAL', 'LIVE', 'KEY', 'TERMS', 'REINSTATEMENT', 'END'];

const TONES = {APPLIED: 'new', EXAMINED: 'wait', AGREED: 'wait', TRIAL: 'wait', LIVE: 'good', SUSPENDED: 'bad', ENDED: 'off', REJECTED: 'off'};

export const at = (instant) => (instant === undefined ? undefined : time(new Date(instant), language));
export const on = (date) => (date === undefined ? undefined : day(date, language));
export const partnerState = (t, state) => stateWord(t(`partner.${state}`), TONES[state]);
export const scopesOf = (t, scopes) => scopes.map((scope) => t(`scope.${scope}`)).join(t('form.and'));
export const fingerprintOf = (hash) => hash.slice(0, 16).match(/.{4}/g).join(' ');

/** What this person may do with it now: steps, and proposals by what they propose. */
export function possible({me, may}, {state, proposal, steps}) {
  if (!may('takePartnerStep')) {
    return [];
  }
  const has = (role) => me.roles.includes(role);
  const took = (step) => steps.some((each) => each.step === step && each.by === me.login);
  const isNew = ['APPLIED', 'EXAMINED', 'AGREED'].includes(state);
  const works = ['TRIAL', 'LIVE'].includes(state);
  return [
    ...(has('CLERK') && state === 'APPLIED' && !took('APPLY') ? ['EXAMINE'] : []),
    ...(has('APPROVER') && state === 'EXAMINED' && !took('APPLY') && !took('EXAMINE') ? ['AGREE'] : []),
    ...(has('APPROVER') && proposal !== undefined ? [...(proposal.by === me.login ? [] : ['CONFIRM']), 'DECLINE'] : []),
    ...(has('APPROVER') && isNew && proposal === undefined ? ['REJECT'] : []),
    ...(has('CLERK') && proposal === undefined ? proposals(state, works) : []),
    ...(has('SUPERVISOR') && works ? ['SUSPEND'] : []),
  ];
}

function proposals(state, works) {
  return [
    ...(state === 'AGREED' ? ['TRIAL'] : []),
    ...(state === 'TRIAL' ? ['LIVE'] : []),
    ...(state === 'SUSPENDED' ? ['REINSTATEMENT'] : []),
    ...(works || state === 'SUSPENDED' ? ['KEY', 'TERMS', 'END'] : []),
  ];
}

/** What came with a step, in a line. */
export function termsOf(t, {fingerprint, scopes, requestsPerMinute, agreementNo, agreementUntil} = {}) {
  return [
    ...(fingerprint === undefined ? [] : [t('pa.keyIs', {key: fingerprintOf(fingerprint)})]),
    ...(scopes === undefined ? [] : [scopesOf(t, scopes)]),
    ...(requestsPerMinute === undefined ? [] : [t('pa.rate', {n: requestsPerMinute})]),
    ...(agreementNo === undefined ? [] : [t('pa.agreementIs', {no: agreementNo, day: on(agreementUntil)})]),
  ].join(t('form.and'));
}
