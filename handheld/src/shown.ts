// Owns when something counts as received: its end was on the open screen, above the bar. Further down the list it was not.

import { onMounted, onUnmounted, type Ref } from "vue";

const BAR = "0px 0px -56px 0px";

/** Call `act` once, as soon as the end of what is shown is on the screen. */
export function onShown(end: Ref<HTMLElement | undefined>, act: () => void): void {
  let watcher: IntersectionObserver | null = null;
  onMounted(() => {
    if (!end.value) return;
    watcher = new IntersectionObserver((seen) => {
      if (!seen.some((part) => part.isIntersecting) || document.visibilityState !== "visible") return;
      watcher?.disconnect();
      act();
    }, { rootMargin: BAR, threshold: 0.9 });
    watcher.observe(end.value);
  });
  onUnmounted(() => watcher?.disconnect());
}
