// Builds the handheld: one app, and the worker that keeps it on the phone. The worker learns the names of all files here.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Write into sw.js which files the app is made of, and a stamp that changes with any of them. */
const listing = {
  name: "handheld-listing",
  generateBundle(_options, bundle) {
    const built = Object.keys(bundle).filter((name) => name !== "sw.js");
    const files = ["", ...built.filter((name) => name !== "index.html"), ...readdirSync(here("public"))].sort();
    const whole = createHash("sha256");
    for (const one of Object.values(bundle)) whole.update(one.type === "chunk" ? one.code : one.source);
    const said = JSON.stringify({ stamp: whole.digest("hex").slice(0, 12), files });
    const worker = bundle["sw.js"];
    worker.code = worker.code.replace("__LISTING__", () => said);
  },
};

export default defineConfig({
  root: here("."),
  base: "/handheld/",
  logLevel: "warn",
  plugins: [vue(), listing],
  build: {
    outDir: here("../gridward/wiring/static/handheld"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    // The engine, fetched when a form is opened.
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      // The engine's parser carries an eval for modules of another kind; no form gets there, and the page's policy forbids it.
      checks: { eval: false },
      input: { app: here("index.html"), sw: here("src/sw.ts") },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
});
