// A partner takes a step, or one is proposed: what it does, what it needs, and why.

import {paper} from '../../kit/form.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {PROPOSALS, SCOPES, partnerState, termsOf} from '../partners.js';

const STEPS = ['EXAMINE', 'AGREE', 'REJECT', 'CONFIRM', 'DECLINE', 'SUSPEND'];
const t = await wordsOf('desk', 'union', 'union.partners');

const isProposal = (step) => PROPOSALS.includes(step);
const isKnown = (step) => STEPS.includes(step) || isProposal(step);

export const title = ({path: {step}}) => (isKnown(step) ? t(isProposal(step) ? `propose.${step}` : `do.${step}`) : t('problem'));

export const load = ({ask, path: {partner}}) => ask('getPartner', {path: {partner}});

function fieldsOf(step, {scopes, requestsPerMinute}) {
  const agreement = (isOptional) => [
    {name: 'agreementNo', kind: 'documentNo', max: 60, isOptional},
    {name: 'agreementUntil', kind: 'date', isOptional, hasHint: true},
  ];
  const more = {
    AGREE: agreement(false),
    TRIAL: [{name: 'publicKey', kind: 'long', max: 1000, hasHint: true}],
    KEY: [{name: 'publicKey', kind: 'long', max: 1000, hasHint: true}],
    TERMS: [
      {name: 'scopes', kind: 'several', choices: SCOPES.map((each) => [each, t(`scopeIs.${each}`)]), initial: scopes.join(' ')},
      {name: 'requestsPerMinute', kind: 'number', min: 1, max: 60_000, initial: String(requestsPerMinute)},
      ...agreement(true),
    ],
  };
  return [...(more[step] ?? []), {name: 'reason', kind: 'long', max: 500, hasHint: true}];
}

export function view(desk, found) {
  const {partner, step} = desk.path;
  const back = html`<p><a href=${href(['partners', partner])}>${found.name}</a></p>`;
  if (!isKnown(step)) {
    return html`<p class="problem">${t('problem.nothing')}</p>${back}`;
  }
  const {proposal} = found;
  const answers = ['CONFIRM', 'DECLINE'].includes(step);
  const wish = (body) => (isProposal(step) ? {step: 'PROPOSE', what: step, ...body} : {step, ...(answers ? {proposal: proposal?.proposal ?? 1} : {}), ...body});
  return html`${answers && proposal !== undefined && desk.query.stage !== 'done' ? facts([
      [t('pa.asked'), t(`propose.${proposal.what}`)],
      [t('pa.askedBy'), proposal.by],
      [t('pa.terms'), termsOf(t, proposal.terms)],
      [t('pa.why'), proposal.reason],
    ]) : nothing}
    ${paper(t, desk, {
      words: 'stepping',
      fields: fieldsOf(step, found),
      warning: html`<p class="reason">${t(isProposal(step) ? `proposing.${step}` : `warn.${step}`)}</p>`,
      send: (body) => desk.ask('takePartnerStep', {path: {partner}, body: wish(body)}),
      done: ({state, next}) => html`<p>${partnerState(t, state)}</p><p>${t(`partnerNext.${next}`)}</p>`,
    })}${back}`;
}
