// What members say, newest first.

import {href} from '../../desk/place.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {rated} from '../rated.js';

const t = await wordsOf('desk', 'shop', 'shop.voice');

export const title = () => t('menu.reviews');

export const load = ({ask, query}) => ask('listReviews', {query: query.before === undefined ? {} : {before: query.before}});

export function view(desk, {reviews}) {
  if (reviews.length === 0) {
    return html`<p class="waiting">${t(desk.query.before === undefined ? 'review.none' : 'review.noMore')}</p>`;
  }
  return html`<p class="intro">${t('review.intro')}</p>
    <ul class="cards">${reviews.map((each) => html`<li>${rated(t, each)}
      ${each.reply === undefined
        ? html`<p><a class="button" href=${href(['reviews', String(each.review)])} aria-label=${t('review.answerOf', {day: each.postedOn, stars: each.stars})}>${t('review.answer')}</a></p>`
        : html`<p class="reply"><strong>${t('review.reply', {day: each.repliedOn})}</strong><br>${each.reply}</p>`}</li>`)}</ul>
    <div class="doings">${desk.query.before === undefined ? nothing
      : html`<button type="button" @click=${() => desk.filter({before: ''})}>${t('table.first')}</button>`}
      <button type="button" @click=${() => desk.filter({before: String(reviews.at(-1).review)})}>${t('review.earlier')}</button></div>`;
}
