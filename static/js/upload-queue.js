// Keeps the files that are on their way, so that they outlive a reload and an hour without network: in this browser's
// IndexedDB, by the address of the form that they are for. Without IndexedDB nothing is kept, and all else works.
const DAYS = 3;
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("uploads", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files", { keyPath: "id", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function act(mode, action) {
  try {
    const transaction = (await database()).transaction("files", mode);
    const request = action(transaction.objectStore("files"));
    return await new Promise((resolve, reject) => {
      // Kept means kept: the answer is the transaction's, not the request's.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return undefined;
  }
}

/** Keep a new record `{form, file, address}`; resolve to its number, or undefined where nothing can be kept. */
export const keep = (record) => act("readwrite", (files) => files.add({ ...record, since: Date.now() }));
/** Keep what has changed of a record; it has its number in `id`. */
export const rekeep = (record) => act("readwrite", (files) => files.put(record));
export const forget = (id) => act("readwrite", (files) => files.delete(id));

/** Resolve to what is kept for the form at this address. What is older than three days is forgotten. */
export async function kept(form) {
  const all = (await act("readonly", (files) => files.getAll())) ?? [];
  const isOld = ({ since }) => Date.now() - since > DAYS * 86_400_000;
  for (const { id } of all.filter(isOld)) forget(id);
  return all.filter((record) => record.form === form && !isOld(record));
}
