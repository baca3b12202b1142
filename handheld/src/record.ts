// Owns making a record: it lies on the phone's disk before the screen says so, and the house is told as soon as it hears.

import { talk } from "./net/talk";
import { go } from "./route";
import { keepWaiting } from "./store/phone";
import type { CallMade, Household, VisitMade } from "./store/types";

type Said = Omit<VisitMade, "id" | "task" | "at"> | Omit<CallMade, "id" | "task" | "at">;

export async function record(task: Household, said: Said): Promise<void> {
  const made = { ...said, id: crypto.randomUUID(), task: task.id, at: new Date().toISOString() } as VisitMade | CallMade;
  await keepWaiting({ record: made, door: task.address_text || task.area.name, refused: null });
  go("check");
  void talk();
}
