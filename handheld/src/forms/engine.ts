// Owns opening a form with the engine, which is fetched from the phone only then: the day is there without it.

import { shallowReactive } from "vue";
import type { Root } from "./nodes";

/** A photo's place in answers that were written down, and its name. */
export type Placed = Map<string, string>;
const IMAGE = "image/jpeg";
/** The engine writes down and restores the name of a photo; the picture itself lies sealed elsewhere. */
const standIn = (name: string): File => new File([], name, { type: IMAGE });

/** Every step numbered, as the engine and a document otherwise number only what repeats. */
const numbered = (reference: string): string => reference.replace(/\/([^/[]+)(\[\d+\])?/g, (_all, name: string, at?: string) => `/${name}${at ?? "[1]"}`);

function placeOf(element: Element): string {
  const before = [...(element.parentElement?.children ?? [])].filter((one) => one.nodeName === element.nodeName);
  const own = `/${element.nodeName}[${before.indexOf(element) + 1 || 1}]`;
  return element.parentElement ? placeOf(element.parentElement) + own : own;
}

/** Take the photos' names out of answers: the engine forgets no name of a photo that it restored by itself. */
function withoutPhotos(xml: string, photos: readonly string[]): { xml: string; placed: Placed } {
  const read = new DOMParser().parseFromString(xml, "text/xml");
  const placed: Placed = new Map();
  for (const one of read.querySelectorAll("*")) {
    const text = one.childElementCount ? "" : (one.textContent ?? "");
    if (!photos.includes(text)) continue;
    placed.set(placeOf(one), text);
    one.textContent = "";
  }
  return { xml: placed.size ? new XMLSerializer().serializeToString(read) : xml, placed };
}

/** Return where a photo stood, by the engine's own name of the place. */
export const photoAt = (placed: Placed, reference: string): string | undefined => placed.get(numbered(reference));
export { standIn };

export interface Opened { root: Root; placed: Placed }
export interface Before { xml: string; photos: readonly string[] }

/** Open a form anew, or with the answers that were given before. `tasks` is the file of the day's households. */
export async function openForm(xform: string, tasks: string, before: Before | null): Promise<Opened> {
  const { loadForm } = await import("@getodk/xforms-engine");
  const loaded = await loadForm(xform, {
    fetchFormAttachment: async (url) => url.href.endsWith("/tasks.csv")
      ? new Response(tasks, { headers: { "Content-Type": "text/csv" } })
      : new Response("", { status: 404 }),
    missingResourceBehavior: "BLANK",
  });
  if (loaded.status === "failure") throw loaded.error;
  const config = {
    // Not deep: nodes hold nodes, and only what the engine itself writes anew has to be seen.
    stateFactory: shallowReactive as <T extends object>(state: T) => T,
    instanceAttachments: { fileNameFactory: ({ basename, extension }: { basename: string; extension: string | null }) => basename + (extension ?? "") },
  };
  if (!before) return { root: loaded.createInstance(config).root as unknown as Root, placed: new Map() };
  const { xml, placed } = withoutPhotos(before.xml, before.photos);
  const answers = new FormData();
  answers.set("xml_submission_file", new File([xml], "xml_submission_file", { type: "text/xml" }));
  const made = await loaded.restoreInstance({ data: [answers as never] }, config);
  return { root: made.root as unknown as Root, placed };
}
