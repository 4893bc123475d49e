// A session ends when nothing is asked for a while: said before, so that nobody is put out in the middle of a sentence.

const WARNED_BEFORE_MS = 120_000;
const LOOK_MS = 1000;

/** An answer makes the session last longer only if it was a minute old: it may end so much earlier. */
const RENEWED_AFTER_MS = 60_000;

/** All tabs have one session. */
const ASKED_AT = 'ecard.askedAt';

/** Watches over the session of who is signed in. */
export class Idle {
  #askedAt = 0;
  #lastsMs = Infinity;
  #told;

  /** @param told is called when it changes: 'fresh', 'ending' (within two minutes), 'ended' */
  constructor(told) {
    let last = 'fresh';
    this.#told = (now) => {
      if (now !== last) {
        last = now;
        told(now);
      }
    };
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** @param minutes for which the session lasts unused; undefined if it does not end so */
  begin(minutes) {
    this.#lastsMs = minutes === undefined ? Infinity : minutes * 60_000 - RENEWED_AFTER_MS;
    this.asked();
  }

  /** The gateway has answered. */
  asked() {
    this.#askedAt = Date.now();
    try {
      localStorage.setItem(ASKED_AT, this.#askedAt);
    } catch {
      // storage is switched off: this tab speaks for itself
    }
    this.#look();
  }

  #look() {
    let others = 0;
    try {
      others = Number(localStorage.getItem(ASKED_AT));
    } catch {
      // as above
    }
    const left = this.#lastsMs - (Date.now() - Math.max(this.#askedAt, others));
    this.#told(left <= 0 ? 'ended' : left <= WARNED_BEFORE_MS ? 'ending' : 'fresh');
  }
}
