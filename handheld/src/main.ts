// Starts the app: the screen, the worker that keeps its files, and what makes it talk and lock by itself.

import { createApp } from "vue";
import App from "./App.vue";
import { talk } from "./net/talk";
import { forgetWhatIsOver, lock, phone, start } from "./store/phone";
import { applyLook } from "./look";
import { keepUpToDate } from "./newer";
import { isCallOpen } from "./told";
import "./styles.css";

const BEAT = 15_000;
const EACH_MINUTE = 60_000;
const WHILE_CALLING = 20_000;
const LOCK_AFTER = 5 * 60_000;
let touched = Date.now();
let talked = 0;

/** A clock that was set back counts as long gone, too. */
const isPast = (since: number, time: number): boolean => Math.abs(Date.now() - since) > time;

async function begin(): Promise<void> {
  try {
    await start();
  } catch {
    phone.screen = "broken";
  }
}

function beat(): void {
  if (phone.screen === "broken" || phone.screen === "gone") return;
  void forgetWhatIsOver();
  if (isPast(touched, LOCK_AFTER)) lock();
  else if (document.visibilityState === "visible" && isPast(talked, EACH_MINUTE)) {
    talked = Date.now();
    void talk();
  }
}

applyLook();
createApp(App).mount("#app");
void begin();
keepUpToDate();
void navigator.storage?.persist?.();

for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => { touched = Date.now(); }, { passive: true });
addEventListener("online", () => void talk());
addEventListener("offline", () => { if (phone.talk !== "busy") phone.talk = "offline"; });
// A code that is opened while the app is open only changes the address.
addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#enrol=")) return;
  lock();
  void begin();
});
// Of a phone that slept no timer tells the time: asked when it wakes.
document.addEventListener("visibilitychange", beat);
setInterval(beat, BEAT);
// Whoever called for help learns soon who comes, and what did not go yet is tried again.
setInterval(() => { if (phone.screen === "day" && isCallOpen.value) void talk(); }, WHILE_CALLING);
