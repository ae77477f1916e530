// Where a device keeps its journals: one for each person and audit, in IndexedDB, or in memory where there is none.

import { EMPTY, keepUnsentOnly } from "./queue.js";

const DATABASE = "hub-audits";
const STORE = "journals";
const OPENING_TAKES_AT_MOST = 5000;

export class Journal {
  #database;
  #key;
  #content = EMPTY;
  #about;

  constructor(database, { author, audit, changesUrl }) {
    this.#database = database;
    this.#key = [author, audit];
    this.#about = { author, audit, changesUrl };
  }

  static async open({ author, audit, changesUrl, keep }) {
    const database = keep ? await openDatabase() : null;
    return new Journal(database, { author, audit, changesUrl });
  }

  // Whether what is written here is still there after the browser was closed.
  get isKept() {
    return this.#database !== null;
  }

  read() {
    return this.#run("readonly", (content) => content);
  }

  // Runs a pure function on the content, in one step with respect to every other tab; kept once the promise is fulfilled.
  update(rule) {
    return this.#run("readwrite", rule);
  }

  // The audit is closed and nothing waits: this device need not know of it any more.
  async remove() {
    try {
      await inStore(this.#database, "readwrite", (store) => store.delete(this.#key));
    } catch {
      // There was none.
    }
  }

  async #run(mode, rule) {
    if (this.#database) {
      try {
        this.#content = await this.#inDatabase(mode, rule);
        return this.#content;
      } catch {
        // The disk is full, or somebody has emptied the browser's storage. What is in memory is still true.
        this.#database = null;
      }
    }
    this.#content = rule(this.#content);
    return this.#content;
  }

  #inDatabase(mode, rule) {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(STORE, mode, { durability: "strict" });
      const store = transaction.objectStore(STORE);
      let content;
      transaction.oncomplete = () => resolve(content);
      transaction.onabort = () => reject(transaction.error);
      store.get(this.#key).onsuccess = (event) => {
        const before = event.target.result?.content ?? EMPTY;
        content = rule(before);
        if (mode === "readwrite" && content !== before) {
          store.put({ ...this.#about, content });
        }
      };
    });
  }
}

// Each journal of a person on this device that holds something unsent: [{ audit, changesUrl, waiting }].
export async function unsentOf(author) {
  const all = await onDevice((store) => store.getAll(IDBKeyRange.bound([author], [author, []])));
  return (all ?? [])
    .map(({ audit, changesUrl, content }) => ({ audit, changesUrl, waiting: content.queue.length }))
    .filter(({ waiting }) => waiting);
}

// Whoever is signed in now (or nobody: "") finds nothing here of what others have saved, only they what they could not.
export async function forgetOthers(author) {
  if ((await indexedDB?.databases?.())?.every(({ name }) => name !== DATABASE)) {
    return;
  }
  await onDevice((store) => {
    store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) {
        return;
      }
      const { content } = cursor.value;
      if (cursor.value.author !== author && !content.queue.length) {
        cursor.delete();
      } else if (cursor.value.author !== author) {
        cursor.update({ ...cursor.value, content: keepUnsentOnly(content) });
      }
      cursor.continue();
    };
  });
}

async function onDevice(work) {
  const database = await openDatabase();
  try {
    return database && (await inStore(database, "readwrite", work));
  } catch {
    return null;
  } finally {
    database?.close();
  }
}

function inStore(database, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const asked = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

// The database, or null where the browser has none for us (some private windows).
function openDatabase() {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), OPENING_TAKES_AT_MOST);
    let asked;
    try {
      asked = indexedDB.open(DATABASE, 1);
    } catch {
      resolve(null);
      return;
    }
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: ["author", "audit"] });
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => resolve(null);
    asked.onblocked = () => resolve(null);
  });
}
