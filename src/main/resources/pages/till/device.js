// Who this till is: a terminal's number and a key that was made here. Proves itself silently, and hears whether it
// may sell.

import {assertion, newKey, request} from '../code/device.js';
import {answerTo, ask, clockAhead} from '../kit/call.js';

const RENEW_BEFORE_SECONDS = 120;
const RETRY_MS = [1000, 2000, 4000, 8000, 16000, 30000];

/**
 * Makes a key and has it bound to the terminal.
 *
 * @param kept tries whether the key can be kept: the code is good only once
 */
export async function activate(terminal, code, kept) {
  const key = await newKey();
  const csr = await request(key, terminal);
  await kept({terminal, key});
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

/** Hears whether this till may sell, as soon as that changes: listens, and connects anew for ever. */
export class Standing {
  #device;
  #told;
  #tries = 0;

  /** @param told called with each standing: `{sells, text, textEn}` */
  constructor(device, told) {
    this.#device = device;
    this.#told = told;
  }

  async listen() {
    let token;
    try {
      token = await this.#device.token();
    } catch {
      this.#again();
      return;
    }
    const address = new URL('/v1/terminal', location.href.replace(/^http/, 'ws'));
    const socket = new WebSocket(address, ['ecard.v1', `ecard.bearer.${token}`]);
    socket.onmessage = ({data}) => {
      this.#tries = 0;
      this.#told(JSON.parse(data));
    };
    socket.onclose = () => this.#again();
  }

  #again() {
    const ms = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)];
    setTimeout(() => this.listen(), ms * (0.75 + Math.random() / 2));
  }
}
