// One ticket: what it says, the chain of those who had it, what it takes together, and what can be done.

import {time} from '../../kit/figures.js';
import {facts, stateWord, timeLine} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf, orgsOf} from '../orgs.js';

const TONES = {OPEN: 'wait', MERGED: 'off', ANSWERED: 'good'};
const t = await wordsOf('desk', 'union', 'union.tickets');
const at = (instant) => time(new Date(instant), language);

export const title = (desk, data) => data?.ticket.title ?? t('menu.tickets');

export async function load({ask, path}) {
  const [ticket, orgs, nameOf] = await Promise.all([ask('getTicket', {path}), orgsOf(ask), namesOf(ask)]);
  return {ticket, orgs, nameOf};
}

export function view(desk, {ticket, orgs, nameOf}) {
  const {ticket: no, state, kind, origin, holder, mergedInto, openedAt, answeredAt, text, steps, parts} = ticket;
  const to = (step) => href(['tickets', no, 'steps', step]);
  const owner = orgs.find(({code}) => code === holder);
  const acts = state === 'OPEN' && owner !== undefined && desk.may('takeTicketStep');
  return html`
    <p>${stateWord(t(`ticket.${state}`), TONES[state])}</p>
    <p class="reason">${t(`ticketNext.${state}`, {holder: nameOf(holder)})}${mergedInto === undefined ? nothing : html` <a href=${href(['tickets', mergedInto])}>${mergedInto}</a>`}</p>
    ${acts ? html`<div class="doings"><a class="button primary" data-step="ANSWER" href=${to('ANSWER')}>${t('do.ANSWER')}</a>
      ${owner.parent === undefined ? nothing : html`<a class="button" data-step="PASS_UP" href=${to('PASS_UP')}>${t('do.PASS_UP')}</a>`}</div>` : nothing}
    <h2>${t('t.text')}</h2><blockquote class="said">${text}</blockquote>
    <h2>${t('t.facts')}</h2>
    ${facts([
      [t('t.no'), no],
      [t('t.kind'), t(`ticketKind.${kind}`)],
      [t('t.origin'), nameOf(origin)],
      [t('t.holder'), nameOf(holder)],
      [t('t.openedAt'), at(openedAt)],
      [t('t.answeredAt'), answeredAt === undefined ? undefined : at(answeredAt)],
    ])}
    <h2>${t('t.chain')}</h2>
    <p class="chain">${[nameOf(origin), ...steps.filter((each) => each.holderBefore !== each.holderAfter).map((each) => nameOf(each.holderAfter))].map(
      (name, i) => html`${i === 0 ? nothing : html`<span aria-hidden="true"> → </span>`}<span>${name}</span>`)}</p>
    <h2>${t('t.line')}</h2>
    ${timeLine(t('t.line'), [...steps].reverse().map((each) => ({at: at(each.at), by: nameOf(each.holderAfter), what: t(`step.${each.step}`), more: each.text})))}
    ${parts.length === 0 ? nothing : html`<h2>${t('t.parts')}</h2><ul>${parts.map((part) => html`<li><a href=${href(['tickets', part])}>${part}</a></li>`)}</ul>`}
    <p><a href=${href('tickets')}>${t('t.all')}</a></p>`;
}
