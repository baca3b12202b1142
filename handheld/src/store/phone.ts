// Owns what the screens show: whether the phone is open, the day, what waits, and how the last talk with the house went.

import { reactive } from "vue";
import { change, keys, read, wipe, write } from "./db";
import type { Beside, Day, Household, Lists, SyncAnswer, Waiting, WordsAnswer } from "./types";
import { isEnrolled, isOpen, seal, shut, unseal, type Sealed } from "./vault";
import { hear as hearTabs, tell } from "./tabs";
import { forgetUnsealed, recallShelf } from "./recall";
import { emptyActs, recallActs } from "./acts";
import { closedDrafts, dropDrafts, emptyForms, forgetDay, forgetDrafts, recallForms } from "./forms";
import { forgetToken, recallToken } from "../net/house";

export type Screen = "starting" | "broken" | "empty" | "enrol" | "locked" | "day" | "gone";
/** How often the latest time is written down; more would wear the phone. */
const NOTED = 60_000;

export const phone = reactive({
  screen: "starting" as Screen,
  day: null as Day | null,
  waiting: [] as Waiting[],
  words: null as WordsAnswer | null,
  /** quiet | busy | offline | trouble: how the last talk went. */
  talk: "quiet" as "quiet" | "busy" | "offline" | "trouble",
  trouble: "",
  /** The last thing that was recorded is said until another screen is opened. */
  saved: false,
  sent: { day: "", count: 0, last: "" },
  /** How far this phone's clock is ahead of the house's, in milliseconds. */
  ahead: 0,
  /** Why the phone was wiped, for the last screen. */
  why: "",
});

const today = (): string => new Date().toLocaleDateString("sv");

/** The latest time this phone has ever seen: a clock that is set back keeps nothing longer. */
async function latest(): Promise<number> {
  const before = (await read<number>("plain", "latest")) ?? 0;
  const seen = Math.max(Date.now() - ((await read<number>("plain", "ahead")) ?? 0), before);
  if (seen > before + NOTED) await write("plain", "latest", seen);
  return seen;
}

/** Take the day off the phone when its time is over; needs no PIN, so it happens also on a phone that lies in a drawer. */
export async function forgetWhatIsOver(): Promise<void> {
  const until = await read<number>("plain", "keepUntil");
  if (until === undefined) return;
  const seen = await latest();
  if (seen < until) return forgetInstructions(seen);
  const drafts = await keys("drafts");
  await change((shelf) => {
    for (const name of ["day", "told"]) shelf("sealed").delete(name);
    dropDrafts(shelf, drafts);
    shelf("plain").delete("keepUntil");
  });
  forgetDay();
  phone.day = null;
}

/** One instruction's time is over before the day's; sealed as they are, that needs an open phone. */
async function forgetInstructions(seen: number): Promise<void> {
  const isOver = (one: { until: string }): boolean => Date.parse(one.until) <= seen;
  if (!phone.day?.beside?.instructions.some(isOver)) return;
  await changeDay(({ beside }) => { if (beside) beside.instructions = beside.instructions.filter((one) => !isOver(one)); });
}

/** Change something in the day that is there; one that was forgotten meanwhile does not come back. */
export async function changeDay(act: (day: Day) => void): Promise<void> {
  if (!phone.day || !isOpen()) return;
  act(phone.day);
  const sealed = await seal(phone.day);
  await change((shelf) => {
    const asked = shelf("sealed").getKey("day");
    asked.onsuccess = () => { if (asked.result !== undefined) shelf("sealed").put(sealed, "day"); };
  });
}

export async function start(): Promise<void> {
  // Without these there is no key that nobody can read out, and nothing may be kept.
  if (!isSecureContext || !navigator.locks) { phone.screen = "broken"; return; }
  await forgetWhatIsOver();
  if (!(await isEnrolled())) phone.screen = location.hash.startsWith("#enrol=") ? "enrol" : "empty";
  else phone.screen = isOpen() ? "day" : "locked";
}

/** Read everything back once the PIN opened the phone. */
export async function recall(): Promise<void> {
  await recallToken();
  await forgetWhatIsOver();
  await recallAll();
  phone.sent = (await read<typeof phone.sent>("plain", "sent")) ?? phone.sent;
  if (phone.sent.day !== today()) phone.sent = { day: today(), count: 0, last: "" };
  phone.screen = "day";
}

async function recallAll(): Promise<void> {
  phone.ahead = (await read<number>("plain", "ahead")) ?? 0;
  phone.day = (await unseal<Day>(await read<Sealed>("sealed", "day"))) ?? null;
  phone.words = (await read<WordsAnswer>("plain", "words")) ?? null;
  if (phone.day) await forgetInstructions(await latest());
  await recallWaiting();
  await recallForms();
  await recallActs();
}

export async function recallWaiting(): Promise<void> {
  const found = await recallShelf<Waiting>("outbox");
  phone.waiting = found.sort((one, other) => one.turn - other.turn);
}

/** Nothing that needs the PIN stays in memory. */
function close(): void {
  shut();
  forgetToken();
  forgetUnsealed();
  emptyForms();
  emptyActs();
}

export function lock(): void {
  if (!isOpen()) return;
  close();
  Object.assign(phone, { day: null, waiting: [], screen: "locked" });
}

const besideOf = ({ instructions, whistles, help, duty, advised, own_hours }: SyncAnswer): Beside | null =>
  duty ? {
    instructions: instructions ?? [], ...(whistles && { whistles }), help: help ?? null, duty, advised: advised ?? [],
    own_hours: own_hours ?? [],
  } : null;

/** Take in what the house said: all of it is on the disk, or none. */
export async function keepDay(said: SyncAnswer): Promise<void> {
  const tasks = { ...phone.day?.tasks };
  for (const one of said.tasks) tasks[one.id] = one;
  const order = said.order ?? phone.day?.order ?? [];
  const day: Day = {
    cursor: said.cursor, heard: said.at, worker: said.worker, order,
    walk: said.walk ?? phone.day?.walk ?? { metres: 0, minutes: 0, shorter_percent: 0 },
    tasks: Object.fromEntries(order.filter((id) => tasks[id]).map((id) => [id, tasks[id]!])), offers: said.offers,
    beside: besideOf(said),
  };
  const closed = closedDrafts(order);
  const sealed = await seal(day);
  await change((shelf) => {
    shelf("sealed").put(sealed, "day");
    dropDrafts(shelf, closed);
    shelf("plain").put(Date.parse(said.keep_until), "keepUntil");
    shelf("plain").put(Date.now() - Date.parse(said.at), "ahead");
    // What a clock once ran ahead is over: the house has said what time it is.
    shelf("plain").put(Date.parse(said.at), "latest");
  });
  forgetDrafts(closed);
  // Locked meanwhile: it lies on the disk, sealed, and nowhere else.
  if (isOpen()) Object.assign(phone, { day, ahead: Date.now() - Date.parse(said.at) });
  tell("changed");
}

export async function keepWords(said: WordsAnswer): Promise<void> {
  await write("plain", "words", said);
  phone.words = said;
}

export async function countSent(count: number): Promise<void> {
  const before = phone.sent.day === today() ? phone.sent.count : 0;
  phone.sent = { day: today(), count: before + count, last: new Date().toISOString() };
  await write("plain", "sent", { ...phone.sent });
}

/** Keep a new record; two tabs that record at once take their turns one after the other. */
export async function addWaiting(record: Waiting["record"], door: string): Promise<void> {
  await navigator.locks.request("outbox", async () => {
    await recallWaiting();
    await keepWaiting({ record, door, turn: (phone.waiting.at(-1)?.turn ?? 0) + 1, tried: false, refused: null });
  });
}

/** Write down that these are sent, before they are: a kill in between must not make anybody believe they never were. */
export async function markTried(batch: readonly Waiting[]): Promise<void> {
  const fresh = batch.filter((one) => !one.tried);
  if (!fresh.length) return;
  const sealed = await Promise.all(fresh.map((one) => seal({ ...one, tried: true })));
  await change((shelf) => { fresh.forEach((one, at) => shelf("outbox").put(sealed[at], one.record.id)); });
  for (const one of phone.waiting) if (batch.some((sent) => sent.record.id === one.record.id)) one.tried = true;
}

export async function keepWaiting(one: Waiting): Promise<void> {
  const sealed = await seal(one);
  await change((shelf) => shelf("outbox").put(sealed, one.record.id));
  const at = phone.waiting.findIndex((other) => other.record.id === one.record.id);
  if (at < 0) phone.waiting.push(one);
  else phone.waiting[at] = one;
  tell("changed");
}

export async function dropWaiting(ids: string[]): Promise<void> {
  await change((shelf) => { for (const id of ids) shelf("outbox").delete(id); });
  phone.waiting = phone.waiting.filter((one) => !ids.includes(one.record.id));
  tell("changed");
}

/** Take everything off this phone; `why` is all that is left on the screen. */
export async function wipeAll(why: string): Promise<void> {
  shut();
  forgetToken();
  await wipe();
  for (const name of await caches.keys()) await caches.delete(name);
  tell(why);
  isGone(why);
}

function isGone(why: string): void {
  close();
  Object.assign(phone, { day: null, waiting: [], words: null, talk: "quiet", trouble: "", why, screen: "gone" });
}

/** Lock every tab: whoever presses this lays the phone away. */
export function lockAll(): void {
  lock();
  tell("locked");
}

/** Another tab of this phone changed something, was locked by hand, or wiped it all. */
hearTabs((said) => {
  if (said === "locked") lock();
  else if (said !== "changed") isGone(said);
  else if (phone.screen === "day" && isOpen()) void recallAll();
});

/** How often a household was asked today, with what the house has not heard of yet. */
export const timesAsked = (task: Household): number =>
  task.asked_today + phone.waiting.filter((one) => one.record.task === task.id && !one.refused).length;
export const isAskedOut = (task: Household): boolean => task.asked_most > 0 && timesAsked(task) >= task.asked_most;

const NONE: Lists = {
  visit_results: [], outcomes: [], found_by: [], phone_results: [], phone_skips: [], said: [], phone_outcomes: [],
  excesses: [], asks: [], whistle_questions: [], whistle_states: [],
  raise_kinds: [], raise_reasons: [],
};
/** How much waits, whatever it is; needs no PIN, for it says nothing about it. */
export const countWaiting = async (): Promise<number> =>
  (await Promise.all((["outbox", "filled", "acts"] as const).map(keys))).reduce((sum, one) => sum + one.length, 0);

/** Make room for another enrolment: the app's own files stay, for they are needed at once. */
export async function wipeForCode(): Promise<void> {
  close();
  await wipe();
  tell("self");
  Object.assign(phone, { day: null, waiting: [], words: null, screen: "enrol" });
}

export const listsIn = (language: string): Lists => phone.words?.languages[language.toLowerCase()] ?? NONE;
