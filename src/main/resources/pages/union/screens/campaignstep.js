// A campaign is handed in, approved, returned, run, paused or ended: what it says, why, checked, done.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {STEPS, campaignState, isOwn, possible, said} from '../campaigns.js';

const t = await wordsOf('desk', 'union', 'union.campaigns');

export const title = ({path}) => (path.step in STEPS ? t(`do.${path.step}`) : t('problem'));

export async function load({ask, path: {campaign}}) {
  const [there, nameOf] = await Promise.all([ask('getCampaign', {path: {campaign}}), namesOf(ask)]);
  return {there, nameOf};
}

export function view(desk, {there, nameOf}) {
  const {step} = desk.path;
  const {code, name, edition} = there;
  const back = html`<p><a href=${href(['campaigns', code])}>${t('m.back', {name})}</a></p>`;
  if (!(step in STEPS) || (desk.query.stage !== 'done' && !possible(desk, there).includes(step))) {
    return html`<p class="problem">${t(step === 'APPROVE' && isOwn(desk, there) ? 'm.samePerson' : 'm.notPossible')}</p>${back}`;
  }
  return html`<p class="intro">${name} · ${t('m.editionIs', {edition})}</p>${paper(t, desk, {
    words: 'step',
    fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
    warning: html`<p class="reason">${t(`warn.${step}`)}</p>${said(t, there, there.rule, nameOf)}`,
    send: (body) => desk.ask('takeCampaignStep', {path: {campaign: code}, body: {step, ...(step === 'APPROVE' ? {edition} : {}), ...body}}),
    done: (moved) => html`<p><strong>${t('step.done', {step: t(`do.${step}`)})}</strong></p><p>${t('step.now')} ${campaignState(t, moved.status)}</p>`,
  })}${back}`;
}
