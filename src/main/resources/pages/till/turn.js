// One page at a time is this till: of several tabs one works, and the others say so. Two would sell the same
// basket twice, and each would take back what the other has under way.

const NAME = 'ecard-till';
const SILENT_MS = 2000;

/** Whose turn it is, among the tabs of this browser. */
export class Turn {
  #channel = null;
  #mine = null;

  /**
   * Waits for this tab's turn.
   *
   * @param others called if another tab works now
   * @param settled gives a promise for the moment when nothing is under way here any more
   */
  async taken(others, settled) {
    if (navigator.locks === undefined) {
      return; // a browser of before 2022
    }
    this.#channel = new BroadcastChannel(NAME);
    const turn = new Promise((mine) => {
      this.#mine = mine;
    });
    const isFree = await new Promise((told) => {
      navigator.locks.request(NAME, {ifAvailable: true}, (lock) => {
        told(lock !== null);
        return lock === null ? undefined : this.#held();
      }).catch(() => this.#left());
    });
    if (!isFree) {
      others();
      navigator.locks.request(NAME, () => this.#held()).catch(() => this.#left());
    }
    await turn;
    this.#channel.onmessage = async ({data}) => {
      if (data === 'let me') {
        this.#channel.postMessage('wait');
        await settled();
        this.#left();
      }
    };
  }

  /** Asks the tab that works to stop; one that does not answer is hung, and is passed over. */
  askFor() {
    const patience = setTimeout(
      () => navigator.locks.request(NAME, {steal: true}, () => this.#held()).catch(() => this.#left()), SILENT_MS);
    this.#channel.onmessage = ({data}) => data === 'wait' && clearTimeout(patience);
    this.#channel.postMessage('let me');
  }

  /** Until this tab is gone. */
  #held() {
    this.#mine();
    return new Promise(() => {});
  }

  /** Begins anew, so that nothing that was under way here goes on. */
  #left() {
    addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), {capture: true});
    location.reload();
  }
}
