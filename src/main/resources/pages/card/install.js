// Makes the page work without a network. What a worker keeps belongs together; a newer page is fetched whole, and
// comes when the member asks for it.

const WORKER = '/worker.js';

/**
 * @param told called with true when a newer page is ready
 * @returns changes to the newer page
 */
export async function install(told) {
  if (navigator.serviceWorker === undefined) {
    return () => {}; // a browser inside another app, as on some phones: online only
  }
  const address = trustedAddress();
  let registration;
  try {
    registration = await navigator.serviceWorker.register(address);
  } catch {
    return () => {}; // the first visit, and the line went: the next one tries again
  }
  const look = (worker) => {
    if (worker?.state === 'installed' && navigator.serviceWorker.controller !== null) {
      told(true);
    }
  };
  look(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => look(worker));
  });
  return () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {once: true});
    registration.waiting?.postMessage('take over');
  };
}

function trustedAddress() {
  if (globalThis.trustedTypes === undefined) {
    return WORKER;
  }
  const policy = trustedTypes.createPolicy('ecard', {createScriptURL: (url) => (url === WORKER ? url : '')});
  return policy.createScriptURL(WORKER);
}
