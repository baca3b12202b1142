// Owns what a form learns of the day: the file of the households in hand, and the answers that are known beforehand.

import type { Household } from "../store/types";
import { pathOf, questions, type Question, type Root } from "./nodes";

const cell = (text: string | number): string => `"${String(text).replaceAll('"', '""')}"`;
export const doorOf = (task: Household): string =>
  task.address_text || [task.building || task.area.name, task.door].filter(Boolean).join(" ");

/** Return the households in hand as the file that forms choose from; one that is not in hand any more by its door alone. */
export function tasksFile(tasks: readonly Household[], task: string, door: string): string {
  const rows = tasks.map((one) => [one.id, doorOf(one), 1, one.priority, one.due_at, one.people.length]);
  if (task && !tasks.some((one) => one.id === task)) rows.push([task, door, 1, "", "", ""]);
  return ["name,label,__version,priority,due_at,people_count", ...rows.map((row) => row.map(cell).join(","))].join("\n") + "\n";
}

/** Return what an answer is for, if it is for something. */
export const useOf = (gives: Record<string, string>, node: Question): string => gives[pathOf(node.currentState.reference)] ?? "";

/** Answer what is known: which household this is, and who of it. */
export function answerKnown(root: Root, gives: Record<string, string>, known: { task: string; person: string }): void {
  for (const node of questions(root)) {
    const use = useOf(gives, node);
    const value = use === "task" || use === "person" ? known[use] : "";
    if (!value || node.currentState.readonly || node.currentState.instanceValue === value) continue;
    if (node.nodeType === "select") node.selectValue(value);
    else if (node.nodeType === "input") node.setValue(value);
  }
}
