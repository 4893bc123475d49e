// Campaigns of this person's unions: how they stand and how much of their money is used.

import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {campaignState, period, used} from '../campaigns.js';
import {namesOf} from '../orgs.js';

const PAGE = 100;
const STATES = ['DRAFT', 'SUBMITTED', 'APPROVED', 'RUNNING', 'PAUSED', 'ENDED'];
const t = await wordsOf('desk', 'union', 'union.campaigns');

export const title = () => t('menu.campaigns');

export async function load({ask, query: {after}}) {
  const [{campaigns}, nameOf] = await Promise.all([ask('listCampaigns', {query: after ? {after} : {}}), namesOf(ask)]);
  return {campaigns, nameOf};
}

export function view(desk, {campaigns, nameOf}) {
  const {state} = desk.query;
  return html`
    ${desk.may('addCampaign') ? html`<div class="doings"><a class="button primary" href=${href(['campaigns', 'new'])}>${t('m.add')}</a></div>` : nothing}
    ${filters(t, desk, [{name: 'state', label: t('m.state'), choices: STATES.map((each) => [each, t(`campaign.${each}`)])}])}
    ${table(t, desk, {
      caption: t('m.list'),
      columns: [
        {name: 'name', label: t('m.name'), value: ({name}) => name, cell: ({code, name}) => html`<a href=${href(['campaigns', code])}>${name}</a> <span class="faint">${code}</span>`},
        {name: 'state', label: t('m.state'), value: ({status}) => STATES.indexOf(status), cell: ({status}) => campaignState(t, status)},
        {name: 'org', label: t('m.org'), value: ({org}) => nameOf(org), cell: ({org}) => nameOf(org)},
        {name: 'period', label: t('m.period'), value: ({startsAt}) => startsAt, cell: (each) => period(t, each)},
        {name: 'budget', label: t('m.budget'), value: ({budget}) => (budget === undefined ? 0 : budget.usedFen / budget.fen), cell: (each) => used(t, each)},
      ],
      rows: campaigns.filter(({status}) => !state || status === state),
      next: campaigns.length === PAGE ? campaigns.at(-1).code : undefined,
      filters: state ? 1 : 0,
      empty: t(desk.may('addCampaign') ? 'm.noneYet' : 'm.none'),
    })}
    <p><a id="above" href=${href(['campaigns', 'above'])}>${t('m.above')}</a></p>`;
}
