// Owns the phone's keys. Everything about people is sealed with a data key; that one is wrapped by a key made of the PIN
// and of a key of this device which the browser does not give away: a copied database opens to nobody who guesses PINs.
// Refuses to keep the PIN, and to open after ten wrong ones.

import { change, read, write } from "./db";

/** OWASP's figure for PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet, 2023) is 600,000; an old phone takes a second. */
const ROUNDS = 600_000;
export const MOST_TRIES = 10;

export interface Sealed { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }
interface Lock { salt: Uint8Array<ArrayBuffer>; device: CryptoKey; wrapped: Sealed; sign: CryptoKey }

let dataKey: CryptoKey | null = null;
let signKey: CryptoKey | null = null;

export const isOpen = (): boolean => dataKey !== null;
export const shut = (): void => { dataKey = null; signKey = null; };
export const isEnrolled = async (): Promise<boolean> => (await read<Lock>("plain", "lock")) !== undefined;

async function pinKey(pin: string, salt: Uint8Array<ArrayBuffer>, device: CryptoKey): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const stretched = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, typed, 256);
  const bound = await crypto.subtle.sign("HMAC", device, stretched);
  return crypto.subtle.importKey("raw", bound, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function sealWith(key: CryptoKey, content: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, content) };
}

const asDataKey = (raw: BufferSource): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Make the key pair this phone proves itself with; the private half never leaves the browser. */
export async function newPair(): Promise<{ pair: CryptoKeyPair; spki: string }> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const der = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return { pair, spki: btoa(String.fromCharCode(...der)) };
}

/** Lock the phone with a PIN for the first time, and leave it open. */
export async function lockWith(pin: string, pair: CryptoKeyPair): Promise<void> {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const device = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const wrapped = await sealWith(await pinKey(pin, salt, device), raw);
  const lock: Lock = { salt, device, wrapped, sign: pair.privateKey };
  await change((shelf) => { shelf("plain").put(lock, "lock"); shelf("plain").put(0, "tries"); });
  dataKey = await asDataKey(raw);
  signKey = pair.privateKey;
  raw.fill(0);
}

/** Open the phone; says how many wrong PINs there were, 0 when it opened. One at a time, in whichever tab. */
export const open = (pin: string): Promise<number> => navigator.locks.request("unlock", () => tried(pin));

/** The count is written before the PIN is tried: killing the page gives no guess for nothing. */
async function tried(pin: string): Promise<number> {
  const lock = await read<Lock>("plain", "lock");
  if (!lock) throw new Error("not enrolled");
  const tries = ((await read<number>("plain", "tries")) ?? 0) + 1;
  await write("plain", "tries", tries);
  try {
    const key = await pinKey(pin, lock.salt, lock.device);
    const raw = await crypto.subtle.decrypt({ name: "AES-GCM", iv: lock.wrapped.iv }, key, lock.wrapped.data);
    dataKey = await asDataKey(raw);
    signKey = lock.sign;
  } catch {
    return tries;
  }
  await write("plain", "tries", 0);
  return 0;
}

export async function sealBytes(content: BufferSource): Promise<Sealed> {
  if (!dataKey) throw new Error("locked");
  return sealWith(dataKey, content);
}

export async function unsealBytes(sealed: Sealed): Promise<ArrayBuffer> {
  if (!dataKey) throw new Error("locked");
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, dataKey, sealed.data);
}

export const seal = async (thing: unknown): Promise<Sealed> => sealBytes(new TextEncoder().encode(JSON.stringify(thing)));

export async function unseal<T>(sealed: Sealed | undefined): Promise<T | undefined> {
  return sealed && (JSON.parse(new TextDecoder().decode(await unsealBytes(sealed))) as T);
}

/** Sign what a request says; r and s, base64url. */
export async function sign(said: string): Promise<string> {
  if (!signKey) throw new Error("locked");
  const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, signKey, new TextEncoder().encode(said));
  return btoa(String.fromCharCode(...new Uint8Array(raw))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
