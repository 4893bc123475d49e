// What unions owe this merchant, day by day, and what was paid.

import {href} from '../../desk/place.js';
import {day, yuan} from '../../kit/figures.js';
import {whyOf} from '../../kit/left.js';
import {table} from '../../kit/table.js';
import {stateWord} from '../../kit/summary.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {own} from '../own.js';

const PAGE = 100;
const TONES = {TOLD: 'wait', PAID: 'good', REJECTED: 'bad', PLANNED: 'new', LEFT: 'off'};
const t = await wordsOf('desk', 'shop', 'money');

export const title = () => t('menu.statements');

export async function load(desk) {
  const {before} = desk.query;
  const [{statements}, {payments}] = await Promise.all([
    own(desk, 'listMerchantStatements', {query: before === undefined ? {} : {before}}),
    own(desk, 'listMerchantPayments'),
  ]);
  return {statements, payments};
}

export function view(desk, {statements, payments}) {
  return html`<p class="intro">${t('money.intro')}</p>
    <div class="doings"><a class="button" href=${href('cases')}>${t('money.cases')}</a></div>
    ${table(t, desk, {
      caption: t('money.list'),
      cursor: 'before',
      columns: [
        {name: 'day', label: t('sheet.day'), value: ({day}) => day, cell: (row) => html`<a href=${href(['statements', row.id])}>${day(row.day, language)}</a>`},
        {name: 'sales', label: t('sheet.sales'), isNumber: true, value: ({sales}) => sales.orderFen, cell: ({sales}) => yuan(sales.orderFen)},
        {name: 'returns', label: t('sheet.returns'), isNumber: true, value: ({returns}) => returns.orderFen, cell: ({returns}) => yuan(returns.orderFen)},
        {name: 'own', label: t('sheet.own'), isNumber: true, value: ({sales}) => sales.ownFen, cell: ({sales, returns}) => yuan(sales.ownFen - returns.ownFen)},
        {name: 'due', label: t('sheet.dueFen'), isNumber: true, value: ({dueFen}) => dueFen, cell: ({dueFen}) => yuan(dueFen)},
        {name: 'on', label: t('sheet.due'), value: ({due}) => due, cell: ({due}) => day(due, language)},
      ],
      rows: statements,
      next: statements.length === PAGE ? statements.at(-1).day : undefined,
      empty: t('money.none'),
    })}
    <h2>${t('money.payments')}</h2>
    ${table(t, {...desk, query: {}}, {
      caption: t('money.payments'),
      columns: [
        {name: 'through', label: t('money.through'), cell: ({through}) => day(through, language)},
        {name: 'org', label: t('money.payer'), cell: ({orgName}) => orgName},
        {name: 'fen', label: t('money.amount'), isNumber: true, cell: ({fen}) => yuan(fen)},
        {name: 'state', label: t('money.state'), cell: ({state}) => stateWord(t(`payment.${state}`), TONES[state])},
        {name: 'account', label: t('money.account'), cell: ({account}) => account ?? ''},
        {name: 'why', label: t('money.why'), cell: (each) => whyOf(t, each)},
      ],
      rows: payments,
      empty: t('money.noPayments'),
    })}`;
}
