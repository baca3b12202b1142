// Owns the talk with the house: what waits goes first, then the day is asked for. One talk at a time, in whichever tab.
// A record leaves the phone only when the house has said that it is stored.

import { NoNetwork, Refused, ask, askOpenly, hear, keepToken, standing } from "./house";
import { countSent, dropWaiting, keepDay, keepWaiting, keepWords, phone, recall, recallWaiting, wipeAll } from "../store/phone";
import type { SyncAnswer, Taken, WordsAnswer } from "../store/types";
import { isOpen, lockWith, newPair } from "../store/vault";

const MOST = 50;

/** Make this phone the worker's: a key of its own, the token for the code, the PIN, the first day. */
export async function enrol(code: string, pin: string): Promise<void> {
  const { pair, spki } = await newPair();
  const said = await askOpenly<{ token: string; at: string }>("/api/v1/devices/enrol", { code, public_key: spki });
  await lockWith(pin, pair);
  await keepToken(said.token);
  await hear(said.at);
  history.replaceState(null, "", location.pathname);
  await recall();
  await talk();
}

/** Send what waits and ask for the day. Never throws: what went wrong is shown, and tried again by itself. */
export async function talk(): Promise<void> {
  if (!isOpen()) return;
  await navigator.locks.request("talk", { ifAvailable: true }, async (free) => {
    if (!free) return;
    phone.talk = "busy";
    try {
      await both();
      Object.assign(phone, { talk: "quiet", trouble: "" });
    } catch (error) {
      await wentWrong(error);
    }
  });
}

async function both(): Promise<void> {
  try {
    await sendWaiting();
    await askDay();
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.status !== 401) throw error;
    const now = await standing();
    if (now !== "live") return wipeAll(now);
    // The phone counts: its clock was off. It has just heard the time, so once more.
    await sendWaiting();
    await askDay();
  }
}

async function wentWrong(error: unknown): Promise<void> {
  if (error instanceof NoNetwork) phone.talk = "offline";
  else if (error instanceof Refused) Object.assign(phone, { talk: "trouble", trouble: `${error.problem.title} ${error.problem.advice}` });
  else if (isOpen()) Object.assign(phone, { talk: "trouble", trouble: String(error) });
}

async function askDay(): Promise<void> {
  if (!isOpen()) return;
  const said = await ask<SyncAnswer>("POST", "/api/v1/sync", { held: phone.day?.cursor ?? "" });
  await keepDay(said);
  if (phone.words?.stamp !== said.words_stamp) await keepWords(await ask<WordsAnswer>("GET", "/api/v1/sync/words"));
}

async function sendWaiting(): Promise<void> {
  await recallWaiting();
  const ready = phone.waiting.filter((one) => one.refused === null);
  for (let from = 0; from < ready.length && isOpen(); from += MOST) {
    const records = ready.slice(from, from + MOST).map((one) => one.record);
    const said = await ask<{ results: Taken[] }>("POST", "/api/v1/sync/records", { sent_at: new Date().toISOString(), records });
    await settle(said.results);
  }
}

async function settle(results: Taken[]): Promise<void> {
  const done = results.filter((one) => one.status === "stored" || one.status === "known").map((one) => one.id);
  await dropWaiting(done);
  await countSent(done.length);
  for (const { id, code, title, advice } of results.filter((one) => one.status === "refused")) {
    const one = phone.waiting.find((waiting) => waiting.record.id === id);
    if (one) await keepWaiting({ ...one, record: { ...one.record }, refused: { code, title, advice } });
  }
}

/** Let a record that was refused go once more. */
export async function sendAgain(id: string): Promise<void> {
  const one = phone.waiting.find((waiting) => waiting.record.id === id);
  if (!one) return;
  await keepWaiting({ ...one, record: { ...one.record }, refused: null });
  await talk();
}
