// What the house says and what the phone keeps, as in docs/architecture/field.md.

export interface Place { code: string; name: string }
export interface Person {
  number: number; person_id: string; name: string; phone: string; channels: string[];
  next_pass: string; outcome: string; asks: string[];
}
export interface Known { person_id: string; name: string; outcome: string; at: string }
export interface Household {
  id: string; area: Place; address_text: string; building: string; door: string; priority: string; due_at: string;
  visits_not_home: number; asked_today: number; asked_most: number; people: Person[]; known: Known[];
}
export interface Offer {
  id: string; task_id: string; kind: string; origin: string; target: string; due_at: string; people_count: number;
}
export interface Walk { metres: number; minutes: number; shorter_percent: number }
export interface SyncAnswer {
  at: string; keep_until: string; cursor: string; words_stamp: string;
  worker: { handle: string; areas: Place[] };
  order: string[] | null; walk: Walk | null;
  tasks: Household[]; offers: Offer[];
}
/** The day as the phone holds it, sealed as one. */
export interface Day {
  cursor: string; heard: string; worker: SyncAnswer["worker"]; order: string[]; walk: Walk;
  tasks: Record<string, Household>; offers: Offer[];
}
export type Pair = [code: string, words: string];
export type Lists = Record<
  "visit_results" | "outcomes" | "found_by" | "phone_results" | "phone_skips" | "said" | "phone_outcomes" | "excesses" | "asks",
  Pair[]
>;
export interface WordsAnswer { stamp: string; languages: Record<string, Lists> }

interface Made { id: string; task: string; at: string; reason: string; excess: string; result: string }
export interface VisitMade extends Made {
  kind: "visit"; outcomes: Record<string, string>; found_by: string; phones: string[];
}
export interface CallMade extends Made { kind: "phone"; person: string; outcome: string; said: string }
export type RecordMade = VisitMade | CallMade;
/**
 * A record that waits: what was recorded, at which door, and why it was refused, if it was. `turn` is the order in which
 * they were made, for the phone's clock may jump; `tried`: it was sent and may have arrived, so it cannot be taken back.
 */
export interface Waiting {
  record: RecordMade; door: string; turn: number; tried: boolean;
  refused: { code: string; title: string; advice: string } | null;
}
export interface Taken {
  id: string; status: "stored" | "known" | "refused"; task_state: string; code: string; title: string; advice: string;
}
