// A statement as a sheet to be printed: what was sold and given back, who bears which part, and what is due in capitals.

import {day, time, yuan} from './figures.js';
import {table} from './table.js';
import {facts} from './summary.js';
import {html, nothing} from './view.js';
import {language} from './words.js';

/** The columns of the sums: `[words, cell]`; a funder bears one part and sees no other. */
const sumsOf = (isFunder) => [
  ['sheet.count', ({count}) => count],
  ...(isFunder ? [] : [['sheet.order', ({orderFen}) => yuan(orderFen)], ['sheet.own', ({ownFen}) => yuan(ownFen)]]),
  ['sheet.union', ({unionFen}) => yuan(unionFen)],
  ...(isFunder ? [] : [['sheet.member', ({memberFen}) => yuan(memberFen)]]),
];

const side = (t, name, row, isFunder) => html`<tr><th scope="row" data-label=${t('sheet.what')}>${t(name)}</th>${sumsOf(isFunder).map(
  ([words, cell]) => html`<td class="number" data-label=${t(words)}>${cell(row)}</td>`)}</tr>`;

/** What is left of the sales: what both sides settle. */
const net = ({sales, returns}) => ({...Object.fromEntries(Object.keys(sales).map((name) => [name, sales[name] - (returns[name] ?? 0)])), count: ''});

/** @param csv address of its file; @param signature address of what signs it; @param claim gives the way to say that a line is wrong */
export function sheet(t, desk, statement, {csv, gbk, signature, claim}) {
  const isFunder = statement.kind === 'FUNDER';
  return html`
    ${facts([
      [t('sheet.of'), `${statement.name}（${statement.code}）`],
      [t('sheet.day'), day(statement.day, language)],
      [t('sheet.due'), day(statement.due, language)],
      [t('sheet.closed'), time(new Date(statement.closedAt), language)],
    ])}
    <table class="rows"><caption>${t('sheet.sums')}</caption>
      <thead><tr><th scope="col">${t('sheet.what')}</th>${sumsOf(isFunder).map(([words]) => html`<th scope="col" class="number">${t(words)}</th>`)}</tr></thead>
      <tbody>${side(t, 'sheet.sales', statement.sales, isFunder)}${side(t, 'sheet.returns', statement.returns, isFunder)}${side(t, 'sheet.net', net(statement), isFunder)}</tbody></table>
    ${facts([
      [t('sheet.dueFen'), html`<strong>${yuan(statement.dueFen)}</strong>`],
      [t('sheet.capital'), statement.capital],
      [t('sheet.late'), statement.late === 0 ? undefined : t('sheet.lateIs', {count: statement.late})],
    ])}
    <div class="doings"><button type="button" @click=${() => print()}>${t('sheet.print')}</button>
      <a class="button" href=${csv} download>${t('sheet.csv')}</a><a class="button" href=${gbk} download>${t('sheet.gbk')}</a>
      <a class="button" href=${signature} download="signature.json">${t('sheet.signature')}</a></div>
    ${table(t, desk, {caption: t(`sheet.lines.${statement.kind}`), columns: columns(t, statement.kind, claim), rows: statement.lines, empty: t('sheet.none')})}
    <p class="faint">${t('sheet.sm3', {sm3: statement.sm3})}</p>`;
}

/** What a campaign is called, and its code. */
export const called = ({campaign, campaignName}) => html`${campaignName} <span class="faint">${campaign}</span>`;

function columns(t, kind, claim) {
  const money = (name, label) => ({name, label: t(label), isNumber: true, value: (row) => row[name], cell: (row) => yuan(row[name])});
  const merchant = {name: 'merchant', label: t('sheet.merchant'), value: ({merchant: no}) => no, cell: ({merchant: no, name}) => html`${name} <span class="faint">${no}</span>`};
  if (kind === 'FUNDER') {
    return [merchant, {name: 'campaign', label: t('sheet.campaign'), value: ({campaignName}) => campaignName, cell: called},
      money('soldFen', 'sheet.sold'), money('returnedFen', 'sheet.returned')];
  }
  const sums = [money('orderFen', 'sheet.order'), money('ownFen', 'sheet.own'), money('unionFen', 'sheet.union'), money('memberFen', 'sheet.member')];
  if (kind === 'UNION') {
    return [merchant, {name: 'count', label: t('sheet.count'), isNumber: true, value: ({count}) => count, cell: ({count}) => count}, ...sums];
  }
  return [
    {name: 'at', label: t('sheet.at'), value: ({at}) => at, cell: ({at, transaction}) => html`${at.slice(11, 19)} <span class="faint">${transaction}</span>`},
    {name: 'terminal', label: t('sheet.terminal'), value: ({terminal}) => terminal, cell: ({terminal}) => terminal},
    {name: 'type', label: t('sheet.type'), value: ({type}) => type, cell: ({type, reason, soldOn}) => html`${t(`line.${type}`)}${reason === undefined ? nothing
      : html` <span class="faint">${t(`reason.${reason}`, {day: day(soldOn, language)})}</span>`}`},
    ...sums,
    ...(claim === undefined ? [] : [{name: 'claim', label: t('sheet.wrong'), cell: claim}]),
  ];
}
