// What was tightened is approved by another, or ended: what that does, why, checked, done.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const STEPS = ['APPROVE', 'END'];

const t = await wordsOf('desk', 'union', 'union.narrowings');

export const title = ({path}) => (STEPS.includes(path.step) ? t(`narrowing.do.${path.step}`) : t('problem'));

export const load = async () => ({});

export function view(desk) {
  const {narrowing, step} = desk.path;
  const back = html`<p><a href=${href(['campaigns', 'above'])}>${t('narrowings')}</a></p>`;
  if (!STEPS.includes(step)) {
    return html`<p class="problem">${t('narrowing.notPossible')}</p>${back}`;
  }
  return html`${paper(t, desk, {
    words: 'narrowing',
    fields: [{name: 'reason', kind: 'long', max: 500}],
    warning: html`<p class="reason">${t(`narrowing.warn.${step}`)}</p>`,
    send: (body) => desk.ask('takeCampaignNarrowingStep', {path: {narrowing}, body: {step, ...body}}),
    done: ({state}) => html`<p><strong>${t(`narrowing.done.${state}`)}</strong></p>`,
  })}${back}`;
}
