// A voucher, lot or pass is made void, or given anew.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {voucherDoings, voucherState, worth} from '../rounds.js';

const STEPS = ['VOID', 'REISSUE'];
const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = ({path: {step}}) => (STEPS.includes(step) ? t(`voucherDo.${step}`) : t('problem'));

export const load = ({ask, path: {round, voucher}}) => ask('listRoundVouchers', {path: {round}, query: {voucher}});

export function view(desk, {vouchers: [one]}) {
  const {round, voucher, step} = desk.path;
  const back = html`<p><a href=${href(['rounds', round, 'vouchers', voucher])}>${t('r.back', {name: t('v.one', {no: voucher})})}</a></p>`;
  if (one === undefined || !STEPS.includes(step) || (desk.query.stage !== 'done' && !voucherDoings(one).includes(step))) {
    return html`<p class="problem">${t('r.notPossible')}</p>${back}`;
  }
  const to = (no) => html`<a href=${href(['rounds', round, 'vouchers', no])}>${t('v.one', {no})}</a>`;
  return html`<p class="intro">${one.holder} · ${one.name} · ${worth(t, one)}</p>${paper(t, desk, {
    words: 'step',
    fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
    warning: html`<p class="reason">${t(`voucherWarn.${step}`)}</p>`,
    send: (body) => desk.ask('takeVoucherStep', {path: {voucher}, body: {step, ...body}}),
    done: (now) => html`<p><strong>${t('step.done', {step: t(`voucherDo.${step}`)})}</strong></p><p>${to(now.voucher)} ${voucherState(t, now)}</p>`,
  })}${back}`;
}
