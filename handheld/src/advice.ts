// Owns in which words the duty clock's advice is said.

import type { Word } from "./words";

export const ADVICE: Record<"break" | "rest" | "stop", Word> = { break: "adviceBreak", rest: "adviceRest", stop: "adviceStop" };
