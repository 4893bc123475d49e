// One campaign: how it stands, its money, what its rule says, and what can be done with it by whom.

import {yuan} from '../../kit/figures.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {campaignState, period, possible, raised, said, used} from '../campaigns.js';
import {namesOf} from '../orgs.js';
import {giving} from '../rounds.js';

const t = await wordsOf('desk', 'union', 'union.rounds', 'union.campaigns');

export const title = (desk, data) => data?.campaign.name ?? t('menu.campaigns');

export async function load({ask, path}) {
  const [campaign, given, nameOf] = await Promise.all([ask('getCampaign', {path}), ask('readCampaignGrants', {path}), namesOf(ask)]);
  return {campaign, given, nameOf};
}

export function view(desk, {campaign, given, nameOf}) {
  const {code, org, publicName, documentNo, budgetSource, deed, status, edition, budget = {}, preparedBy, submittedBy, approvedBy} = campaign;
  const to = (...more) => href(['campaigns', code, ...more]);
  const isMine = preparedBy === desk.me.login;
  const steps = possible(desk, campaign);
  const mayRewrite = desk.may('rewriteCampaign') && status === 'DRAFT';
  const maySet = desk.may('setCampaignBudget') && ['APPROVED', 'RUNNING', 'PAUSED'].includes(status) && !isMine;
  return html`
    <p>${campaignState(t, status)}</p>
    <p class="reason">${t(`campaignNext.${status}`)}${isMine && desk.may('setCampaignBudget') ? t('m.samePerson') : ''}</p>
    <div class="doings">
      ${steps.map((step, i) => html`<a class="button ${i === 0 ? 'primary' : ''}" data-step=${step} href=${to('steps', step)}>${t(`do.${step}`)}</a>`)}
      ${mayRewrite ? html`<a class="button" href=${to('draft')}>${t('m.rewrite')}</a>` : nothing}
      ${maySet ? html`<a class="button" href=${to('budget')}>${t('m.setBudget')}</a>` : nothing}</div>
    <h2>${t('m.budget')}</h2>${used(t, campaign)}${raised(t, campaign)}
    ${['DRAFT', 'SUBMITTED'].includes(status) ? nothing : html`<p><a id="days" href=${to('days')}>${t('days.see')}</a></p>`}
    <h2>${t('rule')}</h2>${said(t, campaign, campaign.rule, nameOf)}
    <details><summary>${t('rule.raw')}</summary><pre class="raw">${JSON.stringify(campaign.rule, null, 2)}</pre></details>
    ${giving(t, desk, given)}
    <h2>${t('m.facts')}</h2>
    ${facts([
      [t('m.code'), code],
      [t('m.org'), nameOf(org)],
      [t('terms.publicName'), publicName],
      [t('terms.documentNo'), documentNo],
      [t('terms.budgetSource'), budgetSource],
      [t('terms.deed'), deed],
      [t('m.period'), period(t, campaign)],
      [t('terms.dayFen'), budget.dayFen === undefined ? undefined : yuan(budget.dayFen)],
      [t('terms.count'), budget.count === undefined ? undefined : t('m.countOf', {used: budget.usedCount, all: budget.count})],
      [t('terms.dayCount'), budget.dayCount],
      [t('m.edition'), t('m.editionIs', {edition})],
      [t('m.preparedBy'), preparedBy],
      [t('m.submittedBy'), submittedBy],
      [t('m.approvedBy'), approvedBy],
    ])}
    <p><a href=${href('campaigns')}>${t('m.all')}</a></p>`;
}
