// A union is set up below another.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {forgetOrgs, orgsOf} from '../orgs.js';

const KINDS = ['CITY', 'COUNTY', 'DISTRICT', 'ZONE', 'INDUSTRY', 'CITY_DIRECT', 'PRIMARY'];
const t = await wordsOf('desk', 'union', 'union.staff');

export const title = () => t('org.add');

export const load = ({ask}) => orgsOf(ask);

export function view(desk, orgs) {
  return html`${paper(t, desk, {
    words: 'org',
    fields: [
      {name: 'name', kind: 'text', max: 60, hasHint: true},
      {name: 'code', kind: 'text', pattern: /^[A-Za-z0-9._-]{1,32}$/, hasHint: true},
      {name: 'parent', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: desk.query.parent ?? desk.me.org},
      {name: 'kind', kind: 'choice', choices: KINDS.map((each) => [each, t(`orgKind.${each}`)]), initial: 'PRIMARY'},
      {name: 'areaCode', kind: 'text', pattern: /^\d{6}$/, hasHint: true},
    ],
    warning: html`<p class="reason">${t('org.warning')}</p>`,
    send: async (body) => {
      const made = await desk.ask('addOrg', {body});
      forgetOrgs();
      return made;
    },
    done: ({name}) => html`<p><strong>${t('org.done', {name})}</strong></p>`,
  })}
  <p><a href=${href('orgs')}>${t('menu.orgs')}</a></p>`;
}
