// A merchant is recommended: the beginning of its life.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {orgsOf} from '../orgs.js';
import {href} from '../../desk/place.js';
import {CATEGORIES} from '../states.js';

const t = await wordsOf('desk', 'union', 'union.merchants');

export const title = () => t('recommend');

export const load = ({ask}) => orgsOf(ask);

export function view(desk, orgs) {
  const unions = orgs.map(({code, name}) => [code, name]);
  return html`<p class="intro">${t('recommend.intro')}</p>${paper(t, desk, {
    words: 'recommend',
    fields: [
      {name: 'name', kind: 'text', max: 60, hasHint: true},
      {name: 'creditCode', kind: 'text', min: 18, max: 60, hasHint: true},
      {name: 'category', kind: 'choice', choices: CATEGORIES.map((each) => [each, t(`category.${each}`)])},
      {name: 'areaCode', kind: 'text', pattern: /^\d{6}$/, hasHint: true},
      {name: 'signingOrg', kind: 'choice', choices: unions, initial: desk.me.org},
      {name: 'authorisingOrg', kind: 'choice', choices: unions, initial: desk.me.org, hasHint: true},
      {name: 'reason', kind: 'long', max: 500},
      {name: 'reference', kind: 'text', max: 200, isOptional: true, hasHint: true},
      {name: 'digest', kind: 'digest', isOptional: true, hasHint: true},
    ],
    send: ({reference, digest, ...body}) => desk.ask('recommendMerchant', {
      body: reference === undefined && digest === undefined ? body : {...body, creditCodeProof: {reference, digest}},
    }),
    done: ({merchantNo, name, vetoGrounds}) => html`<p><strong>${t('recommend.done', {name, merchantNo})}</strong></p>
      ${vetoGrounds.length > 0 ? html`<p class="problem">${t('veto.nowStands')}</p>` : ''}
      <p><a href=${href(['merchants', merchantNo])}>${t('recommend.goOn')}</a></p>`,
  })}`;
}
