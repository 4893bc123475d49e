// Accounts of this person's unions, and what waits for a second person.

import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {ROLES, accountState, accounts, rolesInWords} from '../accounts.js';
import {namesOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.staff');

export const title = () => t('menu.staff');

export async function load({ask}) {
  const [staff, nameOf, {requests}] = await Promise.all([accounts(ask), namesOf(ask), ask('listStaffRequests')]);
  return {staff, nameOf, open: requests.filter(({state}) => state === 'OPEN').length};
}

export function view(desk, {staff, nameOf, open}) {
  const {role, status, who} = desk.query;
  const rows = staff.filter((each) => (!role || each.roles.includes(role)) && (!status || each.status === status)
    && (!who || `${each.login} ${each.name} ${nameOf(each.org)}`.includes(who)));
  return html`
    <div class="doings">${desk.may('addStaff') ? html`<a class="button primary" href=${href(['staff', 'new'])}>${t('s.add')}</a>` : nothing}
      <a class="button" href=${href(['staff', 'requests'])}>${t('requests.open', {count: open})}</a></div>
    ${filters(t, desk, [
      {name: 'who', label: t('s.who')},
      {name: 'role', label: t('s.roles'), choices: ROLES.map((each) => [each, t(`role.${each}`)])},
      {name: 'status', label: t('s.status'), choices: ['ACTIVE', 'SUSPENDED'].map((each) => [each, t(`account.${each}`)])},
    ])}
    ${table(t, desk, {
      caption: t('menu.staff'),
      columns: [
        {name: 'login', label: t('s.login'), value: ({login}) => login, cell: ({login}) => html`<a href=${href(['staff', 'of', login])}>${login}</a>`},
        {name: 'name', label: t('s.name'), value: ({name}) => name, cell: ({name}) => name},
        {name: 'org', label: t('s.org'), value: ({org}) => nameOf(org), cell: ({org}) => nameOf(org)},
        {name: 'roles', label: t('s.roles'), cell: ({roles}) => rolesInWords(t, roles)},
        {name: 'status', label: t('s.status'), value: (each) => each.status, cell: (each) => accountState(t, each.status)},
      ],
      rows,
      filters: [role, status, who].filter((each) => each).length,
      empty: t('s.none'),
    })}`;
}
