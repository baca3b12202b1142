// Owns delivering filled-in forms: the answers first, each batch as large as the house takes, then their photos one by
// one. Answers leave the phone only when the house has said that they are stored, and each of their photos, too.

import { Refused, ask, deliver, knock } from "./house";
import { countSent } from "../store/phone";
import { dropFilled, dropPhoto, held, keepAllFilled, keepFilled, keepTold, markFilled, openPhoto, photoOf, recallForms } from "../store/forms";
import type { Filled, FilledTaken } from "../store/types";
import { isOpen } from "../store/vault";

const MOST = 20;
/** What the house takes at once, less what stands around the answers. */
const MOST_BYTES = 512 * 1024 - 1024;

interface Sending { id: string; form: string; at: string; xml: string }
const asSent = ({ id, form, at, xml }: Filled): Sending => ({ id, form, at, xml });
const size = (one: Filled): number => new TextEncoder().encode(JSON.stringify(asSent(one))).length + 1;

function batches(ready: readonly Filled[]): Filled[][] {
  const found: Filled[][] = [];
  let room = 0;
  for (const one of ready) {
    const needed = size(one);
    if (needed > room || found.at(-1)!.length === MOST) { found.push([]); room = MOST_BYTES; }
    found.at(-1)!.push(one);
    room -= needed;
  }
  return found;
}

/** Send the answers that wait, and the photos of those that have arrived. */
export async function sendFilled(): Promise<void> {
  await recallForms();
  const fresh = held.filled.filter((one) => !one.refused && !one.stored);
  if (fresh.some((one) => !one.tried)) await knock();
  for (const batch of batches(fresh)) {
    if (!isOpen()) return;
    await markFilled(batch);
    const said = await ask<{ results: FilledTaken[] }>("POST", "/api/v1/sync/submissions", {
      sent_at: new Date().toISOString(), submissions: batch.map(asSent),
    });
    await settle(batch, said.results);
  }
  for (const one of held.filled.filter((waiting) => waiting.stored && !waiting.refused)) await sendPhotos(one);
}

/** Write down what the house said of a batch, in one go: what its answer does not name stays, and goes again. */
async function settle(batch: readonly Filled[], results: readonly FilledTaken[]): Promise<void> {
  const staying: Filled[] = [];
  const leaving: string[] = [];
  let count = 0;
  for (const { id } of batch) {
    const one = held.filled.find((waiting) => waiting.id === id);
    const taken = results.find((result) => result.id === id);
    if (!one || !taken) continue;
    const { status, code, title, advice, fields, media } = taken;
    if (status === "refused") {
      staying.push({ ...one, refused: { code, title, advice, wrong: fields ?? [] } });
      continue;
    }
    await tellSteps(one, taken);
    const photos = one.photos.filter((name) => media.includes(name));
    if (photos.length) staying.push({ ...one, stored: true, photos });
    else leaving.push(id);
    count += 1;
  }
  await keepAllFilled(staying, leaving);
  if (count) await countSent(count);
}

async function tellSteps({ id, title, task, at }: Filled, { steps }: FilledTaken): Promise<void> {
  const left = (steps ?? []).filter((step) => step.status === "refused").map((step) => ({ title: step.title, advice: step.advice }));
  if (left.length) await keepTold({ id, title, task, at, steps: left });
}

async function sendPhotos(one: Filled): Promise<void> {
  let left = one;
  for (const [at, name] of one.photos.entries()) {
    if (!isOpen()) return;
    const refused = await sendPhoto(one.id, name);
    if (refused) {
      const { code, title, advice } = refused.problem;
      await keepFilled({ ...left, refused: { code, title, advice, wrong: [] } });
      return;
    }
    // With the last one the answers go, too, in one step.
    if (at < one.photos.length - 1) left = await dropPhoto(left, name);
  }
  await dropFilled(one.id);
}

/** Returns why a photo was refused; one that the house knows nothing of, or that is gone from the phone, is done with. */
async function sendPhoto(id: string, name: string): Promise<Refused | null> {
  const sealed = await photoOf(id, name);
  if (!sealed) return null;
  try {
    await deliver(`/api/v1/sync/media/${id}/${encodeURIComponent(name)}`, await openPhoto(sealed));
    return null;
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.status === 401) throw error;
    return error.problem.code === "media_unknown" ? null : error;
  }
}
