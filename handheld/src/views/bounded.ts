// Owns how much of a long list is on the screen: at the end of a shift without a network hundreds wait, and each talk with
// the house would draw all of them anew.

import { computed, ref, type ComputedRef } from "vue";

const STEP = 50;

export interface Bounded<T> { shown: ComputedRef<readonly T[]>; left: ComputedRef<number>; more: () => void }

/** Show the newest of a list that begins with the oldest, each in its place; what was refused is shown before all others. */
export function bounded<T extends { refused: unknown }>(all: () => readonly T[]): Bounded<T> {
  const most = ref(STEP);
  const shown = computed(() => {
    const list = all();
    if (list.length <= most.value) return list;
    const newest = [...list].reverse();
    const first = [...newest.filter((one) => one.refused), ...newest.filter((one) => !one.refused)];
    const chosen = new Set(first.slice(0, most.value));
    return list.filter((one) => chosen.has(one));
  });
  const left = computed(() => all().length - shown.value.length);
  return { shown, left, more: () => { most.value += STEP; } };
}
