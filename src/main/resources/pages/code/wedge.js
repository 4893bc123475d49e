// Reads a scanner gun or box that types like a keyboard (a "wedge"), wherever the focus is.
//
// A gun types its digits a few milliseconds apart and ends with Enter or Tab, or with nothing. What counts are
// the keys' places (`code`), so neither an input method, nor Caps Lock, nor a keyboard layout changes what is
// read. Where an input method hides the keys, their text comes as input events: `text()` takes those. A person
// is slower than a gun; what comes slowly is left to whatever has the focus.

const GAP_MS = 50;
const SILENCE_MS = 120;
const DIGITS_MIN = 16;
const SURE = 5; // nobody types so many so fast
const TWICE_MS = 1500;
const KEY = /^(?:Digit|Numpad)([0-9])$/;

/** Reads keys, and gives each code once. */
export class Wedge {
  #scanned;
  #troubled;
  #clock;
  #digits = '';
  #last = -Infinity;
  #alt = 0;
  #timer = null;
  #before = {code: '', at: -Infinity};

  /**
   * @param scanned takes a code: all digits of it
   * @param troubled called when the gun is set to type by Alt and the number pad, which cannot be read
   * @param clock milliseconds, monotonic
   */
  constructor(scanned, troubled, clock = () => performance.now()) {
    this.#scanned = scanned;
    this.#troubled = troubled;
    this.#clock = clock;
  }

  /** Whether the next digit may belong to the last one. */
  get hasBegun() {
    return this.#digits !== '' && this.#clock() - this.#last <= GAP_MS;
  }

  /** Whether a code is being read just now: Enter must press no button then. */
  get isReading() {
    return this.#digits.length >= SURE && this.#clock() - this.#last <= GAP_MS * 2;
  }

  /**
   * Hears a key.
   *
   * @param event of keydown
   * @returns whether it belonged to a code: then nobody else is to hear it
   */
  key(event) {
    const now = this.#clock();
    if (event.altKey && /^Numpad[0-9]$/.test(event.code)) {
      if (++this.#alt === DIGITS_MIN) {
        this.#troubled();
      }
      return true;
    }
    this.#alt = 0;
    const digit = event.ctrlKey || event.metaKey ? undefined : KEY.exec(event.code)?.[1];
    if (digit !== undefined) {
      this.#take(digit, now);
      return this.#digits.length >= SURE;
    }
    if (event.code === 'Enter' || event.code === 'NumpadEnter' || event.code === 'Tab') {
      return this.#end();
    }
    return false;
  }

  /** Hears text that an input method gave out instead of keys. */
  text(text) {
    const digits = text.normalize('NFKC').replace(/[^0-9]/g, '');
    for (const digit of digits) {
      this.#take(digit, this.#clock());
    }
  }

  #take(digit, now) {
    if (now - this.#last > GAP_MS) {
      this.#digits = '';
    }
    this.#digits += digit;
    this.#last = now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), SILENCE_MS);
  }

  #end() {
    clearTimeout(this.#timer);
    const code = this.#digits;
    this.#digits = '';
    if (code.length < DIGITS_MIN) {
      return false;
    }
    const now = this.#clock();
    const again = code === this.#before.code && now - this.#before.at < TWICE_MS;
    this.#before = {code, at: now};
    if (!again) {
      this.#scanned(code);
    }
    return true;
  }
}
