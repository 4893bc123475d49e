// What a page keeps over reloads and power cuts: IndexedDB, a promise for each request.

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Opens a page's store.
 *
 * @param name of its database
 * @param shelves names of the tables in it; values are kept under keys of the caller's
 */
export async function openStore(name, shelves) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => shelves.forEach((shelf) => opening.result.createObjectStore(shelf));
  const database = await promised(opening);
  const on = (shelf, mode) =>
    database.transaction(shelf, mode, {durability: 'strict'}).objectStore(shelf);
  return {
    get: (shelf, key) => promised(on(shelf, 'readonly').get(key)),
    all: (shelf) => promised(on(shelf, 'readonly').getAll()),
    /** Kept when the promise is: on the disk, not in a buffer. */
    put: (shelf, key, value) =>
      new Promise((resolve, reject) => {
        const store = on(shelf, 'readwrite');
        store.put(value, key);
        store.transaction.oncomplete = () => resolve();
        store.transaction.onabort = () => reject(store.transaction.error);
      }),
  };
}
