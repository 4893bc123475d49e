// What this till did and what it has still to find out. Each entry is on the disk before its request leaves.

import {openStore} from '../kit/store.js';

/** What became of an entry. */
export const OPEN = 'OPEN'; // sent, or about to be: its end is not known
export const REVERSING = 'REVERSING'; // to be taken back: its end will not be known otherwise
export const DONE = 'DONE'; // the gateway's signed answer is here
export const REVERSED = 'REVERSED'; // taken back
export const DROPPED = 'DROPPED'; // nothing happened

const DEVICE = 'this';

/** The till's memory. */
export class Journal {
  #store;
  #entries;

  constructor(store, entries) {
    this.#store = store;
    this.#entries = entries;
  }

  static async open() {
    const store = await openStore('ecard-till', ['device', 'entries']);
    const entries = new Map((await store.all('entries')).map((entry) => [entry.key, entry]));
    return new Journal(store, entries);
  }

  device() {
    return this.#store.get('device', DEVICE);
  }

  keepDevice(device) {
    return this.#store.put('device', DEVICE, device);
  }

  /** Newest first. */
  get entries() {
    return [...this.#entries.values()].sort((a, b) => b.at - a.at);
  }

  /** What must be settled before anything new is sold, oldest first. */
  get pending() {
    return this.entries.filter((entry) => entry.state === OPEN || entry.state === REVERSING).reverse();
  }

  /** Those of a batch that count in its totals. */
  counted(batch) {
    return this.entries.filter(
      (entry) => entry.batch === batch && entry.state === DONE && entry.outcome === 'APPROVED');
  }

  /** Written when the promise is kept; changes nothing else of the entry. */
  async write(entry, changed = {}) {
    const written = {...entry, ...changed};
    await this.#store.put('entries', written.key, written);
    this.#entries.set(written.key, written);
    return written;
  }
}
