// What a page keeps over reloads and power cuts: IndexedDB, a promise for each request.

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function written(store, write) {
  return new Promise((resolve, reject) => {
    write(store);
    store.transaction.oncomplete = () => resolve();
    store.transaction.onabort = () => reject(store.transaction.error);
  });
}

/**
 * Opens a page's store.
 *
 * @param name of its database
 * @param shelves names of the tables in it; values are kept under keys of the caller's
 * @param version grows whenever shelves are added
 */
export async function openStore(name, shelves, version = 1) {
  const opening = indexedDB.open(name, version);
  opening.onupgradeneeded = () =>
    shelves
      .filter((shelf) => !opening.result.objectStoreNames.contains(shelf))
      .forEach((shelf) => opening.result.createObjectStore(shelf));
  const database = await promised(opening);
  database.onversionchange = () => database.close(); // a newer page waits for it
  const on = (shelf, mode) =>
    database.transaction(shelf, mode, {durability: 'strict'}).objectStore(shelf);
  return {
    get: (shelf, key) => promised(on(shelf, 'readonly').get(key)),
    all: (shelf) => promised(on(shelf, 'readonly').getAll()),
    /** Kept when the promise is: on the disk, not in a buffer. */
    put: (shelf, key, value) => written(on(shelf, 'readwrite'), (store) => store.put(value, key)),
    /** Takes everything off a shelf. */
    clear: (shelf) => written(on(shelf, 'readwrite'), (store) => store.clear()),
  };
}
