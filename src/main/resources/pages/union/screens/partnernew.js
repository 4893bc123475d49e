// An application is taken down.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';
import {KINDS, SCOPES} from '../partners.js';

const t = await wordsOf('desk', 'union', 'union.partners');

export const title = () => t('pa.add');

export const load = async ({ask}) => ({orgs: await orgsOf(ask)});

export function view(desk, {orgs}) {
  return html`<p class="intro">${t('applying.intro')}</p>${paper(t, desk, {
    words: 'applying',
    fields: [
      {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: desk.me.org, hasHint: true},
      {name: 'kind', kind: 'choice', choices: KINDS.map((each) => [each, t(`partnerKind.${each}`)])},
      {name: 'name', kind: 'text', max: 60},
      {name: 'purpose', kind: 'long', max: 500},
      {name: 'contact', kind: 'text', max: 200, hasHint: true},
      {name: 'scopes', kind: 'several', choices: SCOPES.map((each) => [each, t(`scopeIs.${each}`)])},
      {name: 'requestsPerMinute', kind: 'number', min: 1, max: 60_000, initial: '600', hasHint: true},
      {name: 'reason', kind: 'long', max: 500},
    ],
    send: (body) => desk.ask('applyForPartner', {body}),
    done: ({partner, name}) => html`<p><strong>${t('applying.done')}</strong></p><p>${t('partnerNext.EXAMINE')}</p>
      <p><a href=${href(['partners', partner])}>${name}</a></p>`,
  })}<p><a href=${href('partners')}>${t('menu.partners')}</a></p>`;
}
