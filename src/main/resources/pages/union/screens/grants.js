// What a campaign gives out is written into its draft.

import {paper} from '../../kit/form.js';
import {facts} from '../../kit/summary.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {KINDS, POOLS, grantFacts} from '../rounds.js';

const COUNT_MAX = 9999;
const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = () => t('grants.set');

export const load = ({ask, path: {campaign}}) => ask('readCampaignGrants', {path: {campaign}});

function fieldsOf({kind = '', perMember = '', pool = '', returnDays = '', siteCount = '', siteDayCount = '', closed = []}) {
  const count = (name, initial, more = {}) => ({name, kind: 'number', min: 1, max: COUNT_MAX, isOptional: true, initial: String(initial), ...more});
  return [
    {name: 'kind', kind: 'choice', choices: KINDS.map((each) => [each, t(`kind.${each}`)]), hasHint: true, initial: kind},
    {name: 'pool', kind: 'choice', choices: POOLS.map((each) => [each, t(`pool.${each}`)]), isOptional: true, hasHint: true, initial: pool},
    count('perMember', perMember),
    count('returnDays', returnDays, {min: 0, hasHint: true}),
    count('siteCount', siteCount),
    count('siteDayCount', siteDayCount),
    {name: 'closed', kind: 'long', max: 4800, isOptional: true, hasHint: true, initial: closed.join('\n')},
  ];
}

export function view(desk, {campaign, status, grants = {}}) {
  const back = html`<p><a href=${href(['campaigns', campaign])}>${t('r.back', {name: campaign})}</a></p>`;
  if (status !== 'DRAFT') {
    return html`<p class="problem">${t('grants.draftOnly')}</p>${back}`;
  }
  return html`<p class="intro">${t('grants.intro')}</p>${paper(t, desk, {
    words: 'give',
    fields: fieldsOf(grants),
    send: ({closed, ...body}) => desk.ask('setCampaignGrants', {
      path: {campaign},
      body: {...body, ...(closed === undefined ? {} : {closed: closed.trim().split(/\s+/)})},
    }),
    done: (now) => html`<p><strong>${t('grants.saved')}</strong></p>${facts(grantFacts(t, now.grants))}`,
  })}${back}`;
}
