// One account, or a new one: who it is, and what can be asked for.

import {paper} from '../../kit/form.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {ROLES, accountState, accounts, asked, rolesInWords} from '../accounts.js';
import {namesOf, orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.staff');
const toRequest = (request) => href(['staff', 'requests', String(request)]);
const back = () => html`<p><a href=${href('staff')}>${t('s.all')}</a></p>`;
const REASON = {name: 'reason', kind: 'long', max: 500, hasHint: true};
const rolesField = (roles = []) => ({
  name: 'roles', kind: 'several', hasHint: true, choices: ROLES.map((each) => [each, t(`role.${each}`)]), initial: roles.join(' ')});

export const title = ({path: {login, what}}) => (login === undefined ? t('s.add') : what in WHAT ? t(`s.${what}`) : login);

export async function load({ask, path: {login}}) {
  const [orgs, nameOf, staff] = await Promise.all([orgsOf(ask), namesOf(ask), login === undefined ? [] : accounts(ask)]);
  return {orgs, nameOf, account: staff.find((each) => each.login === login)};
}

const WHAT = {
  roles: ({roles}) => ({operation: 'setStaffRoles', fields: [rolesField(roles), REASON]}),
  password: () => ({operation: 'setStaffPassword', fields: [REASON]}),
  factor: () => ({operation: 'removeSecondFactor', fields: [REASON]}),
  suspend: () => ({operation: 'setStaffStatus', fields: [REASON], more: {status: 'SUSPENDED'}}),
  restore: () => ({operation: 'setStaffStatus', fields: [REASON], more: {status: 'ACTIVE'}}),
};

export function view(desk, {orgs, nameOf, account}) {
  const {login, what} = desk.path;
  if (login === undefined) {
    return html`<p class="intro">${t('s.addIntro')}</p>${paper(t, desk, {
      words: 's',
      fields: [
        {name: 'login', kind: 'text', pattern: /^[a-z][a-z0-9._-]{2,31}$/, hasHint: true},
        {name: 'name', kind: 'text', max: 40},
        {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: desk.me.org},
        rolesField(),
        {name: 'merchantNo', kind: 'text', isOptional: true, pattern: /^\d{15}$/, hasHint: true},
        {...REASON, isOptional: true},
      ],
      warning: html`<p class="reason">${t('s.second')}</p>`,
      send: (body) => desk.ask('addStaff', {body}),
      done: (made) => asked(t, made, toRequest),
    })}${back()}`;
  }
  if (account === undefined) {
    return html`<p class="problem">${t('s.nobody')}</p>${back()}`;
  }
  return what in WHAT ? change(desk, account, what) : page(desk, account, nameOf);
}

function change(desk, account, what) {
  const {operation, fields, more = {}} = WHAT[what](account);
  const {login, name} = account;
  return html`<p class="intro">${name} · ${login}</p>${paper(t, desk, {
    words: 's',
    fields,
    warning: html`<p class="reason">${t(`warn.${what}`)}</p>`,
    send: (body) => desk.ask(operation, {path: {login}, body: {...more, ...body}}),
    done: (made) => (made.request === undefined ? html`<p><strong>${t('s.suspended')}</strong></p>` : asked(t, made, toRequest)),
  })}<p><a href=${href(['staff', 'of', login])}>${t('s.back', {login})}</a></p>`;
}

function page(desk, {login, name, org, roles, status, merchantNo, secondFactor}, nameOf) {
  const to = (what) => href(['staff', 'of', login, what]);
  return html`
    <p>${accountState(t, status)}</p>
    ${facts([[t('s.login'), login], [t('s.name'), name], [t('s.org'), nameOf(org)], [t('s.roles'), rolesInWords(t, roles)], [t('s.merchantNo'), merchantNo], [t('s.factor'), t(secondFactor ? 's.factor.set' : 's.factor.none')]])}
    ${desk.may('setStaffRoles') ? html`<div class="doings">
      <a class="button" href=${to('roles')}>${t('s.roles.change')}</a>
      <a class="button" href=${to('password')}>${t('s.password')}</a>
      ${secondFactor ? html`<a class="button" href=${to('factor')}>${t('s.factor.remove')}</a>` : nothing}
      <a class="button" href=${to(status === 'ACTIVE' ? 'suspend' : 'restore')}>${t(status === 'ACTIVE' ? 's.suspend' : 's.restore')}</a></div>` : nothing}
    ${back()}`;
}
