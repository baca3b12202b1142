// Owns asking the house: each request signed by this phone, with the house's time and not the phone's. Refuses to decide
// what an answer means.

import { read, write } from "../store/db";
import { seal, sign, unseal, type Sealed } from "../store/vault";

const PATIENCE = 30_000;

export interface Problem { status: number; code: string; title: string; advice: string }
/** The house refused; `problem` says why, in its own words. */
export class Refused extends Error {
  constructor(readonly problem: Problem) { super(problem.code); }
}
/** Nobody answered. */
export class NoNetwork extends Error {}

let token = "";

export async function keepToken(given: string): Promise<void> {
  token = given;
  await write("sealed", "token", await seal(given));
}
export async function recallToken(): Promise<void> {
  token = (await unseal<string>(await read<Sealed>("sealed", "token"))) ?? "";
}
export const forgetToken = (): void => { token = ""; };

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

async function send(method: string, path: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(path, {
      method, headers, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE), ...(method === "GET" ? {} : { body }),
    });
  } catch {
    throw new NoNetwork();
  }
}

async function answer<T>(got: Response): Promise<T> {
  // A gateway's page instead of an answer is no answer: what waits goes on waiting.
  const said: unknown = await got.json().catch(() => { throw new NoNetwork(); });
  if (got.ok) return said as T;
  const { code, title, advice } = said as Problem;
  if (got.status >= 500 || !code) throw new NoNetwork();
  throw new Refused({ status: got.status, code, title, advice });
}

const plain = (said: unknown): Uint8Array<ArrayBuffer> =>
  said === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(said));
const languages = (): Record<string, string> => ({ "Accept-Language": document.documentElement.lang || "zh-Hans" });

/** Ask as nobody in particular: to be enrolled. */
export async function askOpenly<T>(path: string, said: unknown): Promise<T> {
  return answer<T>(await send("POST", path, plain(said), { "Content-Type": "application/json", ...languages() }));
}

/** Ask as the enrolled phone. */
export async function ask<T>(method: "GET" | "POST", path: string, said?: unknown): Promise<T> {
  const body = plain(said);
  const headers = {
    ...languages(), "Content-Type": "application/json", Authorization: `Bearer ${token}`,
    "Gridward-Proof": await proof(method, path, body),
  };
  return answer<T>(await send(method, path, body, headers));
}

/** Ask whether this phone still counts; the answer says the time, too. */
export async function standing(): Promise<"live" | "ended" | "unknown"> {
  const headers = { ...languages(), Authorization: `Bearer ${token}` };
  const said = await answer<{ standing: "live" | "ended" | "unknown"; at: string }>(
    await send("POST", "/api/v1/devices/standing", plain(undefined), headers),
  );
  await hear(said.at);
  return said.standing;
}
