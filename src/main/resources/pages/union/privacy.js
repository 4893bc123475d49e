// What members ask for about their own data, as the console shows it.

import {time, until} from '../kit/figures.js';
import {facts, stateWord} from '../kit/summary.js';
import {html} from '../kit/view.js';
import {language} from '../kit/words.js';
import {href} from '../desk/place.js';
import {number} from './progress.js';

export const KINDS = ['ACCESS', 'CORRECTION', 'DELETION'];
export const STATES = ['ASKED', 'DONE', 'REFUSED', 'WITHDRAWN'];

const TONES = {ASKED: 'wait', DONE: 'good', REFUSED: 'bad', WITHDRAWN: 'off'};

export const at = (instant) => (instant === undefined ? undefined : time(new Date(instant), language));

/** How many days a law wants. */
export const leastDays = (t, least) => (least === 0 ? t('retention.noLeast') : number(least));

export function requestState(t, {state, overdue}) {
  return overdue ? stateWord(t('p.overdue'), 'bad') : stateWord(t(`requestState.${state}`), TONES[state]);
}

export function requestFacts(t, request, nameOf) {
  return facts([
    [t('p.kind'), t(`request.${request.kind}`)],
    [t('p.state'), requestState(t, request)],
    [t('p.card'), html`<a href=${href(['cards', request.cardNo])}>${request.cardNo}</a>`],
    [t('p.holder'), request.holder],
    [t('p.org'), nameOf(request.org)],
    [t('p.askedAt'), at(request.askedAt)],
    [t('p.takenBy'), request.takenBy ?? t('p.byPhone')],
    [t('p.dueAt'), until(request.dueAt, language)],
    [t('p.endedAt'), at(request.endedAt)],
    [t('p.endedBy'), request.endedBy],
    [t('p.words'), request.words],
    [t('p.reason'), request.reason],
  ]);
}
