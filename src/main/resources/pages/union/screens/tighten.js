// A union tightens the standard for those below it: never loosens what is in force above.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {fields, flat, isStricter, policyOf} from '../policy.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.supervision');

export const title = () => t('policy.change');

export const load = ({ask, path}) => ask('readPolicy', {path});

export function view(desk, policy) {
  const before = flat(policy);
  const now = desk.draft.sheet?.body ?? {};
  const changed = Object.keys(now).filter((name) => now[name] !== before[name]);
  const said = (value) => (typeof value === 'boolean' ? t(value ? 'yes' : 'no') : value);
  return html`<p class="intro">${t('policy.changeIntro')}</p>${paper(t, desk, {
    words: 'policy',
    fields: fields(policy),
    warning: changed.length === 0 ? html`<p>${t('policy.unchanged')}</p>` : html`<ul>${changed.map(
      (name) => html`<li>${t('policy.differs', {name: t(`policy.${name}`), before: said(before[name]), now: said(now[name])})}
        <strong>${t(isStricter(name, before[name], now[name]) ? 'policy.stricter' : 'policy.looser')}</strong></li>`)}</ul>`,
    send: (body) => desk.ask('setPolicy', {path: desk.path, body: policyOf(body, policy)}),
    done: () => html`<p><strong>${t('policy.done')}</strong></p>`,
  })}<p><a href=${href(['supervision', 'policy', policy.org])}>${t('policy')}</a></p>`;
}
