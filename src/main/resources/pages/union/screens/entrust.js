// A merchant comes to other unions: where it belongs has changed.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {orgsOf} from '../orgs.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.merchants');

export const title = (desk, data) => (data === null ? t('entrust') : t('entrust.title', {name: data.merchant.name}));

export async function load({ask, path}) {
  const [merchant, orgs] = await Promise.all([ask('getMerchant', {path}), orgsOf(ask)]);
  return {merchant, orgs};
}

export function view(desk, {merchant, orgs}) {
  const {merchantNo, name, authorisingOrg, signingOrg} = merchant;
  const back = html`<p><a href=${href(['merchants', merchantNo])}>${t('back', {name})}</a></p>`;
  const unions = orgs.map(({code, name: said}) => [code, said]);
  if (![authorisingOrg, signingOrg].every((code) => unions.some(([each]) => each === code))) {
    return html`<p class="problem">${t('entrust.notYours')}</p>${back}`;
  }
  const nameOf = new Map(unions);
  return html`${paper(t, desk, {
    words: 'entrust',
    fields: [
      {name: 'authorisingOrg', kind: 'choice', choices: unions, initial: authorisingOrg},
      {name: 'signingOrg', kind: 'choice', choices: unions, initial: signingOrg},
      {name: 'reason', kind: 'long', max: 500, hasHint: true},
    ],
    warning: html`<p>${t('entrust.before', {authorising: nameOf.get(authorisingOrg), signing: nameOf.get(signingOrg)})}</p>`,
    send: (body) => desk.ask('entrustMerchant', {path: {merchantNo}, body}),
    done: () => html`<p><strong>${t('entrust.done', {name})}</strong></p>`,
  })}${back}`;
}
