// What happened, in words: every type of event there is.

import {yuan} from '../kit/figures.js';

export const EVENTS = [
  'transaction.sale', 'transaction.hold', 'transaction.completion', 'transaction.release', 'transaction.void',
  'transaction.refund', 'transaction.advice', 'transaction.reversal', 'transaction.refused', 'terminal.counter',
  'terminal.bound', 'terminal.activated', 'terminal.suspended', 'terminal.restored', 'batch.closed',
  'merchant.recommended', 'merchant.negotiating', 'merchant.signed', 'merchant.applied', 'merchant.investigated',
  'merchant.approved', 'merchant.rejected', 'merchant.returned', 'merchant.live', 'merchant.renewed',
  'merchant.warned', 'merchant.rectifying', 'merchant.rectified', 'merchant.suspended', 'merchant.reinstated',
  'merchant.terminated', 'merchant.vetoed', 'merchant.veto.lifted', 'merchant.union', 'merchant.left',
  'review.posted', 'review.edited', 'review.replied', 'review.hidden', 'supervision.proposed', 'supervision.appealed',
  'supervision.answered', 'complaint.opened', 'complaint.step', 'complaint.closed', 'ticket.opened', 'ticket.passed',
  'ticket.answered', 'notice.published', 'partner.changed', 'staff.changed', 'staff.locked', 'staff.sign-ins-refused', 'privacy.reads', 'audit.sealed',
  'settlement.closed', 'settlement.batch', 'settlement.difference', 'settlement.hint', 'voucher.granted',
  'voucher.reissued', 'voucher.used', 'voucher.returned', 'voucher.voided', 'voucher.expired', 'feed.reset',
  'subscription.test',
];

/** Events that ask for somebody's attention. */
export const isWarning = (kind) => /refused|reads|suspended|vetoed|rectifying|warned|rejected|counter|locked|reset|proposed|difference|hint/.test(kind);

/** The rest of the line: what it was about. */
export function said(t, kind, data) {
  if (kind.startsWith('transaction.')) {
    return transaction(t, data);
  }
  const parts = [];
  const add = (name, key, more = {}) => data[name] !== undefined && parts.push(t(key, {value: data[name], ...more}));
  add('terminal', 'of.terminal');
  add('merchantNo', 'of.merchant');
  add('batch', 'of.batch');
  if (kind === 'batch.closed') {
    parts.push(t(`outcome.${data.outcome}`), t('of.batchSums', {debit: yuan(data.debitFen), credit: yuan(data.creditFen)}));
  }
  add('complaint', 'of.complaint');
  if (kind.startsWith('complaint.')) {
    parts.push(t(`kind.${data.kind}`), ...(data.step === undefined ? [] : [t(`step.${data.step}`)]));
  }
  add('ticket', 'of.ticket');
  add('notice', 'of.notice');
  add('partner', 'of.partner');
  add('stage', 'of.stage', {value: t(`stage.${data.stage ?? 'WARN'}`)});
  add('verdict', 'of.verdict', {value: t(`verdict.${data.verdict ?? 'UPHELD'}`)});
  add('decision', 'of.decision');
  add('documentNo', 'of.document');
  add('stars', 'of.stars');
  if (kind.startsWith('merchant.') && data.to !== undefined) {
    parts.push(t(`state.${data.to}`));
  }
  if (kind === 'merchant.vetoed') {
    parts.push(...data.grounds.map((ground) => t(`ground.${ground}`)));
  }
  if (kind === 'review.hidden') {
    parts.push(t(`hidden.${data.reason}`));
  }
  if (kind.startsWith('settlement.')) {
    add('day', 'of.day');
    add('kind', 'of.oddity', {value: t(`oddity.${data.kind ?? 'AMOUNT'}`)});
    add('fen', 'of.fen', {value: yuan(data.fen ?? 0)});
  }
  if (kind.startsWith('voucher.')) {
    parts.push(t('of.campaign', {value: data.campaign}));
    add('count', 'of.pieces');
    add('fen', 'of.fen', {value: yuan(data.fen ?? 0)});
  }
  if (kind === 'staff.changed') {
    parts.push(t(`account.${data.action}`));
  }
  if (kind === 'privacy.reads') {
    parts.push(t('of.reads', {people: data.people, alarm: data.alarm}));
  }
  if (kind === 'staff.sign-ins-refused') {
    parts.push(t('of.signIns', {nobody: data.nobody, others: data.others}));
  }
  if (kind === 'terminal.counter') {
    parts.push(t('of.counter', {expected: data.expected, reported: data.reported}));
  }
  return parts.join(t('form.and'));
}

function transaction(t, {orderFen, discountFen, memberPaysFen, terminal, benefitName, refusal}) {
  const parts = refusal === undefined
    ? [t('of.sums', {order: yuan(orderFen), discount: yuan(discountFen), pays: yuan(memberPaysFen)}), benefitName]
    : [t('of.asked', {order: yuan(orderFen)}), t(`refusal.${refusal}`)];
  return [...parts, t('of.terminal', {value: terminal})].join(t('form.and'));
}
