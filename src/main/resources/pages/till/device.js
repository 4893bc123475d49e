// Who this till is: a terminal's number and a key that was made here. Proves itself silently.

import {assertion, newKey, request} from '../code/device.js';
import {answerTo, ask, clockAhead} from '../kit/call.js';

const RENEW_BEFORE_SECONDS = 120;

/** Makes a key and has it bound to the terminal. */
export async function activate(terminal, code) {
  const key = await newKey();
  const csr = await request(key, terminal);
  await ask('activateTerminal', {body: {terminal, code, csr}});
  return {terminal, key};
}

/** Asks as the terminal. */
export class Device {
  #known;
  #token = null;
  #until = 0;
  #renewal = null;

  /** @param known what `activate` gave */
  constructor(known) {
    this.#known = known;
  }

  get terminal() {
    return this.#known.terminal;
  }

  /** A token that lasts a while yet. */
  async token() {
    if (Date.now() > this.#until) {
      this.#renewal ??= this.#renewed().finally(() => (this.#renewal = null));
      await this.#renewal;
    }
    return this.#token;
  }

  async #renewed() {
    const seconds = Math.floor((Date.now() + (await clockAhead())) / 1000);
    const said = await assertion(this.#known.key, this.#known.terminal, seconds);
    const given = await ask('createTerminalToken', {body: {assertion: said}});
    this.#token = given.accessToken;
    this.#until = Date.now() + (given.expiresIn - RENEW_BEFORE_SECONDS) * 1000;
  }

  /** As `answerTo`; a token that is not taken any more is renewed once. */
  async answerTo(operation, how = {}) {
    try {
      return await answerTo(operation, {...how, token: await this.token()});
    } catch (error) {
      if (error.status !== 401 || this.#token === null) {
        throw error;
      }
      this.#until = 0;
      return answerTo(operation, {...how, token: await this.token()});
    }
  }

  /** As `ask`. */
  async ask(operation, {body, ...others} = {}) {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return JSON.parse(new TextDecoder().decode(await this.answerTo(operation, {...others, body: sent})));
  }
}
