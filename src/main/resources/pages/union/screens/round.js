// One round: how far it has come, what comes next and by whom.

import {yuan} from '../../kit/figures.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {given, minute, nextOf, possible, roundState, untilOf} from '../rounds.js';

const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = (desk, data) => data?.round.name ?? t('rounds');

export async function load({ask, path}) {
  const [round, nameOf] = await Promise.all([ask('readRound', {path}), namesOf(ask)]);
  return {round, nameOf};
}

function doings(desk, round) {
  const to = (...more) => href(['rounds', String(round.round), ...more]);
  return html`<div class="doings">
    ${possible(desk, round).map((step, i) => html`<a class="button ${i === 0 && step !== 'STOP' ? 'primary' : ''}" data-step=${step} href=${to('steps', step)}>${t(`do.${step}`)}</a>`)}
    ${round.state === 'OPEN' && round.way === 'SHEET' && desk.may('giveBySheet') ? html`<a class="button primary" id="sheet" href=${to('sheet')}>${t('sheet.title')}</a>` : nothing}
    ${round.state === 'OPEN' ? html`<button type="button" id="again" @click=${() => desk.again()}>${t('r.again')}</button>` : nothing}
    ${round.state !== 'DRAFT' ? html`<a class="button" id="given" href=${to('vouchers')}>${t('vouchers')}</a>` : nothing}
    ${round.way === 'LOTTERY' && round.state !== 'DRAFT' ? html`<a class="button" id="lottery" href=${to('lottery')}>${t('lottery.title')}</a>` : nothing}</div>`;
}

export function view(desk, {round, nameOf}) {
  const {campaign, way, state, each, fen, entries, delayMinutes, org, category, progress, use, tickets, preparedBy} = round;
  const isOwn = state === 'DRAFT' && preparedBy === desk.me.login && desk.may('takeRoundStep');
  return html`<p>${roundState(t, state)}</p>
    <p class="reason">${nextOf(t, round)} ${isOwn ? t('r.samePerson') : ''}</p>
    ${doings(desk, round)}
    ${given(t, round)}
    ${facts([
      [t('r.no'), round.round],
      [t('r.campaign'), html`<a href=${href(['campaigns', campaign])}>${campaign}</a>`],
      [t('r.way'), t(`way.${way}`)],
      [t('r.whom'), org === undefined ? undefined : `${nameOf(org)} · ${category === undefined ? t('r.everyCategory') : t(`member.${category}`)}`],
      [t('r.opens'), minute(round.opensAt)],
      [t('r.closes'), minute(round.closesAt)],
      [t('r.each'), t('r.eachIs', {each})],
      [t('r.fen'), fen === undefined ? undefined : yuan(fen)],
      [t('r.entries'), entries],
      [t('r.from'), delayMinutes === 0 ? t('r.atOnce') : t('r.after', {minutes: delayMinutes})],
      [t('r.until'), untilOf(t, round)],
      [t('r.progress'), progress === undefined ? undefined : t('r.progressOf', progress)],
      [t('r.tickets'), tickets === undefined ? undefined : t('r.ticketsIs', {count: tickets})],
      [t('r.use'), use === undefined || round.granted === 0 ? undefined : t('r.used', {used: use.used, amount: yuan(use.usedFen)})],
      [t('r.voided'), use === undefined || use.voided === 0 ? undefined : t('r.voidedIs', {count: use.voided})],
      [t('r.documentNo'), round.documentNo],
      [t('r.preparedBy'), preparedBy],
      [t('r.approvedBy'), round.approvedBy],
    ])}
    <p><a href=${href('rounds')}>${t('rounds.all')}</a></p>`;
}
