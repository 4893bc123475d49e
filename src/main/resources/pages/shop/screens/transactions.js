// The transactions of a day.

import {href} from '../../desk/place.js';
import {yuan} from '../../kit/figures.js';
import {filters, table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {own} from '../own.js';
import {standingOf} from '../trade.js';

const t = await wordsOf('desk', 'shop', 'shop.trade');

export const title = () => t('menu.transactions');

export const load = (desk) => {
  const {day, after} = desk.query;
  return own(desk, 'listMerchantTransactions', {query: {...(day === undefined ? {} : {day}), ...(after === undefined ? {} : {after})}});
};

export function view(desk, {day, transactions, next}) {
  return html`${filters(t, {...desk, query: {...desk.query, day}}, [{name: 'day', label: t('trade.day'), type: 'date'}])}
    ${table(t, desk, {
      caption: t('trade.of', {day}),
      columns: [
        {name: 'at', label: t('trade.at'), value: (each) => each.at, cell: (each) =>
          html`<a href=${href(['transactions', each.id])}>${each.at.slice(11, 19)}</a>`},
        {name: 'type', label: t('trade.type'), value: (each) => each.type, cell: (each) => t(`type.${each.type}`)},
        {name: 'state', label: t('trade.state'), cell: (each) => standingOf(t, each)},
        {name: 'terminal', label: t('trade.terminal'), value: (each) => each.terminal, cell: (each) => each.terminal},
        {name: 'order', label: t('trade.order'), isNumber: true, value: (each) => each.orderFen, cell: (each) => yuan(each.orderFen)},
        {name: 'discount', label: t('trade.discount'), isNumber: true, value: (each) => each.discountFen, cell: (each) => yuan(each.discountFen)},
        {name: 'member', label: t('trade.member'), isNumber: true, value: (each) => each.memberPaysFen, cell: (each) => yuan(each.memberPaysFen)},
      ],
      rows: transactions,
      next,
      empty: html`${t('trade.none', {day})}`,
    })}`;
}
