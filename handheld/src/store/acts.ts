// Owns what the worker tells the centre beside the records and waits to be sent: receipts, calls for help, the duty clock.
// Each lies sealed under its own id, and leaves when the house has it, or when the worker has read why it was refused.

import { reactive } from "vue";
import { change } from "./db";
import { recallShelf } from "./recall";
import { tell } from "./tabs";
import type { Act } from "./types";
import { isOpen, seal } from "./vault";

export const acts = reactive({ list: [] as Act[] });

export function emptyActs(): void {
  acts.list = [];
}

export async function recallActs(): Promise<void> {
  const found = await recallShelf<Act>("acts");
  if (isOpen()) acts.list = found.sort((one, other) => one.turn - other.turn);
}

/** An instruction has one receipt of each kind: shown twice, in two tabs, is received once. */
const isSame = (one: Act, body: Act["body"]): boolean => body.id !== undefined && one.body.id === body.id && one.body.kind === body.kind;

/** Keep a new act under an id of its own, which says nothing and lies open as the key. */
export async function addAct(made: Pick<Act, "kind" | "at" | "body">): Promise<void> {
  await navigator.locks.request("outbox", async () => {
    await recallActs();
    if (acts.list.some((one) => isSame(one, made.body))) return;
    await keepAct({ ...made, id: crypto.randomUUID(), turn: (acts.list.at(-1)?.turn ?? 0) + 1, refused: null });
  });
}

export async function keepAct(one: Act): Promise<void> {
  const sealed = await seal(one);
  await change((shelf) => shelf("acts").put(sealed, one.id));
  if (isOpen()) acts.list = [...acts.list.filter((other) => other.id !== one.id), one].sort((a, b) => a.turn - b.turn);
  tell("changed");
}

export async function dropAct(id: string): Promise<void> {
  await change((shelf) => shelf("acts").delete(id));
  acts.list = acts.list.filter((one) => one.id !== id);
  tell("changed");
}
