// Notices by schedule: what is ordered, when the next one is written, and what came of the last period.

import {day} from '../../kit/figures.js';
import {stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {criteriaOf} from '../notices.js';

const t = await wordsOf('desk', 'union', 'union.notices');

export const title = () => t('ns.title');

export async function load({ask, query: {before}}) {
  const [found, nameOf] = await Promise.all([ask('listNoticeSchedules', {query: before ? {before} : {}}), namesOf(ask)]);
  return {...found, nameOf};
}

const last = ({lastUntil, lastNotice}) => {
  if (lastUntil === undefined) {
    return '—';
  }
  return lastNotice === undefined ? t('ns.nobody', {day: day(lastUntil, language)}) : html`<a href=${href(['notices', lastNotice])}>${lastNotice}</a>`;
};

export function view(desk, {schedules, next, nameOf}) {
  const mayEnd = desk.may('endNoticeSchedule');
  return html`<p class="intro">${t('ns.intro')}</p>
    ${desk.may('orderNotices') ? html`<div class="doings"><a class="button primary" href=${href(['notices', 'schedules', 'new'])}>${t('ns.add')}</a></div>` : nothing}
    ${table(t, desk, {
      caption: t('ns.list'),
      columns: [
        {name: 'title', label: t('n.title'), value: ({title: said}) => said, cell: ({title: said, text, documentNo}) => html`${said}<div class="faint">${documentNo} · ${text}</div>`},
        {name: 'kind', label: t('n.kind'), value: ({kind}) => kind, cell: ({kind}) => t(`noticeKind.${kind}`)},
        {name: 'every', label: t('ns.every'), value: ({every}) => every, cell: ({every}) => t(`every.${every}`)},
        {name: 'criteria', label: t('n.criteria'), cell: ({criteria}) => criteriaOf(t, criteria)},
        {name: 'org', label: t('n.org'), value: ({org}) => nameOf(org), cell: ({org}) => nameOf(org)},
        {name: 'by', label: t('ns.by'), cell: ({orderedBy}) => orderedBy},
        {name: 'nextOn', label: t('ns.next'), value: ({nextOn}) => nextOn ?? '', cell: ({nextOn}) => (nextOn === undefined ? stateWord(t('ns.ended'), 'off') : day(nextOn, language))},
        {name: 'last', label: t('ns.last'), cell: last},
        ...(mayEnd ? [{name: 'end', label: t('ns.doing'), cell: ({schedule, nextOn}) => (nextOn === undefined ? nothing : html`<a href=${href(['notices', 'schedules', String(schedule), 'end'])}>${t('ns.end')}</a>`)}] : []),
      ],
      rows: schedules,
      next,
      cursor: 'before',
      empty: t('ns.none'),
    })}<p><a href=${href('notices')}>${t('menu.notices')}</a></p>`;
}
