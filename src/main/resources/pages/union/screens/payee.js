// A merchant's account is asked for or decided upon; its payments are held or released.

import {href} from '../../desk/place.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'union', 'money');
const REASON = {name: 'reason', kind: 'long', max: 500, hasHint: true};

const ACTS = {
  ask: {words: 'payeeForm', fields: [{name: 'holder', max: 60}, {name: 'bank', max: 60}, {name: 'account', max: 34, hasHint: true}, REASON],
    send: (desk, body) => desk.ask('askPayee', {path: {merchantNo: desk.path.merchantNo}, body})},
  decide: {words: 'decideForm', fields: [{name: 'decision', kind: 'choice', choices: ['CONFIRM', 'REFUSE'].map((each) => [each, t(`decision.${each}`)])}, REASON],
    send: (desk, body) => desk.ask('decidePayee', {path: {payee: desk.path.what.split('-')[1]}, body})},
  hold: {words: 'reasonForm', fields: [REASON],
    send: (desk, body) => desk.ask('holdPayments', {path: {merchantNo: desk.path.merchantNo}, body})},
  release: {words: 'reasonForm', fields: [REASON],
    send: (desk, body) => desk.ask('releasePayments', {path: {merchantNo: desk.path.merchantNo}, body})},
};

const actOf = ({path: {what}}) => what.split('-')[0];

export const title = (desk) => (ACTS[actOf(desk)] === undefined ? t('problem') : t(`payee.${actOf(desk)}`));

export function view(desk) {
  const name = actOf(desk);
  const act = ACTS[name];
  const back = html`<p><a href=${href(['settlement', 'payees', desk.path.merchantNo])}>${t('payee.back')}</a></p>`;
  if (act === undefined) {
    return html`<p class="problem">${t('batch.notPossible')}</p>${back}`;
  }
  return html`${paper(t, desk, {
    words: act.words,
    fields: act.fields,
    warning: html`<p class="reason">${t(`payeeWarn.${name}`)}</p>`,
    send: (body) => act.send(desk, body),
    done: () => html`<p><strong>${t('payee.done')}</strong></p>`,
  })}${back}`;
}
