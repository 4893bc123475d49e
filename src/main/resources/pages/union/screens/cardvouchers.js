// What the person of a card was given.

import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {voucherTable} from '../rounds.js';

const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = ({path}) => t('vouchers.ofCard', {no: path.cardNo});

export const load = ({ask, path}) => ask('listCardVouchers', {path});

export const view = (desk, {vouchers}) => html`<p class="intro">${t('vouchers.read')}</p>
  ${voucherTable(t, desk, {
    caption: t('vouchers.ofCard', {no: desk.path.cardNo}),
    vouchers,
    more: [{name: 'round', label: t('v.round'), value: ({roundName}) => roundName, cell: ({name, roundName}) => html`${roundName} <span class="faint">${name}</span>`}],
    empty: t('vouchers.noneOfCard'),
  })}
  <p><a href=${href(['cards', desk.path.cardNo])}>${t('r.back', {name: desk.path.cardNo})}</a></p>`;
