// The names of those responsible are reported.

import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';

const t = await wordsOf('desk', 'union', 'union.responsible');

export const title = () => t('l.report');

export const load = ({ask, path: {org}}) => ask('readResponsible', {path: {org}});

export function view(desk, {org, name, posts}) {
  const {nameList} = desk.path;
  return html`${act(t, desk, {
    submit: t('l.report'),
    before: html`<p class="intro">${name}</p><ul>${posts.filter(({post}) => post !== 'RECEIVING_DESK').map(
      ({post, department, name: who}) => html`<li>${t(`post.${post}`)} · ${department === undefined ? '' : `${department} · `}${who}</li>`)}</ul>`,
    send: () => desk.ask('reportNames', {path: {nameList}, body: {org}}),
    done: () => html`<p><strong>${t('l.reportDone')}</strong></p>`,
  })}<p><a href=${href(['responsible', 'lists', nameList])}>${t('l.lists')}</a></p>`;
}
