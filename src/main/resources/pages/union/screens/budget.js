// A campaign's budget is set anew, by another than who prepared it.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {budgetFields, budgetOf, raised, used} from '../campaigns.js';

const t = await wordsOf('desk', 'union', 'union.campaigns');

export const title = () => t('m.setBudget');

export const load = ({ask, path: {campaign}}) => ask('getCampaign', {path: {campaign}});

export function view(desk, there) {
  return html`<p class="intro">${there.name}</p>${used(t, there)}${raised(t, there)}${paper(t, desk, {
    words: 'terms',
    fields: [...budgetFields(there.raise?.budget ?? there.budget), {name: 'reason', kind: 'long', max: 500, hasHint: true}],
    warning: html`<p class="reason">${t('warn.BUDGET')}</p>`,
    send: ({reason, ...budget}) => desk.ask('setCampaignBudget', {path: {campaign: there.code}, body: {budget: budgetOf(budget), reason}}),
    done: (now) => html`<p><strong>${t(now.raise === undefined ? 'm.budgetSet' : 'm.budgetRaised')}</strong></p>${used(t, now)}${raised(t, now)}`,
  })}
  <p><a href=${href(['campaigns', there.code])}>${t('m.back', {name: there.name})}</a></p>`;
}
