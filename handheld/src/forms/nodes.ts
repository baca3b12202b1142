// What the screens need to know of the engine's nodes, and the questions found among them. The engine is asked through
// these few names only, so that another version of it is met in one place.

export interface Text { readonly asString: string }
export interface Option { readonly label: Text; readonly value: string }
interface State {
  readonly reference: string; readonly readonly: boolean; readonly relevant: boolean; readonly required: boolean;
  readonly label: Text | null; readonly hint: Text | null;
}
interface Violation { readonly condition: "constraint" | "required"; readonly message: Text | null }
interface Base {
  readonly nodeId: string;
  readonly appearances: Iterable<string> | null;
  readonly parent: unknown;
}
interface Leaf extends Base {
  readonly currentState: State & { readonly instanceValue: string };
  readonly validationState: { readonly violation: Violation | null };
}
interface Listed extends Leaf {
  readonly currentState: State & { readonly instanceValue: string; readonly value: readonly string[]; readonly valueOptions: readonly Option[] };
}
export interface InputNode extends Leaf {
  readonly nodeType: "input"; readonly valueType: string; readonly nodeOptions: { readonly rows?: number | null } | null;
  setValue(value: string): unknown;
}
export interface RangeNode extends Leaf {
  readonly nodeType: "range"; readonly valueType: string;
  readonly definition: { readonly bounds: Record<"start" | "end" | "step", number | bigint> };
  setValue(value: string): unknown;
}
export interface SelectNode extends Listed {
  readonly nodeType: "select"; readonly selectType: "select" | "select1";
  selectValue(value: string | null): unknown; selectValues(values: readonly string[]): unknown;
}
export interface RankNode extends Listed { readonly nodeType: "rank"; setValues(values: readonly string[]): unknown }
export interface TriggerNode extends Leaf { readonly nodeType: "trigger"; setValue(value: boolean): unknown }
export interface UploadNode extends Leaf {
  readonly nodeType: "upload"; readonly maxPixels: number | null;
  setValue(value: File | null): unknown;
}
export interface NoteNode extends Leaf { readonly nodeType: "note" }
interface ModelNode extends Leaf { readonly nodeType: "model-value" }
export type Question = InputNode | RangeNode | SelectNode | RankNode | TriggerNode | UploadNode;

interface Parent<Child> extends Base { readonly currentState: State & { readonly children: readonly Child[] } }
export interface GroupNode extends Parent<FormNode> { readonly nodeType: "group" }
export interface RepeatItem extends Parent<FormNode> { readonly nodeType: "repeat-instance" }
export interface RepeatNode extends Parent<RepeatItem> {
  readonly nodeType: "repeat-range:controlled" | "repeat-range:uncontrolled";
  addInstances?(): unknown; removeInstances?(at: number): unknown;
}
export type FormNode = Question | NoteNode | ModelNode | GroupNode | RepeatNode;
export interface Language { readonly language: string }
export interface Root extends Parent<FormNode> {
  readonly nodeType: "root"; readonly languages: readonly Language[];
  readonly instanceState: { readonly instanceXML: string };
  setLanguage(language: Language): unknown;
  prepareInstancePayload(): Promise<{ readonly data: readonly FormData[] }>;
}

const ASKED = ["input", "range", "select", "rank", "trigger", "upload"];
/** The head of a table shows what the lines below it choose from: here each line shows its own, and nobody answers the head. */
export const isHead = (node: FormNode): boolean => node.nodeType === "select" && [...(node.appearances ?? [])].includes("label");
export const isAsked = (node: FormNode): node is Question => ASKED.includes(node.nodeType) && !isHead(node);

/** Return what a question is called: some have a hint and nothing else. */
export const titleOf = ({ currentState: { label, hint } }: { currentState: { label: Text | null; hint: Text | null } }): string =>
  label?.asString || hint?.asString || "";

/** Yield every leaf that counts now, in the order of the form. */
function* leaves(parent: { currentState: { children: readonly (FormNode | RepeatItem)[] } }): Generator<Question | NoteNode | ModelNode> {
  for (const node of parent.currentState.children) {
    if (!node.currentState.relevant) continue;
    if ("children" in node.currentState && node.currentState.children) yield* leaves(node as GroupNode);
    else yield node as Question;
  }
}

/** Return what somebody answers now, in the order of the form. */
export const questions = (root: Root): Question[] => [...leaves(root)].filter((node) => isAsked(node)) as Question[];

/** Tell whether nothing in a group is shown now. */
export const isEmpty = (group: GroupNode): boolean => ![...leaves(group)].some((node) => node.nodeType !== "model-value");

/** Return a path without the numbers of repeats, as the form's own columns name it. */
export const pathOf = (reference: string): string => reference.replace(/\[\d+\]/g, "");

/** A path as the house's forms name their questions: from below the root on. */
const below = (path: string): string => (path.startsWith("/") ? path.split("/").slice(2).join("/") : path);

/** Tell whether a place named by the house is this one; without numbers it is meant in every entry. */
export const isPlace = (reference: string, where: string): boolean =>
  below(where.includes("[") ? reference : pathOf(reference)) === below(where);
