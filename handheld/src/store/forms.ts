// Owns the forms on the phone, the answers that are being given and those that wait. A draft lives as long as its day, or
// as long as its household is in hand; finished answers stay until the house has them, whatever happens to the household.

import { reactive } from "vue";
import { change, read, write, type Shelf } from "./db";
import { recallShelf } from "./recall";
import type { Draft, Filled, FormAsked, FormHeld, Told } from "./types";
import { isOpen, seal, sealBytes, unseal, unsealBytes, type Sealed } from "./vault";
import { tell } from "./tabs";

export const held = reactive({
  stamp: "", forms: [] as FormHeld[], drafts: [] as Draft[], filled: [] as Filled[], told: [] as Told[],
});
type Shelves = (name: Shelf) => IDBObjectStore;
/** A photo that was just taken, sealed; it goes to the disk with the draft that names it. */
export type Fresh = Map<string, Sealed>;

const photoKey = (id: string, name: string): string => `${id}/${name}`;
/** All photos of one id: "0" follows "/". */
const photosOf = (id: string): IDBKeyRange => IDBKeyRange.bound(`${id}/`, `${id}0`, false, true);

export function emptyForms(): void {
  Object.assign(held, { stamp: "", forms: [], drafts: [], filled: [], told: [] });
}

export async function recallForms(): Promise<void> {
  const kept = await read<{ stamp: string; forms: FormHeld[] }>("plain", "forms");
  const drafts = (await recallShelf<Draft>("drafts")).sort((one, other) => one.at.localeCompare(other.at));
  const filled = (await recallShelf<Filled>("filled")).sort((one, other) => one.turn - other.turn);
  const told = (await unseal<Told[]>(await read<Sealed>("sealed", "told"))) ?? [];
  if (isOpen()) Object.assign(held, { stamp: kept?.stamp ?? "", forms: kept?.forms ?? [], drafts, filled, told });
}

/** Take in the forms that are asked now; what was begun with another one can still be finished. */
export async function keepForms(said: { stamp: string; forms: FormAsked[] }): Promise<void> {
  if (!isOpen()) return;
  const begun = new Set([...held.drafts, ...held.filled].map((one) => one.form));
  const listed = new Set(said.forms.map((one) => one.id));
  const forms: FormHeld[] = [
    ...said.forms.map((one) => ({ ...one, listed: true })),
    ...held.forms.filter((one) => begun.has(one.id) && !listed.has(one.id)).map((one) => ({ ...one, gives: { ...one.gives }, listed: false })),
  ];
  await write("plain", "forms", { stamp: said.stamp, forms });
  Object.assign(held, { stamp: said.stamp, forms });
  tell("changed");
}

/** Take drafts off, their photos with them. */
export function dropDrafts(shelf: Shelves, ids: readonly string[]): void {
  for (const id of ids) {
    shelf("drafts").delete(id);
    shelf("photos").delete(photosOf(id));
  }
}

/** Nothing about a household that is in hand no more is readable; what corrects refused answers goes on. */
export const closedDrafts = (order: readonly string[]): string[] =>
  held.drafts.filter((one) => one.task && !one.corrects && !order.includes(one.task)).map((one) => one.id);

/** The day's time is over: what is gone from the disk goes from the screen. */
export function forgetDay(): void {
  Object.assign(held, { drafts: [], told: [] });
}

/** The drafts are gone from the disk already. */
export function forgetDrafts(ids: readonly string[]): void {
  held.drafts = held.drafts.filter((one) => !ids.includes(one.id));
}

/** Write a draft down with the photos taken since; false if it was sent or thrown away meanwhile, in another tab. */
export async function keepDraft(draft: Draft, fresh: Fresh, isNew: boolean): Promise<boolean> {
  const sealed = await seal(draft);
  let kept = false;
  await change((shelf) => {
    const put = (): void => {
      kept = true;
      shelf("drafts").put(sealed, draft.id);
      for (const [name, photo] of fresh) shelf("photos").put(photo, photoKey(draft.id, name));
    };
    if (isNew) { put(); return; }
    const asked = shelf("drafts").getKey(draft.id);
    asked.onsuccess = () => { if (asked.result !== undefined) put(); };
  });
  if (!kept || !isOpen()) return kept;
  held.drafts = [...held.drafts.filter((one) => one.id !== draft.id), draft];
  tell("changed");
  return true;
}

export async function dropDraft(id: string): Promise<void> {
  await change((shelf) => dropDrafts(shelf, [id]));
  forgetDrafts([id]);
  tell("changed");
}

/** A draft becomes what waits to be sent, in one step; what it corrects goes with the same step. */
export async function finishDraft(draft: Draft, fresh: Fresh): Promise<void> {
  await navigator.locks.request("outbox", async () => {
    await recallForms();
    // Sent already, from another tab: a second press is the same answers.
    if (held.filled.some((one) => one.id === draft.id)) return;
    const { corrects, wrong: _wrong, ...answers } = draft;
    const filled: Filled = { ...answers, turn: (held.filled.at(-1)?.turn ?? 0) + 1, tried: false, stored: false, refused: null };
    const sealed = await seal(filled);
    await change((shelf) => {
      shelf("drafts").delete(draft.id);
      shelf("filled").put(sealed, filled.id);
      for (const [name, photo] of fresh) shelf("photos").put(photo, photoKey(draft.id, name));
      if (corrects) { shelf("filled").delete(corrects); shelf("photos").delete(photosOf(corrects)); }
    });
    forgetDrafts([draft.id]);
    held.filled = [...held.filled.filter((one) => one.id !== corrects), filled];
    tell("changed");
  });
}

export const sealPhoto = (photo: Uint8Array<ArrayBuffer>): Promise<Sealed> => sealBytes(photo);
export const openPhoto = async (sealed: Sealed): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await unsealBytes(sealed));
export const photoOf = (id: string, name: string): Promise<Sealed | undefined> => read<Sealed>("photos", photoKey(id, name));

/** Write down that these are sent, before they are. */
export async function markFilled(batch: readonly Filled[]): Promise<void> {
  const fresh = batch.filter((waiting) => !waiting.tried);
  if (fresh.length) await keepAllFilled(fresh.map((one) => ({ ...one, tried: true })));
}

export const keepFilled = (one: Filled): Promise<void> => keepAllFilled([one]);

/** Write down at once what became of several: those that stay, as they are now, and those that leave. */
export async function keepAllFilled(staying: readonly Filled[], leaving: readonly string[] = []): Promise<void> {
  const sealed = await Promise.all(staying.map((one) => seal(one)));
  await change((shelf) => {
    staying.forEach((one, at) => shelf("filled").put(sealed[at], one.id));
    for (const id of leaving) { shelf("filled").delete(id); shelf("photos").delete(photosOf(id)); }
  });
  const now = new Map(staying.map((one) => [one.id, one]));
  held.filled = held.filled.filter((one) => !leaving.includes(one.id)).map((one) => now.get(one.id) ?? one);
  tell("changed");
}

export async function dropFilled(id: string): Promise<void> {
  await change((shelf) => { shelf("filled").delete(id); shelf("photos").delete(photosOf(id)); });
  held.filled = held.filled.filter((one) => one.id !== id);
  tell("changed");
}

/** A photo is with the house, or nobody asks for it. */
export async function dropPhoto(one: Filled, name: string): Promise<Filled> {
  const rest = { ...one, photos: one.photos.filter((other) => other !== name) };
  const sealed = await seal(rest);
  await change((shelf) => { shelf("filled").put(sealed, one.id); shelf("photos").delete(photoKey(one.id, name)); });
  held.filled = held.filled.map((other) => (other.id === one.id ? rest : other));
  return rest;
}

/** Remember until the day is over what arrived without all that should follow from it. */
export async function keepTold(one: Told): Promise<void> {
  const told = [...held.told.filter((other) => other.id !== one.id), one];
  const sealed = await seal(told);
  await change((shelf) => shelf("sealed").put(sealed, "told"));
  held.told = told;
}

/** Begin the correction of refused answers: a draft under a new id, with copies of the photos. */
export async function beginCorrection(one: Filled): Promise<Draft> {
  const begun = held.drafts.find((draft) => draft.corrects === one.id);
  if (begun) return begun;
  const id = crypto.randomUUID();
  const copies: Fresh = new Map();
  for (const name of one.photos) {
    const photo = await photoOf(one.id, name);
    if (photo) copies.set(name, photo);
  }
  const { form, title, task, door, person, photos } = one;
  const draft: Draft = {
    id, form, title, task, door, person, photos: [...photos], at: new Date().toISOString(), xml: one.xml.replaceAll(one.id, id),
    corrects: one.id, wrong: one.refused?.wrong.map((wrong) => ({ ...wrong })) ?? [],
  };
  await keepDraft(draft, copies, true);
  return draft;
}
