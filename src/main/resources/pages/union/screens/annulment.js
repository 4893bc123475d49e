// A wrong record of a violation is put right, by somebody else than who made it.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.merchants');

export const title = () => t('annulment.add');

export async function load({ask, path: {merchantNo}}) {
  return {merchant: await ask('getMerchant', {path: {merchantNo}})};
}

export function view(desk, {merchant}) {
  const {merchantNo, violation} = desk.path;
  const record = merchant.violations.find((each) => String(each.violation) === violation);
  const back = html`<p><a href=${href(['merchants', merchantNo])}>${t('back', {name: merchant.name})}</a></p>`;
  if (record === undefined || record.yours || record.annulledAt !== undefined) {
    return html`<p class="problem">${t(record?.yours ? 'annulment.yours' : 'annulment.none')}</p>${back}`;
  }
  return html`<p class="intro">${t('annulment.intro')}</p>${paper(t, desk, {
    words: 'annulment',
    fields: [{name: 'reason', kind: 'long', max: 500}, {name: 'documentNo', kind: 'documentNo', max: 60}],
    warning: html`<p>${record.documentNo}</p>`,
    send: (body) => desk.ask('annulViolation', {path: {merchantNo, violation}, body}),
    done: ({vetoGrounds}) => html`<p><strong>${t('annulment.done')}</strong></p><p>${t(vetoGrounds.length === 0 ? 'veto.lifted' : 'veto.nowStands')}</p>`,
  })}${back}`;
}
