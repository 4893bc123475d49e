// Where somebody who asks about a card is helped: by its number, or by the number of his identity card.

import {Sheet, filled, told} from '../../kit/form.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {cardFacts} from '../cards.js';
import {namesOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.cards');

export const title = () => t('menu.cards');

export const load = async ({ask}) => ({nameOf: await namesOf(ask)});

export function view(desk, {nameOf}) {
  const {draft} = desk;
  draft.byCard ??= new Sheet([{name: 'cardNo', kind: 'text', pattern: /^\d{10}$/, hasHint: true}]);
  draft.byIdentity ??= new Sheet([{name: 'identity', kind: 'text', pattern: /^\d{17}[\dXx]$/, hasHint: true}]);
  const seek = async () => {
    try {
      draft.found = (await desk.ask('searchCards', {body: draft.byIdentity.body})).cards;
      draft.byIdentity.clear();
    } catch (error) {
      const {said, next} = told(t, error);
      draft.byIdentity.refuse('identity', `${said} ${next}`);
    }
  };
  return html`
    <div class="doings">
      ${desk.may('addMember') ? html`<a class="button" href=${href(['cards', 'new'])}>${t('member.add')}</a>` : nothing}
      ${desk.may('importMembers') ? html`<a class="button" href=${href(['cards', 'import'])}>${t('import')}</a>` : nothing}</div>
    ${filled(t, draft.byCard, {words: 'k', submit: t('k.open'), change: desk.change,
      send: async () => desk.go(['cards', draft.byCard.body.cardNo])})}
    ${desk.may('searchCards') ? html`<h2>${t('k.byIdentity')}</h2>
      ${filled(t, draft.byIdentity, {words: 'k', submit: t('k.seek'), change: desk.change, send: seek})}
      <div id="found" role="status">${draft.found === undefined ? nothing : draft.found.length === 0
        ? html`<p class="waiting">${t('k.nobody')}</p>`
        : html`<p>${t('k.found', {count: draft.found.length})}</p>${draft.found.map((card) => cardFacts(t, card, nameOf))}`}</div>` : nothing}`;
}
