// Accounts of a union's staff, and what somebody asked for about them.

import {stateWord} from '../kit/summary.js';
import {html, nothing} from '../kit/view.js';

export const ROLES = ['CLERK', 'APPROVER', 'SUPERVISOR', 'AUDITOR', 'SYSTEM', 'PARTNER', 'MERCHANT'];

const TONES = {OPEN: 'wait', CONFIRMED: 'good', REFUSED: 'bad', LAPSED: 'off'};

export const requestState = (t, state) => stateWord(t(`request.${state}`), TONES[state]);

export const accountState = (t, status) => stateWord(t(`account.${status}`), status === 'ACTIVE' ? 'good' : 'bad');

export const rolesInWords = (t, roles) => roles.map((role) => t(`role.${role}`)).join(t('form.and'));

const PAGE = 200;
const PAGES_MAX = 50;

/** All accounts of this person's subtree. */
export async function accounts(ask) {
  const staff = [];
  for (let i = 0; i < PAGES_MAX; i++) {
    const page = (await ask('listStaff', {query: staff.length === 0 ? {} : {after: staff.at(-1).login}})).staff;
    staff.push(...page);
    if (page.length < PAGE) {
      break;
    }
  }
  return staff;
}

/** What was asked for waits for a second person; a password is shown this once. */
export function asked(t, {request, password}, to) {
  return html`<p><strong>${t('asked')}</strong></p><p>${t('asked.next')} <a href=${to(request)}>${t('asked.see', {request})}</a></p>
    ${password === undefined ? nothing : html`<p>${t('asked.once')}</p><p><code class="once" id="given">${password}</code></p>`}`;
}
