// A union says what one member may be given in a year.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';
import {POOLS} from '../rounds.js';

const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = () => t('caps.set');

export const load = async ({ask}) => ({orgs: await orgsOf(ask)});

export const view = (desk, {orgs}) => html`<p class="intro">${t('caps.intro')}</p>${paper(t, desk, {
  words: 'cap',
  fields: [
    {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: desk.me.org},
    {name: 'year', kind: 'number', min: 2020, max: 2099, initial: String(new Date().getFullYear())},
    {name: 'pool', kind: 'choice', choices: POOLS.map((each) => [each, t(`pool.${each}`)])},
    {name: 'fen', kind: 'yuan'},
    {name: 'documentNo', kind: 'documentNo', max: 60, hasHint: true},
  ],
  send: (body) => desk.ask('setBenefitCap', {body}),
  done: () => html`<p><strong>${t('caps.saved')}</strong></p>`,
})}
<p><a href=${href(['rounds', 'caps'])}>${t('r.back', {name: t('caps')})}</a></p>`;
