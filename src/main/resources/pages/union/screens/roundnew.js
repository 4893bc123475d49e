// A round of a campaign is written down: one of four ways.

import {Refused} from '../../kit/call.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';
import {WAYS} from '../rounds.js';

const CATEGORIES = ['ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL'];
const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = ({path: {way}}) => (WAYS.includes(way) ? t('r.title', {way: t(`way.${way}`)}) : t('problem'));

export async function load({ask, path: {campaign, way}}) {
  const [{grants}, orgs] = await Promise.all([ask('readCampaignGrants', {path: {campaign}}), way === 'QUERY' ? orgsOf(ask) : []]);
  return {grants, orgs};
}

function fieldsOf(way, {kind}, orgs) {
  return [
    {name: 'name', kind: 'text', max: 40, hasHint: true},
    {name: 'documentNo', kind: 'documentNo', max: 60, hasHint: true},
    ...(way === 'QUERY' ? [
      {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name])},
      {name: 'category', kind: 'choice', isOptional: true, choices: [['', t('r.everyCategory')], ...CATEGORIES.map((each) => [each, t(`member.${each}`)])]},
    ] : []),
    ...(way === 'CLAIM' || way === 'LOTTERY' ? [{name: 'opensAt', kind: 'minute'}, {name: 'closesAt', kind: 'minute'}] : []),
    {name: 'each', kind: 'number', min: 1, max: 100, initial: '1'},
    {name: 'most', kind: 'number', min: 1, max: 10_000_000},
    ...(kind === 'QUOTA' ? [{name: 'fen', kind: 'yuan'}] : []),
    ...(kind === 'PASS' ? [{name: 'entries', kind: 'number', min: 1, max: 1_000_000, isOptional: true, hasHint: true}] : []),
    {name: 'delayMinutes', kind: 'number', max: 525_600, isOptional: true, hasHint: true},
    {name: 'goodUntil', kind: 'minute', isOptional: true, hasHint: true},
    {name: 'goodDays', kind: 'number', min: 1, max: 3660, isOptional: true, hasHint: true},
  ];
}

/** What the gateway would say to programs. */
async function requireOneEnd({goodUntil, goodDays}) {
  if ((goodUntil === undefined) === (goodDays === undefined)) {
    throw new Refused(400, {title: t('terms.either'), detail: t('terms.either'), nextAction: '', field: 'goodUntil'});
  }
}

export function view(desk, {grants, orgs}) {
  const {campaign, way} = desk.path;
  const back = html`<p><a href=${href(['campaigns', campaign])}>${t('r.back', {name: campaign})}</a></p>`;
  if (!WAYS.includes(way) || grants === undefined) {
    return html`<p class="problem">${t(grants === undefined ? 'r.nothing' : 'r.notPossible')}</p>${back}`;
  }
  return html`<p class="intro">${t(`kind.${grants.kind}`)} · ${t(`wayIs.${way}`)}</p>${paper(t, desk, {
    words: 'terms',
    fields: fieldsOf(way, grants, orgs),
    look: requireOneEnd,
    send: (body) => desk.ask('addRound', {body: {campaign, way, ...body}}),
    done: ({round, name}) => html`<p><strong>${t('r.written')}</strong></p><p>${t('r.writtenNext')}</p><p><a href=${href(['rounds', String(round)])}>${name}</a></p>`,
  })}${back}`;
}
