// A small store that all tabs see alike. localStorage is not enough for that: a tab may read what was true a moment ago.

const NAME = "knowledge-rag";
const SHELF = "kept";

let opened = null;

/** Return what is kept under a name, or null. */
export async function read(name) {
  const shelf = (await database()).transaction(SHELF).objectStore(SHELF);
  return (await answered(shelf.get(name))) ?? null;
}

/** Keep a value under a name; once this returns, every tab reads it. */
export async function write(name, value) {
  const transaction = (await database()).transaction(SHELF, "readwrite");
  transaction.objectStore(SHELF).put(value, name);
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
}

function database() {
  opened ??= (() => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(SHELF);
    return answered(request);
  })();
  return opened;
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
