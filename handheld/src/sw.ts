// Owns the app's own files on the phone, so that it opens without a network. Refuses everything else: no answer of the
// house is ever kept here, for it may be about somebody.

interface Listing { stamp: string; files: string[] }
declare const __LISTING__: Listing;

const HOME = "/handheld/";
const { stamp, files } = __LISTING__;
const CACHE = `handheld-${stamp}`;
const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(files.map((name) => HOME + name))).then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    // The version before stays until the next one: a page that is open fetches the parts of its own version from it.
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).slice(0, -1).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith(HOME)) return;
  const kept = event.request.mode === "navigate" ? HOME : url.pathname;
  event.respondWith(
    caches.open(CACHE)
      .then((cache) => cache.match(kept))
      .then((found) => found ?? caches.match(kept))
      .then((found) => found ?? fetch(event.request)),
  );
});
