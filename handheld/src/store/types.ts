// What the house says and what the phone keeps, as in docs/architecture/field.md.

export interface Place { code: string; name: string }
export interface Person {
  number: number; person_id: string; name: string; phone: string; channels: string[];
  next_pass: string; outcome: string; asks: string[];
}
export interface Known { person_id: string; name: string; outcome: string; at: string }
export interface Lies { place: string; state: "open" | "extended" | "returned"; kind: string; words: string; at: string }
export interface Household {
  id: string; area: Place; address_text: string; building: string; door: string; priority: string; due_at: string;
  /** By this the code of the door's plate is known again; an older house says none. */
  plate?: string;
  /** Where it lies above the grid and why, or what was said there last. */
  lies?: Lies | null;
  visits_not_home: number; asked_today: number; asked_most: number; people: Person[]; known: Known[];
}
export interface Offer {
  id: string; task_id: string; kind: string; origin: string; target: string; due_at: string; people_count: number;
}
/** What a centre told its workers, or this one. */
export interface Instruction {
  id: string; at: string; until: string; urgent: boolean; text: string; from: string;
  received_at: string | null; done_at: string | null;
}
/** A department that a whistle calls: until when it answers, what it said, and when this worker received that. */
export interface Called {
  id: string; agency: string; is_lead: boolean; state: "waiting" | "coming" | "answered" | "not_ours";
  reply_by: string; words: string; answered_at: string | null; received_at: string | null;
}
/** A whistle about a household in hand, or one of the worker's street about none. */
export interface Whistle {
  id: string; task_id: string | null; from: string; question: string; words: string; priority: string; at: string;
  closed_at: string | null; closing: string; calls: Called[];
}
export interface HelpCall { id: string; at: string; taken_by: string; closed_at: string | null }
export interface Duty { since: string | null; hours: number; advice: "" | "break" | "rest" | "stop" }
/** What is advised from a moment on, if the duty goes on. */
export interface Advised { at: string; advice: Duty["advice"] }
/** What the house says beside the day; one of an older version says nothing of what it will advise. */
export interface Beside {
  instructions: Instruction[]; whistles?: Whistle[]; help: HelpCall | null; duty: Duty; advised?: Advised[];
  own_hours: { day: string; hours: number }[];
}
export interface Walk { metres: number; minutes: number; shorter_percent: number }
/** An older house says nothing beside the day. */
export interface SyncAnswer extends Partial<Beside> {
  at: string; keep_until: string; cursor: string; words_stamp: string; forms_stamp?: string;
  worker: { handle: string; areas: Place[] };
  order: string[] | null; walk: Walk | null;
  tasks: Household[]; offers: Offer[];
}
/** The day as the phone holds it, sealed as one; `beside` is null of an older house, and not there from an older app. */
export interface Day {
  cursor: string; heard: string; worker: SyncAnswer["worker"]; order: string[]; walk: Walk;
  tasks: Record<string, Household>; offers: Offer[]; beside?: Beside | null;
}
export type Pair = [code: string, words: string];
export type Lists = Record<
  "visit_results" | "outcomes" | "found_by" | "phone_results" | "phone_skips" | "said" | "phone_outcomes" | "excesses" | "asks" | "whistle_questions" | "whistle_states" | "raise_kinds" | "raise_reasons",
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

/** A form as the house asks it: `gives` says by path what an answer is for; about a household, or about the work. */
export interface FormAsked {
  id: string; code: string; version: string; title: string; about: "household" | "work";
  gives: Record<string, string>; xform: string;
}
/** A form as the phone holds it; one that is not `listed` any more is there for answers that were begun with it. */
export interface FormHeld extends FormAsked { listed: boolean }
/** What the house finds wrong with one answer: the question's path, and why. */
export interface Wrong { where: string; problem: string }
interface Answers {
  /** The id in the answers themselves; a draft and what becomes of it bear the same. */
  id: string; form: string; title: string; task: string; door: string; person: string;
  at: string; xml: string; photos: string[];
}
/** Answers that are being given. `corrects` is what was refused and is replaced by them, `wrong` why. */
export interface Draft extends Answers { corrects: string; wrong: Wrong[] }
/** Answers that wait: `stored` as soon as only photos are missing; `turn` and `tried` as for records. */
export interface Filled extends Answers {
  turn: number; tried: boolean; stored: boolean;
  refused: { code: string; title: string; advice: string; wrong: Wrong[] } | null;
}
export interface FilledTaken {
  id: string; status: "stored" | "known" | "refused"; code: string; title: string; advice: string;
  fields: Wrong[]; media: string[];
  steps: { step: string; status: "done" | "known" | "refused" | "nothing"; title: string; advice: string }[];
}
/** What arrived, but not all that should follow from it did. The household stands here by its id alone. */
export interface Told { id: string; title: string; task: string; at: string; steps: { title: string; advice: string }[] }

/** What the worker tells the centre beside the records: `kind` is where it goes, `body` what is said; `turn` as for records. */
export interface Act {
  id: string; kind: "receipts" | "help" | "duty" | "raise"; at: string;
  body: { kind: string; id?: string; task?: string; words?: string }; turn: number;
  refused: { code: string; title: string; advice: string } | null;
}
/** What became of a receipt; its id is the instruction's, or the called department's. */
export interface ActTaken { id: string; status: "stored" | "known" | "refused"; code: string; title: string; advice: string }
