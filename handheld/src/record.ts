// Owns making a record: it lies on the phone's disk before the screen says so, and the house is told as soon as it hears.

import { talk } from "./net/talk";
import { go } from "./route";
import { addWaiting, phone } from "./store/phone";
import type { CallMade, Household, VisitMade } from "./store/types";

type Said = Omit<VisitMade, "id" | "task" | "at"> | Omit<CallMade, "id" | "task" | "at">;

let busy = false;

/** Returns false if it could not be written: then nothing was recorded, and the form stays as it is. */
export async function record(task: Household, said: Said): Promise<boolean> {
  // A second press is the same visit.
  if (busy) return true;
  busy = true;
  try {
    const made = { ...said, id: crypto.randomUUID(), task: task.id, at: new Date().toISOString() } as VisitMade | CallMade;
    await addWaiting(made, task.address_text || task.area.name);
  } catch {
    return false;
  } finally {
    busy = false;
  }
  phone.saved = true;
  go("check");
  void talk();
  return true;
}
