// The standard by which merchants of a union are supervised.

import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {flat, fields} from '../policy.js';
import {namesOf} from '../orgs.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.supervision');

export const title = () => t('policy');

export async function load({ask, path}) {
  const [policy, nameOf] = await Promise.all([ask('readPolicy', {path}), namesOf(ask)]);
  return {policy, nameOf};
}

export function view(desk, {policy, nameOf}) {
  const values = flat(policy);
  return html`<p class="intro">${t('policy.intro', {union: nameOf(policy.org)})}</p>
    ${facts(fields(policy).map(({name, kind}) => [t(`policy.${name}`), kind === 'yes' ? t(values[name] ? 'yes' : 'no') : values[name]]))}
    ${desk.may('setPolicy') ? html`<div class="doings"><a class="button" href=${href(['supervision', 'policy', policy.org, 'change'])}>${t('policy.change')}</a></div>` : nothing}`;
}
