// One card: how it stands, what it lacks, and what can be done with it.

import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {NEXT, cardFacts, isBindable} from '../cards.js';
import {namesOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.cards');

export const title = ({path}) => t('k.title', {no: path.cardNo});

export async function load({ask, path}) {
  const [card, nameOf] = await Promise.all([ask('getCard', {path}), namesOf(ask)]);
  return {card, nameOf};
}

export function view(desk, {card, nameOf}) {
  const to = (...more) => href(['cards', card.cardNo, ...more]);
  return html`
    <p class="reason">${t(`cardNext.${card.status}`)}</p>
    ${cardFacts(t, card, nameOf)}
    ${desk.may('setCardStatus') && card.status !== 'CANCELLED' ? html`<h2>${t('k.doings')}</h2><div class="doings">
      ${isBindable(card) ? html`<a class="button ${card.status === 'ACTIVE' ? '' : 'primary'}" id="code" href=${to('code')}>${t('code.get')}</a>` : nothing}
      ${NEXT[card.status].map((status) => html`<a class="button" data-status=${status} href=${to('status', status)}>${t(`cardDo.${status}`)}</a>`)}</div>` : nothing}
    ${desk.may('readHolder') ? html`<h2>${t('k.person')}</h2><div class="doings">
      <a class="button" id="holder" href=${to('holder', 'read')}>${t('holder')}</a>
      ${desk.may('transferMember') ? html`<a class="button" id="transfer" href=${to('holder', 'transfer')}>${t('transfer')}</a>` : nothing}
      ${desk.may('askForSomebody') ? html`<a class="button" href=${href(['privacy', 'new'], {cardNo: card.cardNo})}>${t('k.privacy')}</a>` : nothing}</div>` : nothing}
    ${desk.leads(['cards', card.cardNo, 'vouchers']) ? html`<p><a id="vouchers" href=${to('vouchers')}>${t('k.vouchers')}</a></p>` : nothing}
    <p class="faint">${t('k.history')}</p>
    <p><a href=${href('cards')}>${t('k.all')}</a></p>`;
}
