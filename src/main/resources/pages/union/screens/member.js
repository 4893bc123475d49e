// A member is entered, with a card.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {CATEGORIES, cardFacts} from '../cards.js';
import {namesOf, orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.cards');

export const title = () => t('member.add');

export async function load({ask}) {
  return {orgs: await orgsOf(ask), nameOf: await namesOf(ask)};
}

export function view(desk, {orgs, nameOf}) {
  return html`<p class="intro">${t('member.intro')}</p>${paper(t, desk, {
    words: 'memberForm',
    fields: [
      {name: 'name', kind: 'text', max: 40},
      {name: 'identity', kind: 'text', pattern: /^\d{17}[\dXx]$/, hasHint: true},
      {name: 'category', kind: 'choice', choices: CATEGORIES.map((each) => [each, t(`member.${each}`)]), initial: 'ORDINARY'},
      {name: 'org', kind: 'choice', hasHint: true, choices: orgs.map(({code, name}) => [code, name])},
      {name: 'cardNo', kind: 'text', isOptional: true, pattern: /^\d{10}$/, hasHint: true},
      {name: 'phone', kind: 'text', isOptional: true, pattern: /^1[3-9]\d{9}$/, hasHint: true},
    ],
    send: (body) => desk.ask('addMember', {body}),
    done: (card) => html`<p><strong>${t('member.done')}</strong></p>${cardFacts(t, card, nameOf)}
      <div class="doings"><a class="button primary" href=${href(['cards', card.cardNo, 'code'])}>${t('code.get')}</a></div>`,
  })}
  <p><a href=${href('cards')}>${t('k.all')}</a></p>`;
}
