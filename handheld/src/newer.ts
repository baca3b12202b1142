// Owns how a newer version of the app comes in: fetched beside the old one, begun when the phone is locked anyway, so
// that nobody loses what is half typed.

import { watch } from "vue";
import { phone } from "./store/phone";

const EACH_HOUR = 3_600_000;

export function keepUpToDate(): void {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const first = !workers.controller;
  let newer = false;
  workers.addEventListener("controllerchange", () => { newer = !first; });
  watch(() => phone.screen, (screen) => { if (newer && screen === "locked") location.reload(); });
  void workers.register("/handheld/sw.js", { scope: "/handheld/" }).then((one) => {
    setInterval(() => void one.update().catch(() => undefined), EACH_HOUR);
  });
}
