// What no till needs at its first sale: fetched when it stands ready.

import {batchScreen, dayScreen, giving} from './day.js';
import {choosing, elementScreen} from './element.js';
import {deciding, foundScreen} from './found.js';

export {symbol} from '../kit/symbol.js';

/** Screens by their names. */
export const screens = {batch: batchScreen, day: dayScreen, element: elementScreen, found: foundScreen};

/** What a cashier can do on them. */
export const doings = (till) => ({...giving(till), ...deciding(till), ...choosing(till)});
