// Why a payment is not made now: in words where the gateway says it, as it was said where a bank does.

import {day} from './figures.js';
import {language} from './words.js';

const LEFT = ['VETOED', 'SUSPENDED', 'HELD', 'NO_PAYEE', 'NOTHING_DUE', 'PAYEE_CHANGED', 'AMOUNT_CHANGED'];

export const whyOf = (t, {state, reason, bankDay}) => {
  if (state === 'PAID') {
    return bankDay === undefined ? '' : day(bankDay, language);
  }
  return reason === undefined ? '' : LEFT.includes(reason) ? t(`left.${reason}`) : reason;
};
