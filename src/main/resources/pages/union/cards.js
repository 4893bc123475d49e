// Members' cards as the console shows them.

import {facts, stateWord} from '../kit/summary.js';
import {html} from '../kit/view.js';
import {href} from '../desk/place.js';

export const CATEGORIES = ['ORDINARY', 'NEW_EMPLOYMENT_FORM', 'HARDSHIP', 'MODEL'];

const TONES = {ISSUED: 'wait', ACTIVE: 'good', SUSPENDED: 'bad', LOST: 'bad', CANCELLED: 'off'};

/** What a clerk can make of a card that stands so. */
export const NEXT = {
  ISSUED: ['LOST', 'CANCELLED'],
  ACTIVE: ['SUSPENDED', 'LOST', 'CANCELLED'],
  SUSPENDED: ['ACTIVE', 'LOST', 'CANCELLED'],
  LOST: ['CANCELLED'],
  CANCELLED: [],
};

/** Whether a phone can be bound to it. */
export const isBindable = ({status}) => ['ISSUED', 'ACTIVE', 'LOST'].includes(status);

export function cardState(t, status) {
  return stateWord(t(`card.${status}`), TONES[status]);
}

export function cardFacts(t, card, nameOf) {
  return facts([
    [t('k.cardNo'), html`<a href=${href(['cards', card.cardNo])}>${card.cardNo}</a>`],
    [t('k.holder'), card.holder],
    [t('k.state'), cardState(t, card.status)],
    [t('k.category'), t(`member.${card.category}`)],
    [t('k.org'), nameOf(card.org)],
  ]);
}
