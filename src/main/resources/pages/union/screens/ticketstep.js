// A ticket is answered, or passed one level up.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const STEPS = ['ANSWER', 'PASS_UP'];
const t = await wordsOf('desk', 'union', 'union.tickets');

export const title = ({path}) => (STEPS.includes(path.step) ? t(`do.${path.step}`) : t('problem'));

export const load = ({ask, path: {ticket}}) => ask('getTicket', {path: {ticket}});

export function view(desk, found) {
  const {step, ticket} = desk.path;
  const back = html`<p><a href=${href(['tickets', ticket])}>${t('t.back', {title: found.title})}</a></p>`;
  if (!STEPS.includes(step) || (desk.query.stage !== 'done' && found.state !== 'OPEN')) {
    return html`<p class="problem">${t('t.notPossible')}</p>${back}`;
  }
  return html`<p class="intro">${found.title}</p>${paper(t, desk, {
    words: 'stepForm',
    fields: [{name: 'text', kind: 'long', max: 2000, hasHint: true, isOptional: step === 'PASS_UP'}],
    warning: html`<p class="reason">${t(`warn.${step}`)}</p>`,
    send: (body) => desk.ask('takeTicketStep', {path: {ticket}, body: {step, ...body}}),
    done: () => html`<p><strong>${t('t.done', {step: t(`step.${step}`)})}</strong></p>`,
  })}${back}`;
}
