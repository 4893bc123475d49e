// What is plugged into a till, or built into it: a gun that types, a camera, a box at a serial port, a loudspeaker.

import {Wedge} from '../code/wedge.js';
import {beep, heard, onHeard, say, unlock} from '../kit/sound.js';

const ALONE_MS = 200; // after a digit: a gun would have typed the next one

/** Listens to them from now on; gives what a cashier can do with them. */
export function devices(till, {scanned, rated, isRatable}) {
  const {t, state, show, go} = till;
  const wedge = new Wedge((code) => read(code), () => show({problem: 'gun'}));
  till.isReading = () => wedge.isReading;

  // What stood in the amount before a gun's first digit fell into it.
  let amountBefore = '';
  const read = (code) => {
    const amount = document.querySelector('#amount');
    if (amount !== null) {
      amount.value = state.amount = amountBefore;
    }
    scanned(code);
  };

  let alone = null;
  addEventListener('keydown', (event) => {
    if (!wedge.hasBegun) {
      amountBefore = state.amount;
    }
    clearTimeout(alone);
    if (['waiting', 'quote', 'result'].includes(state.screen) && wedge.key(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (/^(Digit|Numpad)[1-5]$/.test(event.code) && isRatable()) {
      alone = setTimeout(() => isRatable() && rated(Number(event.code.at(-1))), ALONE_MS);
    }
  }, {capture: true});
  addEventListener('compositionend', (event) => wedge.text(event.data ?? ''), {capture: true});
  addEventListener('pointerup', unlock);
  addEventListener('keyup', unlock);
  onHeard(() => show({heard: heard()}));

  /** Fetches what only some tills have; one that was fetched before comes from the browser. */
  const fetched = async (module) => {
    try {
      return await module();
    } catch {
      go('waiting', {problem: 'page'});
      return null;
    }
  };

  let box = null;
  const boxed = async () => {
    const {Box} = (await fetched(() => import('./box.js'))) ?? {};
    box ??= Box && new Box(scanned, (said) => show({box: said}));
    return box;
  };
  navigator.serial?.getPorts().then(async (ports) => ports.length > 0 && (await boxed())?.remembered());

  return {
    camera: async () => {
      const {Viewfinder} = (await fetched(() => import('../camera/viewfinder.js'))) ?? {};
      if (Viewfinder !== undefined) {
        go('camera', {finder: await Viewfinder.open((text) => scanned(text), () => show({}))});
      }
    },
    boxChosen: async () => (await boxed())?.choose(),
    boxLeft: () => box.leave(),
    soundTried: () => {
      unlock();
      beep('good');
      say(t('heard.sample'));
      show({heard: heard()});
    },
  };
}
