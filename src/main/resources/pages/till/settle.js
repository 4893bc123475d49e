// Brings a transaction to its end, whatever happens on the way. The key stays the same over all repeats, so
// nothing can happen twice; what cannot be found out is taken back.

import {hex} from '../code/spelling.js';
import {Refused} from '../kit/call.js';
import {DONE, DROPPED, FOUND, OPEN, REVERSED, REVERSING} from './journal.js';

const BUSY_MS = [300, 1000, 2000];
const UNKNOWN_MS = [1000, 2000, 4000];
const REVERSAL_MS = [1000];

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Whether nobody knows if it happened. */
function isUnknown(error) {
  return error.status === 0 || error.status >= 500 || error.status === 408;
}

/** Whether it did not happen, and the same may be asked again. */
function isBusy(error) {
  return error.problem?.code === 'BUSY' || error.status === 429;
}

/** The body's bytes as they were signed: they come first in the document, and in their one form. */
function bodyOf(bytes, receipt) {
  const before = '{"body":';
  const behind = receipt.slice(receipt.lastIndexOf(',"leaf":'));
  return bytes.slice(before.length, bytes.length - new TextEncoder().encode(behind).length);
}

/** Ends entries, one after another. */
export class Settlement {
  #device;
  #journal;
  #told;
  #underWay = new Set();

  /** @param told called with what is being done about an entry: 'sending', 'repeating', 'reversing' */
  constructor(device, journal, told) {
    this.#device = device;
    this.#journal = journal;
    this.#told = told;
  }

  /**
   * Sends a new transaction and stays with it to its end.
   *
   * @param entry with the request's `operation`, `path` and `body`
   * @returns the entry as it ended: DONE, DROPPED with its problem, REVERSED; or, with no line, REVERSING still
   * @throws Unkept if it cannot be written down: nothing was sent
   */
  async settle(entry) {
    const open = await this.#journal.begin({...entry, state: OPEN});
    this.#underWay.add(open.key);
    try {
      return await this.#sent(open);
    } finally {
      this.#underWay.delete(open.key);
    }
  }

  /**
   * Ends what was left open: by a reload, a power cut, a line that went away. A sale that the gateway does not know
   * is taken back before it can still arrive, for its cashier has gone on. Of one that it knows, nobody here saw the
   * end: it may have been given up where the disk was too full to say so. That is FOUND, and the cashier's to say.
   *
   * @returns whether nothing is open any more
   */
  async recover() {
    for (const entry of this.#journal.pending.filter(({key}) => !this.#underWay.has(key))) {
      const ended = entry.isSale ? await this.#found(entry) : await this.#sent(entry);
      if (ended.state === OPEN || ended.state === REVERSING) {
        return false;
      }
    }
    return true;
  }

  async #found(entry) {
    if (entry.state === OPEN) {
      try {
        const {transactions} = await this.#device.ask('findTransactions', {query: {requestId: entry.key}});
        if (transactions.length === 1) {
          const bytes = await this.#device.answerTo('getReceipt', {path: {id: transactions[0].body.id}});
          return this.#done(entry, bytes, FOUND);
        }
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
        return entry; // no line yet
      }
    }
    return this.#reversed(entry);
  }

  async #sent(entry) {
    let [busy, unknown] = [0, 0];
    for (;;) {
      this.#told(busy + unknown === 0 ? 'sending' : 'repeating');
      try {
        const bytes = await this.#device.answerTo(entry.operation, {
          path: entry.path,
          body: JSON.stringify(entry.body),
          key: entry.key,
        });
        return this.#done(entry, bytes);
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
        if (error.problem?.code === 'IN_FLIGHT' || (isUnknown(error) && !isBusy(error))) {
          if (unknown === UNKNOWN_MS.length) {
            return entry.isSale ? this.#reversed(entry) : entry;
          }
          await wait(UNKNOWN_MS[unknown++]);
        } else if (isBusy(error) && busy < BUSY_MS.length) {
          await wait(BUSY_MS[busy++]);
        } else if (unknown > 0) {
          // it may have happened at an earlier try, whatever is said now
          return entry.isSale ? this.#reversed(entry) : entry;
        } else {
          return this.#journal.write(entry, {state: DROPPED, problem: error.problem});
        }
      }
    }
  }

  /** The cashier says that it does not stand. */
  takeBack(entry) {
    return this.#reversed(entry);
  }

  async #done(entry, bytes, state = DONE) {
    const receipt = new TextDecoder().decode(bytes);
    const {body} = JSON.parse(receipt);
    const hash = await crypto.subtle.digest('SHA-256', bodyOf(bytes, receipt));
    return this.#journal.write(entry, {
      state: body.outcome === 'APPROVED' ? state : DONE, // what was refused moved nothing
      receipt,
      digest: hex(new Uint8Array(hash)),
      id: body.id,
      outcome: body.outcome,
      orderFen: Math.abs(body.orderFen),
    });
  }

  async #reversed(entry) {
    const reversing = await this.#journal.write(entry, {state: REVERSING});
    for (let tries = 0; ; tries++) {
      this.#told('reversing');
      try {
        const bytes = await this.#device.answerTo('reverseByKey', {
          body: JSON.stringify({requestId: entry.key}),
        });
        return this.#journal.write(reversing, {
          state: REVERSED,
          receipt: new TextDecoder().decode(bytes),
        });
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
        if (error.problem?.code === 'ORIGINAL_ALREADY_UNDONE') {
          return this.#journal.write(reversing, {state: REVERSED});
        }
        if (tries === REVERSAL_MS.length) {
          return reversing;
        }
        await wait(REVERSAL_MS[tries]);
      }
    }
  }
}
