// How a complaint stands, as the merchant is told of it.

import {until} from '../kit/figures.js';
import {stateWord} from '../kit/summary.js';
import {language} from '../kit/words.js';

const TONES = {ANSWERING: 'wait', SATISFIED: 'good', CLOSED: 'off', WITHDRAWN: 'off', UNSATISFIED: 'bad'};

export function stateOf(t, {state}) {
  return stateWord(t(`complaint.state.${state}`), TONES[state] ?? 'new');
}

/** Until when who acts; undefined when no clock runs. */
export function clock(t, {deadline, overdue}) {
  if (deadline === undefined || deadline.startsWith('infinity')) {
    return overdue ? t('complaint.overdue') : undefined;
  }
  return t(overdue ? 'complaint.was' : 'complaint.until', {time: until(deadline, language)});
}
