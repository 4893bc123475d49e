// What screens say of a file for the province.

import {stateWord} from '../kit/summary.js';

const LOOKS = {OPEN: 'wait', DONE: 'good', GIVEN_UP: 'bad'};

export const fileState = (t, {state}) => stateWord(t(`fileState.${state}`), LOOKS[state]);
