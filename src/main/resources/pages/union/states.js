// A merchant's states and categories, as the console shows them.

import {stateWord} from '../kit/summary.js';

export const STATES = ['RECOMMENDED', 'NEGOTIATING', 'SIGNED', 'APPLIED', 'DUE_DILIGENCE', 'APPROVED', 'LIVE', 'RECTIFYING', 'SUSPENDED', 'TERMINATED'];
export const CATEGORIES = ['EAT', 'STAY', 'TRANSPORT', 'TOUR', 'SHOP', 'ENTERTAIN'];

const TONES = {DUE_DILIGENCE: 'wait', APPROVED: 'wait', LIVE: 'good', RECTIFYING: 'bad', SUSPENDED: 'bad', TERMINATED: 'off'};

export function merchantState(t, state) {
  return stateWord(t(`state.${state}`), TONES[state] ?? 'new');
}
