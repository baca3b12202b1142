// Owns whether a household is late: by the house's clock, for a phone's may be wrong.

import { phone } from "./store/phone";
import { moment, say } from "./words";

export const isLate = (at: string): boolean => Date.parse(at) < Date.now() - phone.ahead;

/** Return until when a household is to be seen, or since when it is late. */
export const due = (at: string): string => say(isLate(at) ? "late" : "due", { at: moment(at) });
