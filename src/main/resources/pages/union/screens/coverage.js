// Where there is something to eat, to stay at, to travel by …: unions by category, and where nothing is.

import {html, nothing} from '../../kit/view.js';
import {table} from '../../kit/table.js';
import {wordsOf} from '../../kit/words.js';
import {CATEGORIES} from '../states.js';

const t = await wordsOf('desk', 'union', 'union.reports');

export const title = () => t('menu.coverage');

export async function load({ask, query: {after}}) {
  const [report, work] = await Promise.all([ask('reportUnions', {query: after ? {after} : {}}), ask('readWork')]);
  return {...report, work};
}

export function view(desk, report) {
  const unions = report.unions.filter(({kind}) => kind !== 'PRIMARY' || report.unions.length === 1);
  const gaps = CATEGORIES.filter((category) => report.total.merchants.byCategory[category].trading === 0);
  return html`<p class="intro">${t('coverage.intro')}</p>
    <p class=${gaps.length === 0 ? 'faint' : 'reason'}>${gaps.length === 0 ? t('coverage.noGap') : t('coverage.gaps', {categories: gaps.map((each) => t(`category.${each}`)).join(t('comma'))})}</p>
    ${table(t, desk, {
      caption: t('coverage.table'),
      columns: [
        {name: 'union', label: t('r.union'), value: ({name}) => name, cell: ({name}) => name},
        ...CATEGORIES.map((category) => ({
          name: category,
          label: t(`category.${category}`),
          isNumber: true,
          value: ({merchants}) => merchants.byCategory[category].trading,
          cell: ({merchants}) => cell(merchants.byCategory[category]),
        })),
        {name: 'all', label: t('coverage.all'), isNumber: true, value: ({merchants}) => merchants.trading, cell: ({merchants}) => t('coverage.of', merchants)},
      ],
      rows: unions,
      next: report.next,
      empty: t('coverage.none'),
    })}
    ${counties(desk, report.work)}`;
}

/** The same by where merchants are, whichever union has authorised them. */
function counties(desk, work) {
  return table(t, {...desk, query: {}}, {
    caption: t('coverage.counties'),
    columns: [
      {name: 'county', label: t('coverage.county'), cell: ({name, areaCode}) => (name === undefined ? t('coverage.elsewhere', {areaCode}) : name)},
      ...CATEGORIES.map((category) => ({
        name: category, label: t(`category.${category}`), isNumber: true, cell: ({byCategory}) => cell(byCategory[category]),
      })),
    ],
    rows: work.counties,
    empty: t('coverage.none'),
  });
}

function cell({trading, total}) {
  return trading > 0
    ? t('coverage.of', {trading, total})
    : html`<span class="gap">${t(total === 0 ? 'coverage.gap' : 'coverage.notYet', {total})}</span>${nothing}`;
}
