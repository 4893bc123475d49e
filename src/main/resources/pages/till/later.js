// What no till needs at its first sale: fetched when it stands ready.

export {symbol} from '../kit/symbol.js';
export {batchScreen, dayScreen, giving} from './day.js';
export {deciding, foundScreen} from './found.js';
