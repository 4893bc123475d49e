// What a transaction is called, and what became of it.

import {stateWord} from '../kit/summary.js';
import {yuan} from '../kit/figures.js';

/** A word for how a transaction stands, with its tone. */
export function standingOf(t, each) {
  if (each.refusal !== undefined) {
    return stateWord(t('trade.refused'), 'bad');
  }
  if (each.hold !== undefined) {
    return stateWord(t(`hold.${each.hold}`), each.hold === 'OPEN' ? 'wait' : each.hold === 'COMPLETED' ? 'good' : 'off');
  }
  if (each.undoneWhole) {
    return stateWord(t('trade.undone'), 'off');
  }
  if (each.undoneFen > 0) {
    return stateWord(t('trade.partly', {amount: yuan(each.undoneFen)}), 'wait');
  }
  return stateWord(t(each.orderFen < 0 ? 'trade.back' : 'trade.stands'), each.orderFen < 0 ? 'off' : 'good');
}
