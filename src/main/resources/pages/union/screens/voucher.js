// One voucher, lot or pass: how it stands, and what can be done with it.

import {until} from '../../kit/figures.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {minute, usedOf, voucherDoings, voucherState, worth} from '../rounds.js';

const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = ({path}) => t('v.one', {no: path.voucher});

export const load = ({ask, path: {round, voucher}}) => ask('listRoundVouchers', {path: {round}, query: {voucher}});

export function view(desk, {vouchers: [one]}) {
  const {round, voucher} = desk.path;
  const back = html`<p><a href=${href(['rounds', round, 'vouchers'])}>${t('r.back', {name: t('vouchers')})}</a></p>`;
  if (one === undefined) {
    return html`<p class="problem">${t('v.noneSuch')}</p>${back}`;
  }
  const to = (no) => (no === undefined ? undefined : html`<a href=${href(['rounds', round, 'vouchers', no])}>${no}</a>`);
  return html`<p>${voucherState(t, one)}</p>
    ${desk.may('takeVoucherStep') ? html`<div class="doings">${voucherDoings(one).map((step) => html`<a class="button" data-step=${step}
      href=${href(['rounds', round, 'vouchers', voucher, step])}>${t(`voucherDo.${step}`)}</a>`)}</div>` : nothing}
    ${facts([
      [t('v.what'), worth(t, one)],
      [t('v.holder'), one.holder],
      [t('r.campaign'), html`<a href=${href(['campaigns', one.campaign])}>${one.name}</a>`],
      [t('v.round'), html`<a href=${href(['rounds', round])}>${one.roundName}</a>`],
      [t('v.pool'), one.pool === undefined ? undefined : t(`pool.${one.pool}`)],
      [t('v.grantedAt'), minute(one.grantedAt)],
      [t('v.from'), minute(one.from)],
      [t('v.until'), until(one.until, language)],
      [t('v.used'), usedOf(t, one)],
      [t('v.voidReason'), one.voidReason],
      [t('v.reissueOf'), to(one.reissueOf)],
      [t('v.reissuedAs'), to(one.reissuedAs)],
    ])}${back}`;
}
