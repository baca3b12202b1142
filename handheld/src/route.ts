// Owns which screen of the day is open: part of the address, so that the phone's own way back works.

import { ref } from "vue";

export type Route =
  | { name: "check" | "receive" | "report" | "settings" }
  | { name: "household" | "draft" | "door"; id: string }
  | { name: "form"; id: string; task: string; person: string };

function read(): Route {
  const [, name, id, task = "", person = ""] = location.hash.split("/");
  if ((name === "household" || name === "draft" || name === "door") && id) return { name, id };
  if (name === "form" && id) return { name, id, task, person };
  return { name: name === "receive" || name === "report" || name === "settings" ? name : "check" };
}

export const route = ref<Route>(read());
addEventListener("hashchange", () => { route.value = read(); scrollTo(0, 0); });
export const go = (path: string): void => { location.hash = `#/${path}`; };
