// Owns asking the house: each request signed by this phone, with the house's time and not the phone's. Refuses to decide
// what an answer means.

import { read, write } from "../store/db";
import { seal, sign, unseal, type Sealed } from "../store/vault";

const PATIENCE = 30_000;
/** A photo takes its time where the network is slow. */
const PHOTO_PATIENCE = 120_000;

export interface Problem { status: number; code: string; title: string; advice: string }
/** The house refused; `problem` says why, in its own words. */
export class Refused extends Error {
  constructor(readonly problem: Problem) { super(problem.code); }
}
/** Nobody was reached. */
export class NoNetwork extends Error {}
/** Somebody was reached, and it was not the house, or the house could not answer. */
export class NoAnswer extends Error {}

let token = "";
const underWay = new Set<AbortController>();

export async function keepToken(given: string): Promise<void> {
  token = given;
  await write("sealed", "token", await seal(given));
}
export async function recallToken(): Promise<void> {
  token = (await unseal<string>(await read<Sealed>("sealed", "token"))) ?? "";
}
/** What is under way ends with it: nobody waits for an answer that may not be read any more. */
export function forgetToken(): void {
  token = "";
  for (const one of underWay) one.abort();
}

/** Remember how far this phone's clock is from the house's, which said what time it is. */
export async function hear(at: string): Promise<void> {
  await write("plain", "ahead", Date.now() - Date.parse(at));
}
const ahead = async (): Promise<number> => (await read<number>("plain", "ahead")) ?? 0;

const hex = (raw: ArrayBuffer): string => [...new Uint8Array(raw)].map((one) => one.toString(16).padStart(2, "0")).join("");

async function proof(method: string, path: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  const moment = Math.floor((Date.now() - (await ahead())) / 1000).toString();
  const digest = hex(await crypto.subtle.digest("SHA-256", body));
  return `${moment}.${await sign([method, path, moment, digest].join("\n"))}`;
}

async function send(
  method: string, path: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>, patience = PATIENCE,
): Promise<Response> {
  const stop = new AbortController();
  underWay.add(stop);
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const got = await fetch(path, {
      method, headers, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: stop.signal,
      ...(method === "GET" ? {} : { body }),
    });
    // Read while somebody still looks at the clock: half an answer may be all that ever comes.
    return new Response(await got.arrayBuffer(), { status: got.status });
  } catch {
    throw new NoNetwork();
  } finally {
    clearTimeout(timer);
    underWay.delete(stop);
  }
}

async function answer<T>(got: Response): Promise<T> {
  // A gateway's page instead of an answer is no answer: what waits goes on waiting.
  const said: unknown = await got.json().catch(() => { throw new NoAnswer(); });
  if (got.ok) return said as T;
  const { code, title, advice } = said as Problem;
  if (got.status >= 500 || !code) throw new NoAnswer();
  throw new Refused({ status: got.status, code, title, advice });
}

const plain = (said: unknown): Uint8Array<ArrayBuffer> =>
  said === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(said));
const languages = (): Record<string, string> => ({ "Accept-Language": document.documentElement.lang || "zh-Hans" });

/** Ask as nobody in particular: to be enrolled. */
export async function askOpenly<T>(path: string, said: unknown): Promise<T> {
  return answer<T>(await send("POST", path, plain(said), { "Content-Type": "application/json", ...languages() }));
}

/**
 * Do something with the token there is. Locked before or meanwhile, or enrolled anew: then there is no answer, least of all
 * to the question whether this phone still counts, for that one would wipe it.
 */
async function withToken<T>(act: (mine: string) => Promise<T>): Promise<T> {
  const mine = token;
  if (!mine) throw new Error("locked");
  const said = await act(mine);
  if (token !== mine) throw new Error("locked");
  return said;
}

/** Ask as the enrolled phone. */
export const ask = <T>(method: "GET" | "POST", path: string, said?: unknown): Promise<T> =>
  withToken((mine) => signed<T>(mine, method, path, plain(said), "application/json", PATIENCE));

/** Deliver a photo as the enrolled phone. */
export const deliver = <T>(path: string, photo: Uint8Array<ArrayBuffer>): Promise<T> =>
  withToken((mine) => signed<T>(mine, "POST", path, photo, "image/jpeg", PHOTO_PATIENCE));

async function signed<T>(
  mine: string, method: "GET" | "POST", path: string, body: Uint8Array<ArrayBuffer>, kind: string, patience: number,
): Promise<T> {
  const headers = {
    ...languages(), "Content-Type": kind, Authorization: `Bearer ${mine}`,
    "Gridward-Proof": await proof(method, path, body),
  };
  return answer<T>(await send(method, path, body, headers, patience));
}

/** Ask whether this phone still counts; the answer says the time, too. */
export async function standing(): Promise<"live" | "ended" | "unknown"> {
  const said = await withToken(async (mine) => answer<{ standing: "live" | "ended" | "unknown"; at: string }>(
    await send("POST", "/api/v1/devices/standing", plain(undefined), { ...languages(), Authorization: `Bearer ${mine}` }),
  ));
  await hear(said.at);
  return said.standing;
}

/**
 * Hear that the house is there before anything goes for the first time. In a basement a browser believes that it is
 * online; without this, what never left the phone would count as perhaps arrived and could not be taken back.
 */
export async function knock(): Promise<void> {
  const now = await standing();
  if (now !== "live") throw new Refused({ status: 401, code: now, title: "", advice: "" });
}
