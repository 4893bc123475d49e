// /r: anybody checks a receipt. It comes by a link, whose fragment never leaves the browser's address bar
// but in the question for that one receipt; or from a file, or pasted.

import {Malformed, utf8} from '../code/json.js';
import {RECEIPT_BYTES_MAX, check, keysOf, parse} from '../code/receipt.js';
import {Refused, ask, answerTo} from '../kit/call.js';
import {frame} from '../kit/frame.js';
import {focusOn, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {asking, found} from './screens.js';

const LINK = /#([0-9A-Za-z]{12})\.([0-9a-f]{64})$/;

const t = await wordsOf('receipt');
const state = {busy: false, problem: null, result: null, receipt: null, keys: null, ownKeys: null, finder: null};

const doings = {
  pasted: (text) => checkBytes(new TextEncoder().encode(text)),
  chosen: (file) => fromFile(file, checkBytes),
  keysChosen: (file) => fromFile(file, useKeys),
  camera: async () => {
    try {
      const {Viewfinder} = await import('../camera/viewfinder.js');
      show({problem: null, finder: await Viewfinder.open(seen, () => show({}))});
    } catch {
      fail('page');
    }
  },
  again: () => {
    history.replaceState(null, '', location.pathname);
    show({problem: null, result: null, receipt: null});
    focusOn('h1');
  },
};

const show = page(document.body, state, () => frame(t, t('title'), screen()));

function screen() {
  if (state.finder !== null) {
    return state.finder.view(() => show({finder: null}));
  }
  return state.result === null ? asking(t, state, doings) : found(t, state, doings);
}

/** The camera has found a code: of a slip, or of something else. */
function seen(text) {
  show({finder: null});
  const link = LINK.exec(text);
  if (link === null) {
    fail('foreign');
  } else {
    fromLink(link[1], link[2]);
  }
}

/** Says what is wrong, where a screen reader hears it, too. */
function fail(problem) {
  document.title = `${t('errorTitle')}${t('title')}`;
  show({busy: false, problem});
  focusOn('.problem');
}

function problemOf(error) {
  if (error instanceof Refused) {
    return error.status === 0 ? 'offline' : error.status === 404 || error.status === 400 ? 'unknown' : 'other';
  }
  if (error instanceof Malformed) {
    return 'keys';
  }
  if (error instanceof DOMException && error.name === 'NotSupportedError') {
    return 'ed25519';
  }
  throw error;
}

async function fromFile(file, use) {
  if (file.size > RECEIPT_BYTES_MAX) {
    fail('large');
    return;
  }
  await use(new Uint8Array(await file.arrayBuffer()));
}

async function useKeys(bytes) {
  try {
    show({ownKeys: keysOf(JSON.parse(utf8(bytes))), problem: null});
  } catch {
    fail('keys');
    return;
  }
  if (state.receipt !== null) {
    await judge(state.receipt);
  }
}

async function checkBytes(bytes) {
  let receipt;
  try {
    receipt = parse(bytes);
  } catch (error) {
    if (!(error instanceof Malformed)) {
      throw error;
    }
    tell('MALFORMED', null);
    return;
  }
  await judge(receipt);
}

async function judge(receipt) {
  show({busy: true, problem: null});
  try {
    const keys = state.ownKeys ?? state.keys ?? keysOf(await ask('listKeys'));
    if (state.ownKeys === null) {
      show({keys});
    }
    tell(await check(receipt, keys), receipt);
  } catch (error) {
    fail(problemOf(error));
  }
}

function tell(result, receipt) {
  document.title = `${result === 'VALID' ? '' : t('errorTitle')}${t('title')} · ${t('brand')}`;
  show({busy: false, problem: null, result, receipt});
  focusOn('.verdict');
}

async function fromLink(id, digest) {
  show({busy: true});
  try {
    const document = await answerTo('viewReceipt', {body: JSON.stringify({transaction: id, receiptDigest: digest})});
    await checkBytes(document);
  } catch (error) {
    fail(problemOf(error));
  }
}

document.title = `${t('title')} · ${t('brand')}`;
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const file = event.dataTransfer.files[0];
  if (file !== undefined) {
    doings.chosen(file);
  }
});
addEventListener('hashchange', begin);

function begin() {
  const link = LINK.exec(location.hash);
  if (link !== null) {
    fromLink(link[1], link[2]);
  } else if (location.hash.length > 1) {
    fail('unknown');
  }
}

begin();
