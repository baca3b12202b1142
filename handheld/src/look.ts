// Owns language, size of print and contrast: chosen once, kept on the phone, nothing about anybody.

import { reactive } from "vue";

export type Language = "zh-Hans" | "zh-Hant" | "en";
export const LANGUAGES: [Language, string][] = [["zh-Hans", "简体中文"], ["zh-Hant", "繁體中文"], ["en", "English"]];
export const SIZES = ["normal", "large", "huge"] as const;

function guessed(): Language {
  const said = navigator.language.toLowerCase();
  if (/^zh-(tw|hk|mo|hant)/.test(said)) return "zh-Hant";
  return said.startsWith("zh") ? "zh-Hans" : "en";
}

export const look = reactive({
  language: (localStorage.getItem("language") as Language | null) ?? guessed(),
  size: (localStorage.getItem("size") as (typeof SIZES)[number] | null) ?? "normal",
  contrast: localStorage.getItem("contrast") === "high",
});

/** Put the choice on the page and keep it. */
export function applyLook(): void {
  const root = document.documentElement;
  root.lang = look.language;
  root.dataset["size"] = look.size;
  root.dataset["contrast"] = look.contrast ? "high" : "normal";
  localStorage.setItem("language", look.language);
  localStorage.setItem("size", look.size);
  localStorage.setItem("contrast", look.contrast ? "high" : "normal");
}
