// Payment batches in words.

import {stateWord} from '../kit/summary.js';

const TONES = {DRAFT: 'new', APPROVED: 'wait', DONE: 'good', CANCELLED: 'off'};
const PAYMENTS = {TOLD: 'wait', PAID: 'good', REJECTED: 'bad', PLANNED: 'new', LEFT: 'off'};

export const batchState = (t, {state}) => stateWord(t(`batch.${state}`), TONES[state]);
export const paymentState = (t, {state}) => stateWord(t(`payment.${state}`), PAYMENTS[state]);
