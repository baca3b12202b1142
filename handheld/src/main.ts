// Starts the app: the screen, the worker that keeps its files, and what makes it talk and lock by itself.

import { createApp } from "vue";
import App from "./App.vue";
import { talk } from "./net/talk";
import { forgetWhatIsOver, lock, start } from "./store/phone";
import { applyLook } from "./look";
import "./styles.css";

const EACH_MINUTE = 60_000;
const LOCK_AFTER = 5 * 60_000;
let touched = Date.now();

applyLook();
createApp(App).mount("#app");
void start();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/handheld/sw.js", { scope: "/handheld/" });
void navigator.storage?.persist?.();

for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => { touched = Date.now(); }, { passive: true });
addEventListener("online", () => void talk());
// Of a phone that slept no timer tells the time: asked when it wakes.
document.addEventListener("visibilitychange", () => { if (Date.now() - touched > LOCK_AFTER) lock(); });
setInterval(() => {
  void forgetWhatIsOver();
  if (Date.now() - touched > LOCK_AFTER) lock();
  else if (document.visibilityState === "visible") void talk();
}, EACH_MINUTE);
