// A scanning box at a serial port (Web Serial): its lines are codes, and nothing needs the keyboard's focus. Loaded
// where there is one.

const BAUD = {baudRate: 9600}; // what boxes are delivered with; one at USB does not mind
const SILENCE_MS = 100;
const LINE_MAX = 64;

/** Reads one box, again and again. */
export class Box {
  #scanned;
  #told;
  #port = null;
  #reader = null;
  #over = Promise.resolve();
  #line = '';
  #timer = null;

  /**
   * @param scanned takes the digits of a line
   * @param told called with `on`, `lost` (unplugged) or `busy` (another program has it); null if there is none
   */
  constructor(scanned, told) {
    this.#scanned = scanned;
    this.#told = told;
    navigator.serial.addEventListener('connect', () => this.remembered());
  }

  /** Opens the one that was chosen here before, if it is plugged in. */
  async remembered() {
    const [port] = await navigator.serial.getPorts();
    if (port !== undefined && this.#port === null) {
      this.#over = this.#open(port);
    }
  }

  /** Lets the cashier choose; to be called when something was pressed. */
  async choose() {
    let port;
    try {
      port = await navigator.serial.requestPort();
    } catch {
      return; // none was chosen
    }
    this.#over = this.#open(port);
  }

  /** Does without it, and does not remember it. */
  async leave() {
    const port = this.#port;
    this.#port = null;
    await this.#reader?.cancel();
    await this.#over;
    await port.forget?.();
    this.#told(null);
  }

  async #open(port) {
    this.#port = port;
    try {
      await port.open(BAUD);
    } catch {
      this.#port = null;
      this.#told('busy');
      return;
    }
    this.#told('on');
    while (this.#port === port && port.readable !== null) {
      await this.#readFrom(port); // another stream follows one that was broken by noise
    }
    await port.close().catch(() => {}); // it is gone
    if (this.#port === port) {
      this.#port = null;
      this.#told('lost');
    }
  }

  async #readFrom(port) {
    this.#reader = port.readable.getReader();
    try {
      for (;;) {
        const {value, done} = await this.#reader.read();
        if (done) {
          return;
        }
        this.#take(String.fromCharCode(...value));
      }
    } catch {
      this.#line = ''; // half a line is none
    } finally {
      this.#reader.releaseLock();
      this.#reader = null;
    }
  }

  /** A line ends by CR, LF or both; or by silence, where the box is set to neither. */
  #take(text) {
    clearTimeout(this.#timer);
    for (const sign of text) {
      if (sign === '\r' || sign === '\n') {
        this.#end();
      } else if (this.#line.length < LINE_MAX) {
        this.#line += sign;
      }
    }
    this.#timer = setTimeout(() => this.#end(), SILENCE_MS);
  }

  #end() {
    const code = this.#line.replace(/[^0-9]/g, '');
    this.#line = '';
    if (code !== '') {
      this.#scanned(code);
    }
  }
}
