// Owns how a question is called, for lists that show no form: read out of the form itself, without the engine.

import { look } from "../look";
import type { FormHeld } from "../store/types";
import { isPlace, pathOf } from "./nodes";

const TAGS = { "zh-Hans": "(zh)", "zh-Hant": "(zh-Hant)", en: "(en)" } as const;

/** Return the label of the question at a path, in the phone's language; the path's last word where there is none. */
export function labelOf(form: FormHeld | undefined, where: string): string {
  const path = pathOf(where);
  const name = path.split("/").at(-1) ?? path;
  if (!form) return name;
  const read = new DOMParser().parseFromString(form.xform, "text/xml");
  const bodies = [...read.querySelectorAll("[ref]")].filter((one) => one.querySelector(":scope > label"));
  const asked = bodies.find((one) => isPlace(one.getAttribute("ref") ?? "", path));
  const label = asked?.querySelector(":scope > label");
  const id = /itext\('([^']+)'\)/.exec(label?.getAttribute("ref") ?? "")?.[1];
  if (!id) return label?.textContent || name;
  const spoken = [...read.querySelectorAll("translation")];
  const mine = spoken.find((one) => one.getAttribute("lang")?.includes(TAGS[look.language])) ?? spoken[0];
  const text = [...(mine?.querySelectorAll("text") ?? [])].find((one) => one.getAttribute("id") === id);
  return text?.querySelector("value")?.textContent || name;
}
