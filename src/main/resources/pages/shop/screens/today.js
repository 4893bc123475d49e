// What was taken today: how much, who pays for the discounts, what is left; by hour, by terminal; and the last week.

import {href} from '../../desk/place.js';
import {yuan} from '../../kit/figures.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {bars} from '../bars.js';
import {own} from '../own.js';

const t = await wordsOf('desk', 'shop', 'shop.trade');

const WEEK = 7;
const DAY_MS = 86_400_000;

export const title = () => t('today.title');

/** The day so many days before one, as the calendar has it. */
function daysBefore(day, days) {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}

export async function load(desk) {
  const {day} = desk.query;
  const today = await own(desk, 'readMerchantDays', {query: day === undefined ? {} : {from: day, to: day}});
  const week = await own(desk, 'readMerchantDays', {query: {from: daysBefore(today.to, WEEK - 1), to: today.to}});
  return {today, week: week.days};
}

export function view(desk, {today, week}) {
  const {total, to, asOf} = today;
  return html`
    <p class="intro">${desk.me.merchantName} · ${t('today.asOf', {day: to, time: asOf.slice(11, 16)})}
      <button type="button" class="quiet" id="refresh" @click=${() => desk.again()}>${t('today.refresh')}</button></p>
    ${figures(total)}
    ${total.sales.count === 0 ? html`<p class="hint">${t('today.none')}</p>` : nothing}
    ${parts(t('today.byHour'), t('today.hour'), today.hours.map((each) => [`${String(each.hour).padStart(2, '0')}:00`, each]))}
    ${parts(t('today.byTerminal'), t('today.terminal'), today.terminals.map((each) => [each.terminal, each]))}
    ${bars(t('today.week'), [t('today.day'), t('today.count'), t('today.net')], week.map((each) => ({
      name: html`<a href=${href('today', {day: each.day})}>${each.day.slice(5)}</a>`,
      count: each.sales.count,
      value: each.netFen,
      said: yuan(each.netFen),
    })))}
    <div class="doings"><a class="button" href=${href('transactions', {day: to})}>${t('today.all')}</a></div>`;
}

function figures({sales, undone, restored, netFen}) {
  const row = (name, value, kind = 'amount') => html`<div class=${kind}><dt>${t(`today.${name}`)}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
    ${row('count', sales.count)}
    ${row('gross', yuan(sales.grossFen))}
    ${row('union', yuan(sales.unionFen))}
    ${row('own', yuan(-sales.ownFen))}
    ${undone.count === 0 ? nothing : row('undone', t('today.times', {amount: yuan(undone.ownFen - undone.grossFen), count: undone.count}))}
    ${restored.count === 0 ? nothing : row('restored', t('today.times', {amount: yuan(restored.grossFen - restored.ownFen), count: restored.count}))}
    ${row('net', yuan(netFen), 'amount total')}
  </dl><p class="hint">${t('today.netIs')}</p>`;
}

function parts(caption, label, rows) {
  return rows.length === 0
    ? nothing
    : html`<table class="rows"><caption>${caption}</caption>
      <thead><tr><th scope="col">${label}</th><th scope="col" class="number">${t('today.count')}</th>
        <th scope="col" class="number">${t('today.gross')}</th><th scope="col" class="number">${t('today.net')}</th></tr></thead>
      <tbody>${rows.map(([name, {sales, netFen}]) => html`<tr><th scope="row" data-label=${label}>${name}</th>
        <td class="number" data-label=${t('today.count')}>${sales.count}</td><td class="number" data-label=${t('today.gross')}>${yuan(sales.grossFen)}</td>
        <td class="number" data-label=${t('today.net')}>${yuan(netFen)}</td></tr>`)}</tbody></table>`;
}
