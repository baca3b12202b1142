// Owns the talk with the house: what waits goes first, then the day is asked for. One talk at a time, in whichever tab.
// A record leaves the phone only when the house has said that it is stored.

import { NoAnswer, NoNetwork, Refused, ask, askOpenly, hear, keepToken, knock, standing } from "./house";
import { sendActs } from "./acts";
import { sendFilled } from "./submissions";
import {
  countSent, dropWaiting, keepDay, keepWaiting, keepWords, markTried, phone, recall, recallWaiting, wipeAll,
} from "../store/phone";
import { dropFilled, held, keepFilled, keepForms, recallForms } from "../store/forms";
import type { Filled, FormAsked, SyncAnswer, Taken, Waiting, WordsAnswer } from "../store/types";
import { isOpen, lockWith, newPair } from "../store/vault";
import { say } from "../words";

const MOST = 50;
const LOCK = "talk";
/** Something was recorded while a talk went on: another one follows at once. */
let again = false;

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
  if (phone.talk === "busy") { again = true; return; }
  phone.talk = "busy";
  await navigator.locks.request(LOCK, async () => {
    again = false;
    try {
      if (isOpen()) await both();
      // The network may have gone while the last answer came.
      Object.assign(phone, { talk: navigator.onLine ? "quiet" : "offline", trouble: "" });
    } catch (error) {
      wentWrong(error);
    }
  });
  if (again) await talk();
}

async function both(): Promise<void> {
  try {
    await sendAndAsk();
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.status !== 401) throw error;
    const now = await standing();
    if (now !== "live") return wipeAll(now);
    // The phone counts: its clock was off. It has just heard the time, so once more.
    await sendAndAsk();
  }
}

/** What the house does not take in at all keeps the day from nobody: it may say that the day is over. */
async function sendAndAsk(): Promise<void> {
  let wrong: unknown = null;
  for (const send of [sendActs, sendWaiting, sendFilled]) {
    try {
      await send();
    } catch (error) {
      // An older house has no such addresses, and the records go all the same.
      const isLater = send === sendActs && error instanceof NoAnswer;
      if (!isLater && (!(error instanceof Refused) || error.problem.status === 401)) throw error;
      wrong = error;
    }
  }
  await askDay();
  if (wrong) throw wrong;
}

function wentWrong(error: unknown): void {
  if (error instanceof NoNetwork) phone.talk = "offline";
  else if (error instanceof Refused) Object.assign(phone, { talk: "trouble", trouble: `${error.problem.title} ${error.problem.advice}` });
  else if (error instanceof NoAnswer) Object.assign(phone, { talk: "trouble", trouble: say("noAnswer") });
  // What was under way when the phone was locked ends without a word.
  else if (isOpen()) Object.assign(phone, { talk: "trouble", trouble: `${say("unforeseen")} ${String(error)}` });
  else phone.talk = "quiet";
}

async function askDay(): Promise<void> {
  if (!isOpen()) return;
  const said = await askSince(phone.day?.cursor ?? "");
  await keepDay(said);
  if (phone.words?.stamp !== said.words_stamp) await keepWords(await ask<WordsAnswer>("GET", "/api/v1/sync/words"));
  if (said.forms_stamp !== undefined && said.forms_stamp !== held.stamp) {
    await keepForms(await ask<{ stamp: string; forms: FormAsked[] }>("GET", "/api/v1/sync/forms"));
  }
}

/** A house that was renewed may not read the cursor of the one before: then all of the day is asked for. */
async function askSince(held: string): Promise<SyncAnswer> {
  try {
    return await ask<SyncAnswer>("POST", "/api/v1/sync", { held });
  } catch (error) {
    if (!held || !(error instanceof Refused) || error.problem.code !== "cursor_wrong") throw error;
    return ask<SyncAnswer>("POST", "/api/v1/sync", { held: "" });
  }
}

async function sendWaiting(): Promise<void> {
  await recallWaiting();
  const ready = phone.waiting.filter((one) => one.refused === null);
  if (ready.some((one) => !one.tried)) await knock();
  for (let from = 0; from < ready.length && isOpen(); from += MOST) {
    const batch = ready.slice(from, from + MOST);
    await markTried(batch);
    const records = batch.map((one) => one.record);
    const said = await ask<{ results: Taken[] }>("POST", "/api/v1/sync/records", { sent_at: new Date().toISOString(), records });
    await settle(batch, said.results);
  }
}

/** What the answer does not name stays, and goes again. */
async function settle(batch: readonly Waiting[], results: Taken[]): Promise<void> {
  const sent = new Map(batch.map((one) => [one.record.id, one]));
  const named = results.filter((one) => sent.has(one.id));
  const done = named.filter((one) => one.status === "stored" || one.status === "known").map((one) => one.id);
  await dropWaiting(done);
  if (done.length) await countSent(done.length);
  for (const { id, code, title, advice } of named.filter((one) => one.status === "refused")) {
    await keepWaiting({ ...sent.get(id)!, tried: true, refused: { code, title, advice } });
  }
}

/** Do something with one waiting record while nothing is under way, if it is still there. */
async function withWaiting(id: string, act: (one: Waiting) => Promise<void>): Promise<void> {
  await navigator.locks.request(LOCK, async () => {
    await recallWaiting();
    const one = phone.waiting.find((waiting) => waiting.record.id === id);
    if (one) await act(one);
  });
}

/** Let a record that was refused go once more. */
export async function sendAgain(id: string): Promise<void> {
  await withWaiting(id, (one) => keepWaiting({ ...one, record: { ...one.record }, refused: null }));
  await talk();
}

/** Take a record back that never went, or discard one that was refused; what may have arrived stays until it is known. */
export async function takeBack(id: string): Promise<void> {
  await withWaiting(id, async (one) => { if (!one.tried || one.refused) await dropWaiting([id]); });
}

/** Do the same with answers to a form. */
async function withFilled(id: string, act: (one: Filled) => Promise<void>): Promise<void> {
  await navigator.locks.request(LOCK, async () => {
    await recallForms();
    const one = held.filled.find((waiting) => waiting.id === id);
    if (one) await act(one);
  });
}

/** Let answers, or the photo that was refused, go once more. */
export async function sendFilledAgain(id: string): Promise<void> {
  await withFilled(id, (one) => keepFilled({ ...one, refused: null }));
  await talk();
}

/** Take answers back that never went, or throw those away that were refused. */
export async function takeFilledBack(id: string): Promise<void> {
  await withFilled(id, async (one) => { if (!one.tried || one.refused) await dropFilled(id); });
}
