// What the unions did in a period, and the same as a file for a spreadsheet.

import {day, yuan} from '../../kit/figures.js';
import {bar} from '../../kit/chart.js';
import {filters, table} from '../../kit/table.js';
import {facts} from '../../kit/summary.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {addressOf} from '../../kit/call.js';

const t = await wordsOf('desk', 'union', 'union.reports');

export const title = () => t('menu.reports');

const asked = ({from, to, side, after}) => Object.fromEntries(Object.entries({from, to, side, after}).filter(([, value]) => value));

const DAYS_MAX = 92;
const DAY_MS = 86_400_000;

/** Day by day a report goes so far and no farther; without a first day it is a month. */
const isLong = ({from, to}) => (Date.parse(to) - Date.parse(from)) / DAY_MS >= DAYS_MAX;

export async function load({ask, query}) {
  const report = await ask('reportUnions', {query: asked(query)});
  const {from, to, side} = report;
  const {days} = isLong(report) ? {days: null} : await ask('reportDays', {query: {from, to, side}});
  return {...report, days};
}

const discount = ({transactions}) => transactions.discountFen.UNION + transactions.discountFen.MERCHANT;

export function view(desk, report) {
  const {total, unions, from, to} = report;
  const most = Math.max(1, ...unions.map(({transactions}) => transactions.grossFen));
  return html`
    ${filters(t, desk, [
      {name: 'from', label: t('r.from'), type: 'date'},
      {name: 'to', label: t('r.to'), type: 'date'},
      {name: 'side', label: t('r.side'), choices: ['AUTHORISING', 'SIGNING'].map((each) => [each, t(`side.${each}`)])},
    ])}
    <h2>${t('r.total', {from: day(from, language), to: day(to, language)})}</h2>
    ${facts([
      [t('r.trading'), t('r.of', total.merchants)],
      [t('r.sales'), total.transactions.count],
      [t('r.gross'), yuan(total.transactions.grossFen)],
      [t('r.discountUnion'), yuan(total.transactions.discountFen.UNION)],
      [t('r.discountMerchant'), yuan(total.transactions.discountFen.MERCHANT)],
      [t('r.undone'), t('r.undoneIs', {count: total.undone.count, amount: yuan(total.undone.grossFen)})],
      [t('r.reviews'), total.reviews.count === 0 ? '0' : t('r.reviewsAre', {count: total.reviews.count, bad: (total.reviews.badPermille / 10).toFixed(1)})],
      [t('r.complaints'), t('r.complaintsAre', total.complaints)],
    ])}
    ${scenes(total)}
    ${daily(report.days)}
    <h2>${t('r.unions')}</h2>
    ${table(t, desk, {
      caption: t(`side.${report.side}`),
      csv: addressOf('reportUnions', {query: {...asked(desk.query), format: 'csv'}}),
      columns: [
        {name: 'union', label: t('r.union'), value: ({name}) => name, cell: ({name}) => name},
        {name: 'trading', label: t('r.trading'), isNumber: true, value: ({merchants}) => merchants.trading, cell: ({merchants}) => t('r.of', merchants)},
        {name: 'sales', label: t('r.sales'), isNumber: true, value: ({transactions}) => transactions.count, cell: ({transactions}) => transactions.count},
        {name: 'gross', label: t('r.gross'), isNumber: true, value: ({transactions}) => transactions.grossFen,
          cell: ({transactions}) => html`${yuan(transactions.grossFen)}${bar(transactions.grossFen, most)}`},
        {name: 'discount', label: t('r.discount'), isNumber: true, value: discount, cell: (row) => yuan(discount(row))},
        {name: 'reviews', label: t('r.reviews'), isNumber: true, value: ({reviews}) => reviews.count, cell: ({reviews}) => reviews.count},
        {name: 'complaints', label: t('r.open'), isNumber: true, value: ({complaints}) => complaints.open, cell: ({complaints}) => complaints.open},
      ],
      rows: unions,
      next: report.next,
      empty: t('r.none'),
    })}`;
}

const SCENES = ['OFFLINE_POS', 'QR_STATIC', 'ONLINE_MALL'];

/** How it was sold: at tills, by printed codes, in malls. */
function scenes({transactions, undone}) {
  const columns = [
    ['sales', ({count}) => count],
    ['gross', ({grossFen}) => yuan(grossFen)],
    ['discount', ({discountFen}) => yuan(discountFen)],
    ['undone', (sold, back) => moved(back)],
  ];
  return html`<table class="rows" id="scenes"><caption>${t('r.scenes')}</caption>
    <thead><tr><th scope="col">${t('r.scene')}</th>${columns.map(([name]) => html`<th scope="col" class="number">${t(`r.${name}`)}</th>`)}</tr></thead>
    <tbody>${SCENES.map((scene) => html`<tr><th scope="row" data-label=${t('r.scene')}>${t(`scene.${scene}`)}</th>${columns.map(
      ([name, cell]) => html`<td class="number" data-label=${t(`r.${name}`)}>${cell(transactions.byScene[scene], undone.byScene[scene])}</td>`)}</tr>`)}</tbody></table>`;
}

const moved = ({count, grossFen}) => (count === 0 ? '0' : t('r.undoneIs', {count, amount: yuan(grossFen)}));

/** Each day of the period, folded up: the sums above are of the same. */
function daily(days) {
  if (days === null) {
    return html`<p class="hint">${t('r.tooLong', {max: DAYS_MAX})}</p>`;
  }
  const most = Math.max(1, ...days.map(({transactions}) => transactions.grossFen));
  const columns = [
    ['sales', ({transactions}) => transactions.count],
    ['gross', ({transactions}) => html`${yuan(transactions.grossFen)}${bar(transactions.grossFen, most)}`],
    ['discount', (row) => yuan(discount(row))],
    ['undone', ({undone}) => moved(undone)],
    ['reviews', ({reviews}) => reviews],
    ['bad', ({badReviews}) => badReviews],
    ['complaints', ({complaints}) => complaints],
  ];
  return html`<details id="days"><summary><h2>${t('r.days')}</h2></summary>
    <table class="rows"><caption>${t('r.daysAre', {count: days.length})}</caption>
      <thead><tr><th scope="col">${t('r.day')}</th>${columns.map(([name]) => html`<th scope="col" class="number">${t(`r.${name}`)}</th>`)}</tr></thead>
      <tbody>${days.map((row) => html`<tr><th scope="row" data-label=${t('r.day')}>${day(row.day, language)}</th>${columns.map(
        ([name, cell]) => html`<td class="number" data-label=${t(`r.${name}`)}>${cell(row)}</td>`)}</tr>`)}</tbody></table></details>`;
}
