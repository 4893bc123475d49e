// One thing that was asked for about an account: read, then confirmed or refused by a second person.

import {time} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';
import {requestState, rolesInWords} from '../accounts.js';
import {namesOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.staff');
const at = (instant) => (instant === undefined ? undefined : time(new Date(instant), language));

export const title = ({path: {request}}) => t('r.title', {request});

export async function load({ask, path: {request}}) {
  const [found, nameOf] = await Promise.all([ask('getStaffRequest', {path: {request}}), namesOf(ask)]);
  return {found, nameOf};
}

export function view(desk, {found, nameOf}) {
  const {request, action, login, name, org, roles, reason, state, requestedBy, requestedAt, expiresAt, decidedBy, decidedAt} = found;
  const isMine = [requestedBy, login].includes(desk.me.login);
  const mayDecide = state === 'OPEN' && desk.may('confirmStaffRequest');
  const all = html`<p>${requestState(t, state)}</p>${facts([
    [t('r.action'), t(`action.${action}`)],
    [t('s.login'), login],
    [t('s.name'), name],
    [t('s.org'), nameOf(org)],
    [t('s.roles'), roles === undefined ? undefined : rolesInWords(t, roles)],
    [t('s.reason'), reason],
    [t('r.requestedBy'), requestedBy],
    [t('r.requestedAt'), at(requestedAt)],
    [t('r.expiresAt'), at(expiresAt)],
    [t('r.decidedBy'), decidedBy],
    [t('r.decidedAt'), at(decidedAt)],
  ])}`;
  return html`${decision(desk, {request, isMine, mayDecide, all})}
    <p><a href=${href(['staff', 'requests'])}>${t('requests')}</a></p>`;
}

function decision(desk, {request, isMine, mayDecide, all}) {
  if (desk.path.what === 'refusal' && (mayDecide || desk.query.stage === 'done')) {
    return html`${all}${paper(t, desk, {
      words: 'r',
      fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
      send: (body) => desk.ask('refuseStaffRequest', {path: {request}, body}),
      done: () => html`<p><strong>${t('r.refused')}</strong></p>`,
    })}`;
  }
  if (!mayDecide && desk.draft.answer === undefined) {
    return all;
  }
  const refuse = html`<p><a class="button" id="refuse" href=${href(['staff', 'requests', String(request), 'refusal'])}>${t(isMine ? 'r.takeBack' : 'r.refuse')}</a></p>`;
  if (isMine) {
    return html`${all}<p class="reason">${t('r.samePerson')}</p>${refuse}`;
  }
  return html`${act(t, desk, {
    submit: t('r.confirm'),
    before: html`${all}<p class="reason">${t('r.warning')}</p>`,
    send: () => desk.ask('confirmStaffRequest', {path: {request}, body: {}}),
    done: () => html`<p><strong>${t('r.confirmed')}</strong></p>`,
  })}${desk.draft.answer === undefined ? refuse : nothing}`;
}
