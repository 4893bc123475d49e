// Keeps the pages of one release, whole or not at all, and answers from them: /card and /r work without a network.
// The gateway's answers are never kept.

const CACHE = 'ecard ~hash~';
const SHELLS = ['/card', '/r'];
const FILES = ~files~;

addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...SHELLS, ...FILES])));
});

addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => clients.claim()));
});

addEventListener('message', (event) => {
  if (event.data === 'take over') {
    skipWaiting();
  }
});

addEventListener('fetch', (event) => {
  const {pathname, origin} = new URL(event.request.url);
  const ours = origin === location.origin && (SHELLS.includes(pathname) || FILES.includes(pathname));
  if (event.request.method === 'GET' && ours) {
    event.respondWith(caches.match(pathname, {cacheName: CACHE}).then((kept) => kept ?? fetch(event.request)));
  }
});
