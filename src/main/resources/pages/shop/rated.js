// A review as it is shown: stars as signs and as a word.

import {html, nothing} from '../kit/view.js';

export function rated(t, each) {
  const {stars} = each;
  return html`<p class="rating"><span aria-hidden="true">${'★'.repeat(stars)}${'☆'.repeat(5 - stars)}</span> <strong>${t('review.stars', {stars})}</strong>
      <span class="faint">${t('review.on', {posted: each.postedOn, bought: each.purchasedOn})}${each.edited ? ` · ${t('review.edited')}` : ''}</span></p>
    <p class="faint">${t('review.figures', each)}${each.purchaseUndone ? ` · ${t('review.undone')}` : ''}</p>
    ${each.tags.length === 0 ? nothing : html`<p class="faint">${each.tags.join(' · ')}</p>`}
    ${each.text === undefined ? html`<p class="faint">${t(each.hidden === undefined ? 'review.silent' : 'review.hidden')}</p>` : html`<p>${each.text}</p>`}`;
}
