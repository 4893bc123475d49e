// How a campaign's budget is spent: what is left at the end of each settled day, as a line and as a table.

import {curve} from '../../kit/chart.js';
import {day as dayInWords, yuan} from '../../kit/figures.js';
import {facts} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {used} from '../campaigns.js';

const DAY_MS = 86_400_000;
const t = await wordsOf('desk', 'union', 'union.campaigns');

export const title = (desk, data) => t('days.title', {name: data?.campaign.name ?? desk.path.campaign});

export async function load({ask, path}) {
  const [campaign, spent] = await Promise.all([ask('getCampaign', {path}), ask('readCampaignDays', {path})]);
  return {campaign, spent};
}

/** The day in China of a moment. */
const dayOf = (instant, moreMs = 0) => new Date(Date.parse(instant) + 8 * 3_600_000 + moreMs).toISOString().slice(0, 10);

function line({startsAt, endsAt}, {budgetFen, days, today}) {
  const from = [dayOf(startsAt), days[0].day].sort()[0];
  const end = dayOf(endsAt, -1);
  const last = [days.at(-1).day, today.day < end ? today.day : end].sort().at(-1);
  const even = budgetFen * Math.max(0, 1 - (Date.parse(last) - Date.parse(from)) / Math.max(DAY_MS, Date.parse(end) - Date.parse(from)));
  return curve({
    values: [{at: from, value: budgetFen}, ...days.map(({day, spentFen}) => ({at: day, value: budgetFen - spentFen}))],
    marks: [{at: last, value: even}],
    from,
    to: last,
    most: budgetFen,
    begin: budgetFen,
    label: t('days.line'),
  });
}

/** How long the rest lasts if all days are as those that are settled. */
function pace({budgetFen, usedFen, days}) {
  const spent = days.reduce((sum, {fen}) => sum + fen, 0);
  const span = days.length === 0 ? 0 : (Date.parse(days.at(-1).day) - Date.parse(days[0].day)) / DAY_MS + 1;
  return spent > 0 && budgetFen > usedFen ? html`<p class="faint">${t('days.pace', {days: Math.ceil(((budgetFen - usedFen) * span) / spent)})}</p>` : nothing;
}

function todays({fen, sales, dayFen}) {
  return dayFen === undefined
    ? t('days.todayIs', {amount: yuan(fen), sales})
    : html`<span class="used"><progress max=${dayFen} value=${Math.min(fen, dayFen)} aria-label=${t('days.todayBar')}></progress>
      <span>${t('days.todayOf', {amount: yuan(fen), most: yuan(dayFen), sales})}</span></span>`;
}

export function view(desk, {campaign, spent}) {
  const {budgetFen, unsettledFen, today, days} = spent;
  return html`${used(t, campaign)}${budgetFen === undefined ? nothing : pace(spent)}
    ${facts([[t('days.today'), todays(today)], [t('days.unsettled'), yuan(unsettledFen)]])}
    ${table(t, desk, {
      caption: t('days.list'),
      columns: [
        {name: 'day', label: t('days.day'), value: ({day}) => day, cell: ({day}) => dayInWords(day, language)},
        {name: 'fen', label: t('days.fen'), isNumber: true, value: ({fen}) => fen, cell: ({fen}) => yuan(fen)},
        {name: 'sales', label: t('days.sales'), isNumber: true, value: ({sales}) => sales, cell: ({sales}) => sales},
        {name: 'spent', label: t('days.spent'), isNumber: true, value: ({spentFen}) => spentFen, cell: ({spentFen}) => yuan(spentFen)},
        ...(budgetFen === undefined ? [] : [{name: 'left', label: t('days.left'), isNumber: true, cell: ({spentFen}) => yuan(budgetFen - spentFen)}]),
      ],
      rows: [...days].reverse(),
      empty: t('days.none'),
    })}
    ${days.length === 0 || budgetFen === undefined ? nothing : line(campaign, spent)}
    <p><a href=${href(['campaigns', campaign.code])}>${t('m.back', {name: campaign.name})}</a></p>`;
}
