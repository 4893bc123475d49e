// Who this till is: a terminal's number and a key that was made here. Proves itself silently, and hears whether it
// may sell.

import {assertion, newKey, request} from '../code/device.js';
import {Bearer, ask, clockAhead} from '../kit/call.js';

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
export class Device extends Bearer {
  /** @param known what `activate` gave */
  constructor({terminal, key}) {
    super(async () => {
      const seconds = Math.floor((Date.now() + (await clockAhead())) / 1000);
      return ask('createTerminalToken', {body: {assertion: await assertion(key, terminal, seconds)}});
    });
    this.terminal = terminal;
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
