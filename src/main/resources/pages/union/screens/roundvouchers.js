// What a round gave, one by one.

import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {voucherTable} from '../rounds.js';

const PAGE = 100;
const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = () => t('vouchers');

export const load = ({ask, path, query: {after}}) => ask('listRoundVouchers', {path, query: after ? {after} : {}});

export const view = (desk, {vouchers}) => html`<p class="intro">${t('vouchers.read')}</p>
  ${voucherTable(t, desk, {
    caption: t('vouchers'),
    vouchers,
    more: [{name: 'holder', label: t('v.holder'), value: ({holder = ''}) => holder, cell: ({holder}) => holder}],
    next: vouchers.length === PAGE ? vouchers.at(-1).voucher : undefined,
    empty: t('vouchers.none'),
  })}
  <p><a href=${href(['rounds', desk.path.round])}>${t('r.back', {name: t('r.one', {no: desk.path.round})})}</a></p>`;
