// Owns knowing a door plate again: the code on it, scanned or typed, and the household of today behind it. Of doors that are
// not in hand today the phone knows nothing, and nobody is asked.

import { phone } from "./store/phone";
import type { Household } from "./store/types";

const LENGTH = 12;
const MARK_BYTES = 8;

/** The code in what a plate says or what somebody typed from it; '' where there is none. */
export function codeIn(said: string): string {
  const typed = (said.split("#/door/").at(-1) ?? "").toUpperCase().replace(/[\s-]/g, "");
  // Signs that are taken for one another stand on no plate.
  const code = typed.replace(/O/g, "0").replace(/[IL]/g, "1");
  return code.length === LENGTH && /^[0-9A-Z]+$/.test(code) ? code : "";
}

/** What the house says of a plate beside its household. */
async function markOf(code: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code));
  return [...new Uint8Array(hash).slice(0, MARK_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The households of today behind the door with this plate; several may live there. */
export async function householdsAt(code: string): Promise<Household[]> {
  const day = phone.day;
  if (!day || !code) return [];
  const mark = await markOf(code);
  return day.order.flatMap((id) => day.tasks[id] ?? []).filter((one) => one.plate === mark);
}

interface Detector { detect(image: ImageBitmap): Promise<{ rawValue: string }[]> }
type MakesDetector = new (wanted: { formats: string[] }) => Detector;
const detector = (): MakesDetector | undefined => (globalThis as { BarcodeDetector?: MakesDetector }).BarcodeDetector;

/** Not every browser reads codes by itself; there the camera of the phone opens the plate, or its number is typed. */
export const canScan = (): boolean => detector() !== undefined;

/** The code of the plate on a photo, which is looked at and kept nowhere; '' where none can be read. */
export async function scan(photo: Blob): Promise<string> {
  const Found = detector();
  if (!Found) return "";
  const image = await createImageBitmap(photo);
  try {
    const found = await new Found({ formats: ["qr_code"] }).detect(image);
    return found.map((one) => codeIn(one.rawValue)).find(Boolean) ?? "";
  } finally {
    image.close();
  }
}
