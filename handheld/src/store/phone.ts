// Owns what the screens show: whether the phone is open, the day, what waits, and how the last talk with the house went.

import { reactive } from "vue";
import { change, keys, read, wipe, write } from "./db";
import type { Day, Lists, SyncAnswer, Waiting, WordsAnswer } from "./types";
import { isEnrolled, isOpen, seal, shut, unseal, type Sealed } from "./vault";
import { forgetToken, recallToken } from "../net/house";

export type Screen = "starting" | "empty" | "enrol" | "locked" | "day" | "gone";

export const phone = reactive({
  screen: "starting" as Screen,
  day: null as Day | null,
  waiting: [] as Waiting[],
  words: null as WordsAnswer | null,
  /** quiet | busy | offline | trouble: how the last talk went. */
  talk: "quiet" as "quiet" | "busy" | "offline" | "trouble",
  trouble: "",
  sent: { day: "", count: 0, last: "" },
  /** Why the phone was wiped, for the last screen. */
  why: "",
});

const today = (): string => new Date().toLocaleDateString("sv");

/** The latest time this phone has ever seen: a clock that is set back keeps nothing longer. */
async function latest(): Promise<number> {
  const seen = Math.max(Date.now() - ((await read<number>("plain", "ahead")) ?? 0), (await read<number>("plain", "latest")) ?? 0);
  await write("plain", "latest", seen);
  return seen;
}

/** Take the day off the phone when its time is over; needs no PIN, so it happens also on a phone that lies in a drawer. */
export async function forgetWhatIsOver(): Promise<void> {
  const until = await read<number>("plain", "keepUntil");
  if (until === undefined || (await latest()) < until) return;
  await change((shelf) => { shelf("sealed").delete("day"); shelf("plain").delete("keepUntil"); });
  phone.day = null;
}

export async function start(): Promise<void> {
  await forgetWhatIsOver();
  if (!(await isEnrolled())) phone.screen = location.hash.startsWith("#enrol=") ? "enrol" : "empty";
  else phone.screen = isOpen() ? "day" : "locked";
}

/** Read everything back once the PIN opened the phone. */
export async function recall(): Promise<void> {
  await recallToken();
  await forgetWhatIsOver();
  phone.day = (await unseal<Day>(await read<Sealed>("sealed", "day"))) ?? null;
  phone.words = (await read<WordsAnswer>("plain", "words")) ?? null;
  phone.sent = (await read<typeof phone.sent>("plain", "sent")) ?? phone.sent;
  if (phone.sent.day !== today()) phone.sent = { day: today(), count: 0, last: "" };
  await recallWaiting();
  phone.screen = "day";
}

export async function recallWaiting(): Promise<void> {
  const found: Waiting[] = [];
  for (const key of (await keys("outbox")).sort()) {
    const one = await unseal<Waiting>(await read<Sealed>("outbox", key));
    if (one) found.push(one);
  }
  phone.waiting = found.sort((one, other) => one.record.at.localeCompare(other.record.at));
}

export function lock(): void {
  if (!isOpen()) return;
  shut();
  forgetToken();
  Object.assign(phone, { day: null, waiting: [], screen: "locked" });
}

/** Take in what the house said: all of it is on the disk, or none. */
export async function keepDay(said: SyncAnswer): Promise<void> {
  const tasks = { ...phone.day?.tasks };
  for (const one of said.tasks) tasks[one.id] = one;
  const order = said.order ?? phone.day?.order ?? [];
  const day: Day = {
    cursor: said.cursor, heard: said.at, worker: said.worker, order,
    walk: said.walk ?? phone.day?.walk ?? { metres: 0, minutes: 0, shorter_percent: 0 },
    tasks: Object.fromEntries(order.filter((id) => tasks[id]).map((id) => [id, tasks[id]!])), offers: said.offers,
  };
  const sealed = await seal(day);
  await change((shelf) => {
    shelf("sealed").put(sealed, "day");
    shelf("plain").put(Date.parse(said.keep_until), "keepUntil");
    shelf("plain").put(Date.now() - Date.parse(said.at), "ahead");
  });
  phone.day = day;
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

export async function keepWaiting(one: Waiting): Promise<void> {
  const sealed = await seal(one);
  await change((shelf) => shelf("outbox").put(sealed, one.record.id));
  const at = phone.waiting.findIndex((other) => other.record.id === one.record.id);
  if (at < 0) phone.waiting.push(one);
  else phone.waiting[at] = one;
}

export async function dropWaiting(ids: string[]): Promise<void> {
  await change((shelf) => { for (const id of ids) shelf("outbox").delete(id); });
  phone.waiting = phone.waiting.filter((one) => !ids.includes(one.record.id));
}

/** Take everything off this phone; `why` is all that is left on the screen. */
export async function wipeAll(why: string): Promise<void> {
  shut();
  forgetToken();
  await wipe();
  for (const name of await caches.keys()) await caches.delete(name);
  Object.assign(phone, { day: null, waiting: [], words: null, why, screen: "gone" });
}

const NONE: Lists = {
  visit_results: [], outcomes: [], found_by: [], phone_results: [], phone_skips: [], said: [], phone_outcomes: [],
  excesses: [], asks: [],
};
export const listsIn = (language: string): Lists => phone.words?.languages[language.toLowerCase()] ?? NONE;
