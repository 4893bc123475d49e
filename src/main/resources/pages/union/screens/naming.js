// Somebody is named, or takes over; or his telephone is shown in full, for a reason.

import {facts} from '../../kit/summary.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const POSTS = ['LEADER', 'DEPARTMENT', 'OFFICER', 'RECEIVING_DESK'];
const t = await wordsOf('desk', 'union', 'union.responsible');

export const title = ({path}) => t(path.what === 'contact' ? 'o.show' : 'o.name');

export const load = ({ask, path: {org}}) => ask('readResponsible', {path: {org}});

export function view(desk, {org, name}) {
  const posts = POSTS.map((post) => [post, t(`post.${post}`)]);
  const form = desk.path.what === 'contact' ? shown(desk, org, posts) : named(desk, org, posts);
  return html`<p class="intro">${name}</p>${form}<p><a href=${href('responsible', {org})}>${t('menu.responsible')}</a></p>`;
}

const named = (desk, org, posts) => paper(t, desk, {
  words: 'naming',
  fields: [
    {name: 'post', kind: 'choice', choices: posts},
    {name: 'department', kind: 'text', max: 60, isOptional: true, hasHint: true},
    {name: 'name', kind: 'text', max: 40},
    {name: 'phone', kind: 'text', max: 20, pattern: /^\s*\+?[0-9][0-9 -]{5,18}[0-9]\s*$/},
    {name: 'since', kind: 'date', isOptional: true, hasHint: true},
    {name: 'handedOver', kind: 'long', max: 500, isOptional: true, hasHint: true},
  ],
  warning: html`<p class="reason">${t('naming.warning')}</p>`,
  send: (body) => desk.ask('nameResponsible', {path: {org}, body}),
  done: () => html`<p><strong>${t('naming.done')}</strong></p>`,
});

const shown = (desk, org, posts) => paper(t, desk, {
  words: 'showing',
  fields: [
    {name: 'post', kind: 'choice', choices: posts, initial: desk.query.post ?? ''},
    {name: 'reason', kind: 'text', max: 500},
  ],
  warning: html`<p class="reason">${t('showing.warning')}</p>`,
  send: (body) => desk.ask('readContact', {path: {org}, body}),
  done: ({post, department, name, phone}) => facts([
    [t('o.post'), t(`post.${post}`)], [t('o.department'), department], [t('o.person'), name], [t('o.phone'), phone]]),
});
