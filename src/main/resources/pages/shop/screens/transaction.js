// One transaction: what was sold, who paid which fen, what became of it, and its signed receipt.

import {href} from '../../desk/place.js';
import {time, yuan} from '../../kit/figures.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {own} from '../own.js';
import {standingOf} from '../trade.js';

const t = await wordsOf('desk', 'shop', 'shop.trade');

export const title = (desk) => t('trade.one', {id: desk.path.id});

export async function load(desk) {
  const {id} = desk.path;
  const trade = await own(desk, 'readMerchantTransaction', {path: {transaction: id}});
  const {body} = await desk.ask('getReceipt', {path: {id}});
  return {trade, body};
}

const way = (id) => html`<a href=${href(['transactions', id])}>${id}</a>`;

export function view(desk, {trade, body}) {
  return html`
    <p>${standingOf(t, trade)}</p>
    ${facts([
      [t('trade.type'), t(`type.${trade.type}`)],
      [t('trade.at'), time(new Date(trade.at), language)],
      [t('trade.terminal'), trade.terminal],
      [t('trade.refusal'), trade.refusal === undefined ? undefined : body.say],
      [t('trade.order'), yuan(trade.orderFen)],
      [t('trade.union'), yuan(trade.unionFen)],
      [t('trade.own'), yuan(trade.ownFen)],
      [t('trade.member'), yuan(trade.memberPaysFen)],
      [t('trade.benefit'), body.benefitName],
      [t('trade.holder'), body.holder === undefined ? undefined : t('trade.holderIs', {holder: body.holder, tail: body.card})],
      [t('trade.original'), trade.original === undefined ? undefined : way(trade.original)],
      [t('trade.undoneFen'), trade.undoneFen === undefined ? undefined : yuan(trade.undoneFen)],
      [t('trade.undoneBy'), trade.undoneBy === undefined ? undefined : way(trade.undoneBy)],
    ])}
    ${trade.original === undefined && trade.undoneFen === undefined ? html`<p class="hint">${t('trade.untouched')}</p>` : nothing}
    <p class="hint">${t('trade.proof')}</p>
    <div class="doings"><button type="button" @click=${() => print()}>${t('trade.print')}</button>
      <a class="button" href=${href('transactions', {day: trade.at.slice(0, 10)})}>${t('trade.back.day')}</a></div>`;
}
