// Who of the staff looked at which members, and why; and who at the most.

import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {at} from '../privacy.js';

const t = await wordsOf('desk', 'union', 'union.privacy');

export const title = () => t('reads');

export async function load({ask, query: {before}}) {
  const [found, nameOf] = await Promise.all([ask('listPersonalReads', {query: before ? {before} : {}}), namesOf(ask)]);
  return {...found, nameOf};
}

export function view(desk, {reads, days, next, nameOf}) {
  return html`<p class="intro">${t('reads.intro')}</p>
    ${days.length === 0 ? nothing : table(t, {...desk, query: {}}, {
      caption: t('reads.days'),
      columns: [
        {name: 'login', label: t('reads.login'), cell: ({login}) => login},
        {name: 'org', label: t('p.org'), cell: ({org}) => nameOf(org)},
        {name: 'day', label: t('reads.day'), cell: ({day}) => day},
        {name: 'people', label: t('reads.people'), isNumber: true, cell: ({people}) => people},
      ],
      rows: days,
    })}
    ${table(t, desk, {
      caption: t('reads.list'),
      columns: [
        {name: 'at', label: t('reads.at'), value: (each) => each.at, cell: (each) => at(each.at)},
        {name: 'login', label: t('reads.login'), value: ({login}) => login, cell: ({login}) => login},
        {name: 'org', label: t('p.org'), cell: ({org}) => nameOf(org)},
        {name: 'what', label: t('reads.what'), value: ({what}) => what, cell: ({what}) => t(`what.${what}`)},
        {name: 'people', label: t('reads.people'), isNumber: true, value: ({people}) => people, cell: ({people}) => people},
        {name: 'card', label: t('p.card'), cell: ({cardNo}) => (cardNo === undefined ? '' : html`<a href=${href(['cards', cardNo])}>${cardNo}</a>`)},
        {name: 'reason', label: t('p.reason'), cell: ({reason}) => reason ?? ''},
      ],
      rows: reads,
      next,
      cursor: 'before',
      empty: t('reads.none'),
    })}
    <p><a href=${href('privacy')}>${t('menu.privacy')}</a></p>`;
}
