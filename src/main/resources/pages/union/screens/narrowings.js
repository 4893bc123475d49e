// Campaigns of unions above: what they give where and when, and what is tightened of them below.

import {stateWord} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {campaignState, period} from '../campaigns.js';
import {CATEGORIES, saidOf} from '../narrowings.js';

const TONES = {DRAFT: 'wait', IN_FORCE: 'good', ENDED: 'off'};
const PAGE = 100;

const t = await wordsOf('desk', 'union', 'union.campaigns', 'union.narrowings');

export const title = () => t('narrowings');

export const load = ({ask, query: {after}}) => ask('listCampaignNarrowings', {query: after ? {after} : {}});

export const view = (desk, {campaigns}) => html`<p class="intro">${t('narrowings.intro')}</p>
  ${campaigns.length === 0 ? html`<p class="waiting">${t('narrowings.none')}</p>` : campaigns.map((each) => one(desk, each))}
  ${campaigns.length === PAGE ? html`<p><a href=${href(['campaigns', 'above'], {after: campaigns.at(-1).code})}>${t('table.next')}</a></p>` : nothing}
  <p><a href=${href('campaigns')}>${t('m.all')}</a></p>`;

/** Whose union's it is, what it does, who tightened what. */
function one(desk, campaign) {
  const {code, publicName, org, orgName, status, explanation, narrowings} = campaign;
  const mayNarrow = desk.may('addCampaignNarrowing') && org !== desk.me.org;
  return html`<section data-campaign=${code}><h2>${publicName} <span class="faint">${code}</span></h2>
    <p>${campaignState(t, status)} ${t('narrowings.of', {org: orgName})} · ${period(t, campaign)}</p>
    <ul class="says">${explanation.map((each) => html`<li>${said(each)}</li>`)}</ul>
    ${narrowings.map((each) => narrowed(desk, each))}
    ${mayNarrow ? html`<div class="doings"><a class="button narrow" href=${href(['campaigns', 'above', code])}>${t('narrow')}</a></div>` : nothing}</section>`;
}

const said = (each) => (language === 'zh' ? each.zh : each.en).replace(/[A-Z]{3,}/g, (word) => (CATEGORIES.includes(word) ? t(`categories.${word}`) : word));

function narrowed(desk, each) {
  const {narrowing, orgName, state, documentNo, terms, preparedBy, approvedBy} = each;
  const to = (step) => href(['campaigns', 'narrowings', String(narrowing), step]);
  const mayApprove = state === 'DRAFT' && desk.me.roles.includes('APPROVER') && preparedBy !== desk.me.login;
  const mayMove = desk.may('takeCampaignNarrowingStep');
  return html`<div class="reason" data-narrowing=${narrowing}><p>${stateWord(t(`narrowing.${state}`), TONES[state])} <strong>${orgName}</strong> ${documentNo}</p>
    <ul>${saidOf(t, terms).map((sentence) => html`<li>${sentence}</li>`)}</ul>
    <p class="hint">${t('narrowing.by', {who: preparedBy})}${approvedBy === undefined ? nothing : html` · ${t('narrowing.approvedBy', {who: approvedBy})}`}</p>
    ${mayMove ? html`<div class="doings">${mayApprove ? html`<a class="button primary" data-step="APPROVE" href=${to('APPROVE')}>${t('narrowing.do.APPROVE')}</a>` : nothing}
      <a class="button" data-step="END" href=${to('END')}>${t('narrowing.do.END')}</a></div>` : nothing}</div>`;
}
