// The feed as it comes: the newest lines, what is missing of a merchant's, and how much is sold. The browser itself
// comes back after a lost line, from the last event it had; a session that has ended does not.

import {addressOf} from '../kit/call.js';

const LINES_MAX = 200;
const SUBJECTS_MAX = 20_000;
const GAPS_MAX = 20;
const MINUTE_MS = 60_000;
const DRAW_MS = 250;
const RATE_MS = 5_000;
const PREFIX = 'cn.unionecard.';

export const kindOf = (type) => type.slice(PREFIX.length, -'.v1'.length);

export class Stream {
  state = 'opening';
  lines = []; // the newest first: {id, kind, subject, time, data}
  held = []; // came while it was paused
  gaps = []; // {subject, from, to}
  cut = null; // what was removed before it was read
  repeats = 0;
  isPaused = false;
  #kinds;
  #changed;
  #ended;
  #last;
  #numbers = new Map();
  #sales = [];
  #due;

  /**
   * @param kinds of events, all there are: a gap in what was narrowed down would prove nothing
   * @param changed shows it anew
   * @param ended is awaited when the gateway takes us for nobody: a new session comes of it
   */
  constructor(kinds, changed, ended) {
    this.#kinds = kinds;
    this.#changed = changed;
    this.#ended = ended;
    this.#open();
    this.rate = setInterval(changed, RATE_MS);
  }

  #open() {
    this.source = new EventSource(addressOf('readFeed', {query: this.#last === undefined ? {} : {after: this.#last}}));
    this.source.onopen = () => this.#is('open');
    this.source.onerror = () => this.#lost();
    for (const kind of this.#kinds) {
      this.source.addEventListener(`${PREFIX}${kind}.v1`, (event) => this.#heard(kind, JSON.parse(event.data)));
    }
  }

  #is(state) {
    this.state = state;
    this.#changed();
  }

  async #lost() {
    if (this.source.readyState !== EventSource.CLOSED) {
      this.#is('again'); // it tries by itself
      return;
    }
    this.#is('ended');
    try {
      await this.#ended();
    } catch {
      this.retry = setTimeout(() => this.#lost(), RATE_MS);
      return;
    }
    if (this.state === 'ended') {
      this.#open();
    }
  }

  #heard(kind, {id, sequence, subject, merchantseq, time, data}) {
    if (kind === 'feed.reset') {
      this.cut = data;
      this.#numbers.clear();
      this.#soon();
      return;
    }
    if (this.#last !== undefined && Number(sequence) <= this.#last) {
      this.repeats++;
      return;
    }
    this.#last = Number(sequence);
    this.#count(subject, merchantseq);
    if (kind === 'transaction.sale') {
      this.#sales.push([Date.now(), data.orderFen]);
    }
    const line = {id, kind, subject, time, data};
    if (this.isPaused) {
      this.held = [line, ...this.held].slice(0, LINES_MAX);
    } else {
      this.lines = [line, ...this.lines].slice(0, LINES_MAX);
    }
    this.#soon();
  }

  #count(subject, number) {
    const before = this.#numbers.get(subject);
    if (before !== undefined && number > before + 1) {
      this.gaps = [{subject, from: before + 1, to: number - 1}, ...this.gaps].slice(0, GAPS_MAX);
    }
    if (this.#numbers.size >= SUBJECTS_MAX) {
      this.#numbers.clear();
    }
    this.#numbers.set(subject, number);
  }

  /** Many at once are shown once. */
  #soon() {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.#changed();
    }, DRAW_MS);
  }

  /** Of the last minute: how many sales, and over how much. */
  sales(now = Date.now()) {
    this.#sales = this.#sales.filter(([at]) => at > now - MINUTE_MS);
    return {count: this.#sales.length, fen: this.#sales.reduce((sum, [, fen]) => sum + fen, 0)};
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    if (!isPaused) {
      this.lines = [...this.held, ...this.lines].slice(0, LINES_MAX);
      this.held = [];
    }
    this.#changed();
  }

  close() {
    this.state = 'closed';
    this.source.close();
    clearInterval(this.rate);
    clearTimeout(this.retry);
    clearTimeout(this.#due);
  }
}
