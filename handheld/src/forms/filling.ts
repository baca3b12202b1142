// Owns one form that is being filled in: opened, kept as a draft after each change, checked, finished or thrown away.

import { computed, inject, reactive, ref, shallowRef, watch, type InjectionKey } from "vue";
import { look } from "../look";
import { dropDraft, finishDraft, keepDraft, photoOf, sealPhoto, type Fresh } from "../store/forms";
import { phone } from "../store/phone";
import type { Draft, FormHeld } from "../store/types";
import type { Sealed } from "../store/vault";
import { say } from "../words";
import { openForm, photoAt, standIn, type Placed } from "./engine";
import { isPlace, questions, type Language, type Question, type Root, type UploadNode } from "./nodes";
import { answerKnown, tasksFile, useOf } from "./tasks";

/** What the house takes of one form's answers. */
const MOST_XML = 64 * 1024;
/** How long after a change it is written down, in milliseconds. */
const SOON = 300;
const TAGS = { "zh-Hans": /\((zh|zh-hans|zh-cn)\)/i, "zh-Hant": /\((zh-hant|zh-tw|zh-hk)\)/i, en: /\(en\)/i } as const;

export const FILLING: InjectionKey<Filling> = Symbol("filling");
export const theFilling = (): Filling => inject(FILLING)!;

/** Return the form's own name of the phone's language, or of one that is near; none where it speaks neither. */
function spoken(languages: readonly Language[]): Language | undefined {
  const near = [TAGS[look.language], TAGS["zh-Hans"]];
  return near.map((tag) => languages.find((one) => tag.test(one.language))).find(Boolean);
}

const idIn = (xml: string): string => /uuid:([0-9a-f-]{36})/i.exec(xml)?.[1] ?? "";

export class Filling {
  readonly root = shallowRef<Root | null>(null);
  readonly failed = ref("");
  /** "Send" was pressed: from now on everything that is wrong is shown. */
  readonly checked = ref(false);
  /** The last change could not be written down. */
  readonly unkept = ref(false);
  /** Sent or thrown away in another tab. */
  readonly gone = ref(false);
  /** What was typed and is no answer, by node. */
  readonly mistyped = reactive(new Map<string, string>());
  /** What the house found wrong, by place; each until its answer changes. */
  private readonly heard = reactive(new Map<string, { problem: string; value: string }>());
  readonly asked = computed(() => this.all().filter((node) => !node.currentState.readonly && !this.known(node)));
  readonly answered = computed(() => this.asked.value.filter((node) => node.currentState.instanceValue !== ""));
  readonly wrong = computed(() => this.asked.value.filter((node) => this.problemOf(node)));

  /** The day is over, or the household is in hand no more; what corrects refused answers outlives its household. */
  readonly closed = computed(() => !phone.day || (!!this.draft.task && !this.draft.corrects && !phone.day.tasks[this.draft.task]));

  private readonly fresh: Fresh = new Map();
  /** As it was written down last. */
  private before = "";
  private over = false;
  /** One writing after the other. */
  private writing: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly form: FormHeld, readonly draft: Draft, private isNew: boolean) {}

  private all(): Question[] {
    return this.root.value ? questions(this.root.value) : [];
  }

  /** Open it, and watch it from then on; to be called while the screen is set up. */
  async open(): Promise<void> {
    watch(() => this.root.value?.instanceState.instanceXML, () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.keep(), SOON);
    });
    watch(() => look.language, () => { if (this.root.value) this.speak(this.root.value); });
    try {
      const tasks = tasksFile(Object.values(phone.day?.tasks ?? {}), this.draft.task, this.draft.door);
      const { root, placed } = await openForm(this.form.xform, tasks, this.isNew ? null : this.draft);
      this.speak(root);
      if (this.isNew) answerKnown(root, this.form.gives, this.draft);
      this.restore(root, placed);
      this.before = root.instanceState.instanceXML;
      if (this.isNew) this.draft.id = idIn(this.before);
      this.root.value = root;
    } catch (error) {
      this.failed.value = String(error);
    }
  }

  private speak(root: Root): void {
    const language = spoken(root.languages);
    if (language) root.setLanguage(language);
  }

  private restore(root: Root, placed: Placed): void {
    for (const node of questions(root)) {
      const { reference, instanceValue } = node.currentState;
      const name = node.nodeType === "upload" ? photoAt(placed, reference) : undefined;
      if (name) (node as UploadNode).setValue(standIn(name));
      const wrong = this.draft.wrong.find(({ where }) => isPlace(reference, where));
      if (wrong) this.heard.set(reference, { problem: wrong.problem, value: name ?? instanceValue });
    }
  }

  /** The household and the person are known beforehand: they stand there, and are not asked. */
  known(node: Question): "task" | "person" | "" {
    const use = useOf(this.form.gives, node);
    if (use !== "task" && use !== "person") return "";
    return this.draft[use] && this.draft[use] === node.currentState.instanceValue ? use : "";
  }

  /** Tell whether the house refused this answer as it stands. */
  isHeard(node: Question): boolean {
    return this.heard.get(node.currentState.reference)?.value === node.currentState.instanceValue;
  }

  problemOf(node: Question): string {
    const heard = this.heard.get(node.currentState.reference);
    if (heard && this.isHeard(node)) return heard.problem;
    const typed = this.mistyped.get(node.nodeId);
    if (typed) return typed;
    const violation = node.validationState.violation;
    if (!violation) return "";
    return violation.message?.asString || say(violation.condition === "required" ? "mustAnswer" : "answerWrong");
  }

  private snapshot(xml: string): Draft {
    const named = this.all().filter((node) => node.nodeType === "upload").map((node) => node.currentState.instanceValue);
    return { ...this.draft, xml, photos: named.filter(Boolean), at: new Date().toISOString() };
  }

  /** Write the answers down as they are now. What cannot be written is said, and stays on the screen. */
  keep(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const xml = this.root.value?.instanceState.instanceXML;
    if (this.over || this.closed.value || xml === undefined || xml === this.before) return;
    const taken = new Map(this.fresh);
    try {
      const isKept = await keepDraft(this.snapshot(xml), taken, this.isNew);
      this.isNew = false;
      this.before = xml;
      this.unkept.value = false;
      if (isKept) for (const name of taken.keys()) this.fresh.delete(name);
      else this.gone.value = true;
    } catch {
      this.unkept.value = phone.screen === "day";
    }
  }

  /** Take a photo in: sealed at once, on the disk with the draft that names it. */
  async addPhoto(node: UploadNode, photo: Uint8Array<ArrayBuffer>): Promise<void> {
    const name = `${crypto.randomUUID()}.jpg`;
    this.fresh.set(name, await sealPhoto(photo));
    node.setValue(standIn(name));
    await this.keep();
  }

  async photo(name: string): Promise<Sealed | undefined> {
    return this.fresh.get(name) ?? photoOf(this.draft.id, name);
  }

  /** Finish it; what could not be written down, or is too long, stays as it is. */
  async finish(): Promise<"done" | "notSaved" | "tooLong"> {
    const { data } = await this.root.value!.prepareInstancePayload();
    const xml = await (data[0]!.get("xml_submission_file") as File).text();
    if (new TextEncoder().encode(xml).length > MOST_XML) return "tooLong";
    this.over = true;
    await this.writing;
    try {
      await finishDraft(this.snapshot(xml), this.fresh);
      return "done";
    } catch {
      this.over = false;
      return "notSaved";
    }
  }

  async discard(): Promise<void> {
    this.over = true;
    await this.writing;
    if (!this.isNew) await dropDraft(this.draft.id);
  }

  /** The screen is left: what was changed last is written down. */
  async leave(): Promise<void> {
    clearTimeout(this.timer);
    await this.keep();
  }
}
