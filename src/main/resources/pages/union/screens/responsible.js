// Who is responsible at a union, now and before; where to turn to; and whose names are wanted by when.

import {day} from '../../kit/figures.js';
import {filters, table} from '../../kit/table.js';
import {facts, timeLine} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.responsible');
const on = (date) => day(date, language);

export const title = () => t('menu.responsible');

/** The receiving desk is not there where nobody has named one. */
const deskOf = (ask) => ask('readReceivingDesk').catch((error) => {
  if (error.problem?.code === 'NOT_FOUND') {
    return undefined;
  }
  throw error;
});

export async function load({ask, me, query}) {
  const [found, {nameLists}, receiving, orgs] = await Promise.all([
    ask('readResponsible', {path: {org: query.org || me.org}}), ask('listNameLists'), deskOf(ask), orgsOf(ask)]);
  return {found, nameLists, receiving, orgs};
}

export function view(desk, {found, nameLists, receiving, orgs}) {
  const {org, name, missing, posts, history} = found;
  const to = (what, query = {}) => href(['responsible', org, what], query);
  return html`
    ${orgs.length < 2 ? nothing : filters(t, desk, [{name: 'org', label: t('o.union'), choices: orgs.map(({code, name: said}) => [code, said]), none: t('o.own')}])}
    <h2>${name}</h2>
    ${missing.length === 0 ? nothing : html`<p class="reason">${t('o.missing', {posts: missing.map((post) => t(`post.${post}`)).join(t('form.and'))})}</p>`}
    ${desk.may('nameResponsible') ? html`<div class="doings"><a class="button primary" href=${to('name')}>${t('o.name')}</a></div>` : nothing}
    ${table(t, {...desk, query: {}}, {
      caption: t('o.now'),
      columns: [
        {name: 'post', label: t('o.post'), cell: ({post}) => t(`post.${post}`)},
        {name: 'department', label: t('o.department'), cell: ({department}) => department ?? '–'},
        {name: 'person', label: t('o.person'), cell: (each) => each.name},
        {name: 'phone', label: t('o.phone'), cell: ({phone}) => phone},
        {name: 'since', label: t('o.since'), cell: ({since}) => on(since)},
        {name: 'whole', label: t('o.whole'), cell: ({post}) => html`<a href=${to('contact', {post})}>${t('o.show')}</a>`},
      ],
      rows: posts,
      empty: t('o.nobody'),
    })}
    ${history.length === 0 ? nothing : html`<h2>${t('o.before')}</h2>${timeLine(t('o.before'), history.map(({post, department, name: who, since, until, handedOver}) => ({
      at: t('o.span', {since: on(since), until: on(until)}),
      what: `${t(`post.${post}`)}${department === undefined ? '' : ` · ${department}`} · ${who}`,
      more: t('o.handedOver', {what: handedOver}),
    })))}`}
    <h2>${t('o.desk')}</h2>
    ${receiving === undefined ? html`<p class="faint">${t('o.noDesk')}</p>` : facts([
      [t('o.union'), receiving.orgName], [t('o.department'), receiving.department], [t('o.person'), receiving.name], [t('o.phone'), receiving.phone]])}
    ${wanted(desk, nameLists)}`;
}

function wanted(desk, nameLists) {
  return html`<h2>${t('l.lists')}</h2>
    ${desk.may('demandNames') ? html`<div class="doings"><a class="button" href=${href(['responsible', 'lists', 'new'])}>${t('l.demand')}</a></div>` : nothing}
    ${table(t, {...desk, query: {}}, {
      caption: t('l.lists'),
      columns: [
        {name: 'title', label: t('l.title'), cell: ({nameList, title: said, documentNo}) => html`<span><a href=${href(['responsible', 'lists', nameList])}>${said}</a> <span class="faint">${documentNo}</span></span>`},
        {name: 'due', label: t('l.due'), cell: ({dueOn}) => on(dueOn)},
        {name: 'reported', label: t('l.reported'), isNumber: true, cell: ({reported, unions}) => t('l.of', {reported, unions})},
        {name: 'late', label: t('l.late'), isNumber: true, cell: ({late}) => late},
      ],
      rows: nameLists,
      empty: t('l.none'),
    })}`;
}
