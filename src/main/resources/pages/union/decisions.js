// How a decision of supervision stands, told by who acts next.

import {stateWord} from '../kit/summary.js';

export function decisionState(t, {effect, endedAt, endedWhy, appealedAt, verdict}) {
  if (endedAt !== undefined) {
    return stateWord(t(`ended.${endedWhy}`), 'off');
  }
  if (appealedAt !== undefined && verdict === undefined) {
    return stateWord(t('state.appealed'), 'wait');
  }
  if (verdict === 'UPHELD') {
    return stateWord(t('state.upheld'), 'bad');
  }
  return effect === 'PROPOSED' ? stateWord(t('state.proposed'), 'wait') : stateWord(t('state.done'), 'bad');
}
