// One review, and the one answer to it.

import {href} from '../../desk/place.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {rated} from '../rated.js';

const t = await wordsOf('desk', 'shop', 'shop.voice');

const FIELDS = [{name: 'text', kind: 'long', max: 500, hasHint: true}];

export const title = () => t('review.title');

export const load = ({ask, path}) => ask('readReview', {path});

export function view(desk, review) {
  const all = html`<div class="doings"><a class="button" href=${href('reviews')}>${t('review.all')}</a></div>`;
  const said = html`<div class="quoted">${rated(t, review)}</div>`;
  if (review.reply !== undefined && desk.query.stage !== 'done') {
    return html`${said}<p class="reply"><strong>${t('review.reply', {day: review.repliedOn})}</strong><br>${review.reply}</p>${all}`;
  }
  return html`${said}${paper(t, desk, {
    fields: FIELDS,
    words: 'reply',
    warning: html`<p class="problem">${t('reply.public')}</p>`,
    send: (body) => desk.ask('replyToReview', {path: desk.path, body}),
    done: ({reply}) => html`<h2>${t('reply.done')}</h2><p>${reply}</p>`,
  })}${all}`;
}
