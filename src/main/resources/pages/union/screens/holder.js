// Somebody is looked at in full, for a reason that he can read; or goes to another union.

import {facts} from '../../kit/summary.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {cardFacts} from '../cards.js';
import {namesOf, orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.cards');

export const title = ({path: {what}}) => t(what === 'transfer' ? 'transfer' : 'holder');

export async function load({ask}) {
  return {orgs: await orgsOf(ask), nameOf: await namesOf(ask)};
}

export function view(desk, {orgs, nameOf}) {
  const {cardNo, what} = desk.path;
  return html`${what === 'transfer' ? transfer(desk, orgs, nameOf) : holder(desk)}
    <p><a href=${href(['cards', cardNo])}>${t('k.back', {no: cardNo})}</a></p>`;
}

const holder = (desk) => paper(t, desk, {
  words: 'holder',
  fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
  warning: html`<p class="reason">${t('holder.warning')}</p>`,
  send: (body) => desk.ask('readHolder', {path: {cardNo: desk.path.cardNo}, body}),
  done: ({name, identity, phone}) => facts([[t('memberForm.name'), name], [t('memberForm.identity'), identity], [t('memberForm.phone'), phone]]),
});

const transfer = (desk, orgs, nameOf) => paper(t, desk, {
  words: 'transfer',
  fields: [
    {name: 'org', kind: 'choice', hasHint: true, choices: orgs.map(({code, name}) => [code, name])},
    {name: 'reason', kind: 'long', max: 500, hasHint: true},
  ],
  warning: html`<p class="reason">${t('transfer.warning')}</p>`,
  send: (body) => desk.ask('transferMember', {path: {cardNo: desk.path.cardNo}, body}),
  done: (card) => html`<p><strong>${t('transfer.done')}</strong></p>${cardFacts(t, card, nameOf)}`,
});
