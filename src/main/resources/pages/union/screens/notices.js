// Notices: commendations, circulars, criticism; of this person's unions, and those that name one of them.

import {time} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {noticeState} from '../notices.js';

const t = await wordsOf('desk', 'union', 'union.notices');

export const title = () => t('menu.notices');

export async function load({ask, query: {before}}) {
  const [found, nameOf] = await Promise.all([ask('listNotices', {query: before ? {before} : {}}), namesOf(ask)]);
  return {...found, nameOf};
}

export function view(desk, {notices, next, nameOf}) {
  return html`
    <div class="doings">${desk.may('draftNotice') ? html`<a class="button primary" href=${href(['notices', 'new'])}>${t('n.add')}</a>` : nothing}
      <a class="button" id="schedules" href=${href(['notices', 'schedules'])}>${t('ns.title')}</a></div>
    ${table(t, desk, {
      caption: t('n.list'),
      columns: [
        {name: 'title', label: t('n.title'), value: ({title: said}) => said, cell: ({notice, title: said}) => html`<a href=${href(['notices', notice])}>${said}</a>`},
        {name: 'kind', label: t('n.kind'), value: ({kind}) => kind, cell: ({kind}) => t(`noticeKind.${kind}`)},
        {name: 'state', label: t('n.state'), value: ({state}) => state, cell: ({state}) => noticeState(t, state)},
        {name: 'org', label: t('n.org'), value: ({org}) => nameOf(org), cell: ({org}) => nameOf(org)},
        {name: 'unions', label: t('n.unions'), isNumber: true, value: ({unions}) => unions, cell: ({unions}) => unions},
        {name: 'at', label: t('n.at'), value: ({publishedAt, preparedAt}) => publishedAt ?? preparedAt, cell: ({publishedAt, preparedAt}) => time(new Date(publishedAt ?? preparedAt), language)},
      ],
      rows: notices,
      next,
      cursor: 'before',
      empty: t('n.none'),
    })}`;
}
