// Owns reading a shelf of sealed things back. What lies there as it did is not unsealed once more: with a shift's answers
// waiting, hundreds of them are asked for at each step. What was unsealed is forgotten with the keys.

import { entries, type Shelf } from "./db";
import { isOpen, unseal, type Sealed } from "./vault";

interface Unsealed { iv: Uint8Array; one: unknown }
const known = new Map<Shelf, Map<string, Unsealed>>();

export const forgetUnsealed = (): void => known.clear();

/** Each sealing has a random number of its own: under the same one lies the same thing. */
const isSame = (one: Uint8Array, other: Uint8Array): boolean => one.every((byte, at) => byte === other[at]);

/** Return everything on a shelf, by its keys. What is returned is shared: who changes it writes it down, too. */
export async function recallShelf<T>(shelf: Shelf): Promise<T[]> {
  const before = known.get(shelf);
  const found = new Map<string, Unsealed>();
  for (const [key, sealed] of await entries<Sealed>(shelf)) {
    const had = before?.get(key);
    found.set(key, had && isSame(had.iv, sealed.iv) ? had : { iv: sealed.iv, one: await unseal<T>(sealed) });
  }
  // Locked meanwhile: nothing of it stays.
  if (isOpen()) known.set(shelf, found);
  return [...found.values()].map(({ one }) => one as T);
}
