// Owns delivering what the worker tells the centre beside the records: a call for help before everything else, then the
// duty clock, then receipts. An act leaves only when the house has said that it has it; the same id goes again until then.

import { NoAnswer, Refused, ask } from "./house";
import { acts, dropAct, keepAct, recallActs } from "../store/acts";
import { changeDay } from "../store/phone";
import type { Act, ActTaken, Beside } from "../store/types";
import { isOpen } from "../store/vault";

const MOST = 50;
/** With these the house has decided. Any other refusal may pass, and a call for help is not given up for it. */
const FINAL = [404, 409, 422];

type Why = NonNullable<Act["refused"]>;
const ready = (kind: Act["kind"]): Act[] => acts.list.filter((one) => one.kind === kind && !one.refused);
const asSent = (one: Act): object => ({ id: one.id, at: one.at, ...one.body });
const now = (): string => new Date().toISOString();

export async function sendActs(): Promise<void> {
  await recallActs();
  await sendHelp();
  for (const kind of ["duty", "raise"] as const) for (const one of ready(kind)) await sendOne(one);
  await sendReceipts();
}

/** May run beside a talk that takes its time: the house counts an id once. */
export async function sendHelp(): Promise<void> {
  for (const one of ready("help")) await sendOne(one);
}

async function sendOne(one: Act): Promise<void> {
  if (!isOpen()) return;
  const said = await orWhy(ask<{ status: string }>("POST", `/api/v1/sync/${one.kind}`, { ...asSent(one), sent_at: now() }));
  if ("why" in said) await keepAct({ ...one, refused: said.why });
  else await isWith(one, said.status);
}

async function sendReceipts(): Promise<void> {
  const all = ready("receipts");
  for (let from = 0; from < all.length && isOpen(); from += MOST) {
    const batch = all.slice(from, from + MOST);
    const said = await orWhy(ask<{ results: ActTaken[] }>("POST", "/api/v1/sync/receipts", { sent_at: now(), receipts: batch.map(asSent) }));
    for (const [at, one] of batch.entries()) {
      if ("why" in said) { await refuse(one, said.why); continue; }
      const taken = said.results[at];
      // What the answer does not name stays, and goes again.
      if (taken?.id !== one.body.id) continue;
      if (taken.status === "refused") await refuse(one, { code: taken.code, title: taken.title, advice: taken.advice });
      else await isWith(one, taken.status);
    }
  }
}

async function orWhy<T extends object>(asked: Promise<T>): Promise<T | { why: Why }> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Refused) || !FINAL.includes(error.problem.status)) throw error;
    const { code, title, advice } = error.problem;
    return { why: { code, title, advice } };
  }
}

/** That what was read is not there any more is nothing the worker has to know of. */
async function refuse(one: Act, why: Why): Promise<void> {
  if (one.kind === "receipts" && one.body.kind !== "done" && why.code === "not_found") await dropAct(one.id);
  else await keepAct({ ...one, refused: why });
}

/** The house has it: noted in the day before the act goes, so that the screen never falls back in between. */
async function isWith(one: Act, status: string): Promise<void> {
  if (status !== "stored" && status !== "known") throw new NoAnswer();
  await changeDay((day) => {
    const task = day.tasks[one.body.task ?? ""];
    if (task) task.lies = { place: "", state: "open", kind: one.body.kind, words: one.body.words ?? "", at: one.at };
    else if (day.beside) note(day.beside, one);
  });
  await dropAct(one.id);
}

function note(beside: Beside, { id, kind, at, body }: Act): void {
  if (kind === "help") {
    if (beside.help?.id !== id) beside.help = { id, at, taken_by: "", closed_at: null };
  } else if (kind === "duty") Object.assign(beside, { duty: { since: body.kind === "begin" ? at : null, hours: 0, advice: "" }, advised: [] });
  else {
    const told = beside.instructions.find((one) => one.id === body.id);
    const call = beside.whistles?.flatMap((whistle) => whistle.calls).find((one) => one.id === body.id && one.state === body.kind);
    if (call) call.received_at ??= at;
    if (!told) return;
    told.received_at ??= at;
    if (body.kind === "done") told.done_at ??= at;
  }
}
