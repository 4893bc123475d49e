// What members do, all together, where they consent to be counted; and how long what is kept.

import {yuan} from '../../kit/figures.js';
import {stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {leastDays} from '../privacy.js';
import {number} from '../progress.js';

const t = await wordsOf('desk', 'union', 'union.privacy');

export const title = () => t('analysis');

export async function load({ask, query: {month}}) {
  const [analysis, {retention}] = await Promise.all([ask('readAnalysis', {query: month ? {month} : {}}), ask('readRetention')]);
  return {analysis, retention};
}

/** So many months before one. */
function before(month, months) {
  const [year, of] = month.split('-').map(Number);
  const at = year * 12 + of - 1 - months;
  return `${Math.floor(at / 12)}-${String(at % 12 + 1).padStart(2, '0')}`;
}

export function view(desk, {analysis: {month, peopleMin, hidden, groups}, retention}) {
  return html`<p class="intro">${t('analysis.intro', {min: peopleMin})}</p>
    <h2>${t('analysis.of', {month})}</h2>
    <div class="doings">${[1, -1].map((months) => html`<a class="button" href=${href(['privacy', 'analysis'], {month: before(month, months)})}>${before(month, months)}</a>`)}</div>
    ${table(t, desk, {
      caption: t('analysis.of', {month}),
      columns: [
        {name: 'category', label: t('analysis.category'), cell: ({category}) => t(`category.${category}`)},
        {name: 'people', label: t('analysis.people'), isNumber: true, value: ({people}) => people, cell: ({people}) => number(people)},
        {name: 'purchases', label: t('analysis.purchases'), isNumber: true, value: ({purchases}) => purchases, cell: ({purchases}) => number(purchases)},
        {name: 'saved', label: t('analysis.saved'), isNumber: true, value: ({savedFen}) => savedFen, cell: ({savedFen}) => yuan(savedFen)},
      ],
      rows: groups,
      empty: t('analysis.none'),
    })}
    <p class="hint">${t('analysis.hidden', {hidden})}</p>
    <h2>${t('retention')}</h2>
    ${table(t, {...desk, query: {}}, {
      caption: t('retention.list'),
      columns: [
        {name: 'what', label: t('retention.what'), cell: ({what}) => html`<a href=${href(['privacy', 'retention', what])}>${t(`kept.${what}`)}</a>`},
        {name: 'days', label: t('retention.days'), isNumber: true, cell: ({days, asked}) => html`${number(days)}${asked === undefined ? nothing : html`<br>${stateWord(t('retention.asks', {days: number(asked.days)}), 'wait')}`}`},
        {name: 'least', label: t('retention.least'), isNumber: true, cell: ({least}) => leastDays(t, least)},
        {name: 'basis', label: t('retention.basis'), cell: ({basis}) => basis},
      ],
      rows: retention,
    })}
    <p><a href=${href('privacy')}>${t('menu.privacy')}</a></p>`;
}
