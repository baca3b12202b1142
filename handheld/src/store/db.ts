// Owns the phone's database: a few named things, and what waits to be sent. Refuses plain words about anybody: whoever
// writes here has sealed it, except for keys that the browser does not give away and for what says nothing about people.

const NAME = "gridward-handheld";
/** Whoever adds a shelf counts the version up: a phone that has the older ones gets it when it opens. */
const VERSION = 3;
const SHELVES = ["plain", "sealed", "outbox", "drafts", "filled", "photos", "acts"] as const;
export type Shelf = (typeof SHELVES)[number];

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      for (const shelf of SHELVES) if (!asked.result.objectStoreNames.contains(shelf)) asked.result.createObjectStore(shelf);
    };
    asked.onsuccess = () => {
      // Another page wipes the phone: this one must not keep it open.
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error ?? new Error("database"));
  });
  // One that did not open is tried again next time.
  opened.catch(() => { opened = null; });
  return opened;
}

/** Write and delete on several shelves at once, or not at all; resolves when it is on the disk. */
export async function change(work: (shelf: (name: Shelf) => IDBObjectStore) => void): Promise<void> {
  const db = await database();
  await new Promise<void>((resolve, reject) => {
    const turn = db.transaction(SHELVES, "readwrite", { durability: "strict" });
    turn.oncomplete = () => resolve();
    turn.onabort = () => reject(turn.error ?? new Error("database"));
    work((name) => turn.objectStore(name));
  });
}

async function ask<T>(shelf: Shelf, question: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database();
  return new Promise((resolve, reject) => {
    const asked = question(db.transaction(shelf, "readonly").objectStore(shelf));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("database"));
  });
}

export async function read<T>(shelf: Shelf, key: string): Promise<T | undefined> {
  return ask(shelf, (store) => store.get(key) as IDBRequest<T | undefined>);
}

export async function keys(shelf: Shelf): Promise<string[]> {
  return ask(shelf, (store) => store.getAllKeys() as IDBRequest<string[]>);
}

/** Return what lies on a shelf, all of it as it was at one moment. */
export async function entries<T>(shelf: Shelf): Promise<[string, T][]> {
  const db = await database();
  return new Promise((resolve, reject) => {
    const turn = db.transaction(shelf, "readonly");
    const names = turn.objectStore(shelf).getAllKeys() as IDBRequest<string[]>;
    const found = turn.objectStore(shelf).getAll() as IDBRequest<T[]>;
    turn.oncomplete = () => resolve(names.result.map((name, at) => [name, found.result[at]!]));
    turn.onabort = () => reject(turn.error ?? new Error("database"));
  });
}

export async function write(shelf: Shelf, key: string, value: unknown): Promise<void> {
  await change((name) => name(shelf).put(value, key));
}

/** Take everything off the phone. It is emptied first: deleting waits for whichever other tab has it open. */
export async function wipe(): Promise<void> {
  await change((shelf) => { for (const name of SHELVES) shelf(name).clear(); });
  if (opened) (await opened).close();
  opened = null;
  await new Promise<void>((resolve) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}
