// Hears whether this till may sell, as soon as that changes.

const RETRY_MS = [1000, 2000, 4000, 8000, 16000, 30000];

/** Listens, and connects anew for ever. */
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
