// What this till did and what it has still to find out. Each entry is on the disk before its request leaves.

import {openStore} from '../kit/store.js';

/** What became of an entry. */
export const OPEN = 'OPEN'; // sent, or about to be: its end is not known
export const REVERSING = 'REVERSING'; // to be taken back: its end will not be known otherwise
export const FOUND = 'FOUND'; // the gateway has it, and nobody here saw its end: the cashier says whether it stands
export const DONE = 'DONE'; // the gateway's signed answer is here
export const REVERSED = 'REVERSED'; // taken back
export const DROPPED = 'DROPPED'; // nothing happened

const DEVICE = 'this';
const TRIAL = 'trial';

/** This machine does not keep what it is given: its disk is full, or the browser may not store. */
export class Unkept extends Error {}

/** The till's memory. */
export class Journal {
  #store;
  #entries;
  #unkept = new Set();

  constructor(store, entries) {
    this.#store = store;
    this.#entries = entries;
  }

  /** @throws Unkept if there is nowhere to keep anything */
  static async open() {
    try {
      const store = await openStore('ecard-till', ['device', 'entries']);
      const entries = new Map((await store.all('entries')).map((entry) => [entry.key, entry]));
      return new Journal(store, entries);
    } catch (error) {
      throw new Unkept(error.message);
    }
  }

  /** Whether something that was found out stands only here, and is lost with the page. */
  get isFull() {
    return this.#unkept.size > 0;
  }

  device() {
    return this.#store.get('device', DEVICE);
  }

  keepDevice(device) {
    return this.#kept('device', DEVICE, device);
  }

  /** Whether a device could be kept; keeps none. */
  async tryDevice(device) {
    await this.#kept('device', TRIAL, device);
    await this.#kept('device', TRIAL, null);
  }

  async #kept(shelf, key, value) {
    try {
      await this.#store.put(shelf, key, value);
    } catch (error) {
      throw new Unkept(error?.message);
    }
  }

  /** Newest first. */
  get entries() {
    return [...this.#entries.values()].sort((a, b) => b.at - a.at);
  }

  /** What must be settled before anything new is sold, oldest first. */
  get pending() {
    return this.entries.filter((entry) => entry.state === OPEN || entry.state === REVERSING).reverse();
  }

  /** What the cashier has to say a word to, oldest first. */
  get found() {
    return this.entries.filter((entry) => entry.state === FOUND).reverse();
  }

  /** Those of a batch that count in its totals, as the gateway counts them. */
  counted(batch) {
    return this.entries.filter(
      ({batch: of, state, outcome}) => of === batch && (state === DONE || state === FOUND) && outcome === 'APPROVED');
  }

  /**
   * Begins an entry: on the disk when the promise is kept.
   *
   * @throws Unkept if it is not: then nothing may be sent for it
   */
  async begin(entry) {
    await this.#kept('entries', entry.key, entry);
    this.#entries.set(entry.key, entry);
    return entry;
  }

  /**
   * What has become of an entry, on the disk if possible. What cannot be written there still holds here, and is
   * written later (`keepRest`); until then the disk knows that the entry is open.
   */
  async write(entry, changed = {}) {
    const written = {...entry, ...changed};
    this.#entries.set(written.key, written);
    try {
      await this.#kept('entries', written.key, written);
      this.#unkept.delete(written.key);
    } catch {
      this.#unkept.add(written.key);
    }
    return written;
  }

  /** Tries again to write what could not be. */
  async keepRest() {
    for (const key of this.#unkept) {
      await this.write(this.#entries.get(key));
    }
  }
}
