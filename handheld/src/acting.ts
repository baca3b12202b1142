// Owns what the worker tells the centre beside the records: it lies on the phone's disk first, then goes at once.

import { sendHelp } from "./net/acts";
import { talk } from "./net/talk";
import { addAct } from "./store/acts";
import { phone } from "./store/phone";
import type { Act } from "./store/types";

const now = (): string => new Date().toISOString();

/** Returns false if it could not be written: then nothing was said. */
async function tellCentre(made: Pick<Act, "kind" | "body">): Promise<boolean> {
  try {
    await addAct({ ...made, at: now() });
  } catch {
    return false;
  }
  // A talk that carries photos may take minutes, and help waits for none of them.
  if (made.kind === "help" && phone.talk === "busy") void sendHelp().catch(() => undefined);
  void talk();
  return true;
}

/** Of an instruction that it was received or done; of a called department that its answer was received. */
export const confirm = (id: string, kind: "received" | "done" | "coming" | "answered" | "not_ours"): Promise<boolean> =>
  tellCentre({ kind: "receipts", body: { id, kind } });
export const callForHelp = (kind: string): Promise<boolean> => tellCentre({ kind: "help", body: { kind } });
/** Say that a household needs more than its worker can give: authority, a department. */
export const raise = (task: string, kind: string, words: string): Promise<boolean> =>
  tellCentre({ kind: "raise", body: { task, kind, words } });
export const sayDuty = (kind: "begin" | "end"): Promise<boolean> => tellCentre({ kind: "duty", body: { kind } });
