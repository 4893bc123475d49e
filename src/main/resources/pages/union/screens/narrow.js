// A union tightens a campaign of one above it, for the merchants that it authorised.

import {Refused} from '../../kit/call.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {narrowingFields, saidOf, termsOf} from '../narrowings.js';
import {orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.narrowings');

export const title = () => t('narrow');

export const load = async ({ask}) => ({orgs: await orgsOf(ask)});

const back = () => html`<p><a href=${href(['campaigns', 'above'])}>${t('narrowings')}</a></p>`;

export function view(desk, {orgs}) {
  const {campaign} = desk.path;
  const now = desk.draft.sheet?.body ?? {};
  return html`<p class="intro">${t('narrow.intro', {campaign})}</p>${paper(t, desk, {
    words: 'narrow',
    fields: narrowingFields(t, {orgs, me: desk.me}),
    warning: html`<p><strong>${t('narrow.says')}</strong></p><ul class="says">${saidOf(t, termsOf(now).terms).map((said) => html`<li>${said}</li>`)}</ul>`,
    look: async (body) => {
      if (Object.keys(termsOf(body).terms).length === 0) {
        throw new Refused(400, {title: t('narrow.nothing'), detail: t('narrow.nothing'), nextAction: '', field: 'categories'});
      }
    },
    send: (body) => desk.ask('addCampaignNarrowing', {body: {campaign, ...termsOf(body)}}),
    done: () => html`<p><strong>${t('narrow.done')}</strong></p><p>${t('narrow.doneNext')}</p>`,
  })}${back()}`;
}
