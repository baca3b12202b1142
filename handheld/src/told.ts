// Owns what holds now of what the centre told and of what the worker said: the last answer, and on top of it what waits.

import { computed, ref } from "vue";
import { acts } from "./store/acts";
import { phone } from "./store/phone";
import type { Act, Called, Duty, HelpCall, Instruction, Whistle } from "./store/types";

const HOUR = 3_600_000;
const TICK = 15_000;
/** Now, as the screens count hours. */
const now = ref(Date.now());
setInterval(() => { now.value = Date.now(); }, TICK);

const waiting = (kind: Act["kind"]): Act[] => acts.list.filter((one) => one.kind === kind && !one.refused);

/** A house of an older version says nothing of all this; before the first answer nobody knows. */
export const isTold = computed(() => phone.day?.beside !== null);

/** Urgent ones first, then the newest. */
export const instructions = computed<Instruction[]>(() =>
  (phone.day?.beside?.instructions ?? [])
    .filter((one) => Date.parse(one.until) > now.value - phone.ahead)
    .sort((one, other) => Number(other.urgent) - Number(one.urgent) || Date.parse(other.at) - Date.parse(one.at)),
);
const receiptOf = (one: Instruction, kinds: string[]): Act | undefined =>
  acts.list.find((act) => act.kind === "receipts" && act.body.id === one.id && kinds.includes(act.body.kind));
export const isReceived = (one: Instruction): boolean => !!one.received_at || !!receiptOf(one, ["received", "done"]);
/** When it was done, by the house or by what waits to be sent. */
export const doneAt = (one: Instruction): string => one.done_at ?? receiptOf(one, ["done"])?.at ?? "";

/** Open ones first, then the newest; an older house says nothing of them. */
export const whistles = computed<Whistle[]>(() =>
  [...(phone.day?.beside?.whistles ?? [])].sort((one, other) =>
    Number(!!one.closed_at) - Number(!!other.closed_at) || Date.parse(other.at) - Date.parse(one.at)),
);
/** Only what a department says about a household in hand is addressed to the worker. */
export const isToConfirm = (whistle: Whistle, one: Called): boolean => !!whistle.task_id && one.state !== "waiting";
const answerReceipt = (one: Called): Act | undefined =>
  acts.list.find((act) => act.kind === "receipts" && act.body.id === one.id && act.body.kind === one.state);
/** When an answer was received, by the house or by what waits to be sent. */
export const receivedAt = (one: Called): string => one.received_at ?? answerReceipt(one)?.at ?? "";

export const notReceived = computed(() =>
  instructions.value.filter((one) => !isReceived(one)).length +
  whistles.value.flatMap((whistle) => whistle.calls.filter((one) => isToConfirm(whistle, one) && !receivedAt(one))).length,
);

/** The worker's newest call; `isSent` false as long as the house has not said that it has it. */
export const call = computed<(HelpCall & { isSent: boolean }) | null>(() => {
  const unsent = waiting("help").at(-1);
  if (unsent) return { id: unsent.id, at: unsent.at, taken_by: "", closed_at: null, isSent: false };
  const said = phone.day?.beside?.help;
  return said ? { ...said, isSent: true } : null;
});
export const isCallOpen = computed(() => call.value !== null && !call.value.closed_at);

/** What waits to be sent about a household that was raised. */
export const raisedHere = (task: string): Act | undefined => waiting("raise").find((one) => one.body.task === task);

export interface DutyNow { since: string; hours: number; advice: Duty["advice"] }
/** The duty that runs: its hours go on between two answers, and what waits counts already. */
export const duty = computed<DutyNow | null>(() => {
  const last = waiting("duty").at(-1);
  const hours = (since: number, clock: number): number => Math.max(0, clock - since) / HOUR;
  if (last) return last.body.kind === "begin" ? { since: last.at, hours: hours(Date.parse(last.at), now.value), advice: "" } : null;
  const { duty: said, advised = [] } = phone.day?.beside ?? {};
  if (!said?.since) return null;
  const clock = now.value - phone.ahead;
  const counted = Math.max(Date.parse(phone.day!.heard), Date.parse(said.since));
  // Without a network nobody says what is advised by now, but the house said it beforehand.
  const { advice } = advised.filter((one) => Date.parse(one.at) <= clock).at(-1) ?? said;
  return { since: said.since, hours: said.hours + hours(counted, clock), advice };
});
