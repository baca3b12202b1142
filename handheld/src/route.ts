// Owns which screen of the day is open: part of the address, so that the phone's own way back works.

import { ref } from "vue";

export type Route = { name: "check" | "receive" | "report" | "settings" } | { name: "household"; id: string };

function read(): Route {
  const [, name, id] = location.hash.split("/");
  if (name === "household" && id) return { name, id };
  return { name: name === "receive" || name === "report" || name === "settings" ? name : "check" };
}

export const route = ref<Route>(read());
addEventListener("hashchange", () => { route.value = read(); scrollTo(0, 0); });
export const go = (path: string): void => { location.hash = `#/${path}`; };
