// Owns the page's one stream of bells. A bell says {topic, pos, end} and nothing else; whoever hears it asks
// again through the ordinary doors. Refuses content in messages.
//
// <body data-live-url="/live/"> or [data-live-url] opens it; [data-live-topic="tasks batches"] with an id is fetched
// again (from data-live-fragment, or from this page) when one of its topics rings, parts of one page with one question
// that names them; [data-live-state] shows the line.

const SPREAD_MS = 400; // so that a thousand boards do not ask in the same instant
const REST_MS = 1000;
const BACKOFF_MS = [2000, 5000, 15000, 60000];
export const ALL = "*";

const lines = new Map();

function showState(state) {
  for (const place of document.querySelectorAll("[data-live-state]")) {
    place.dataset.liveState = state;
    place.textContent = state === "live" ? place.dataset.textLive : place.dataset.textReconnecting;
  }
}

function tell(line, bell) {
  for (const listener of line.listeners) listener(bell);
}

/** Whether the page answers an act: what the act set off may have rung between the drawing of the page and its line. */
function justDone() {
  return document.querySelector(".gw-messages") !== null;
}

function open(url, line) {
  const source = new EventSource(url);
  source.addEventListener("open", () => {
    showState("live");
    // What rang while the line was down is lost, so everybody asks once.
    if (line.broken || justDone()) tell(line, { topic: ALL });
    line.broken = false;
    line.tries = 0;
  });
  source.addEventListener("message", (event) => {
    let bell = { topic: ALL };
    try {
      bell = JSON.parse(event.data);
    } catch {
      // a message nobody can read: ask for everything
    }
    // The server lost its own line for a while: what rang meanwhile is lost as well.
    tell(line, bell.topic === "reconnect" ? { topic: ALL } : bell);
  });
  source.addEventListener("error", () => {
    showState("reconnecting");
    line.broken = true;
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    const wait = BACKOFF_MS[Math.min(line.tries++, BACKOFF_MS.length - 1)];
    setTimeout(() => open(url, line), wait * (0.5 + Math.random()));
  });
}

/** Hear every bell of a stream; several listeners of one page share one connection. */
export function subscribe(url, listener) {
  let line = lines.get(url);
  if (!line) {
    line = { listeners: new Set(), broken: false, tries: 0 };
    lines.set(url, line);
    open(url, line);
  }
  line.listeners.add(listener);
  return () => line.listeners.delete(listener);
}

/** Run `job` soon, once for many calls, and not again before it has rested. */
export function calmly(job) {
  let waiting = false;
  let last = 0;
  return () => {
    if (waiting) return;
    waiting = true;
    const rest = Math.max(0, REST_MS - (Date.now() - last));
    setTimeout(async () => {
      waiting = false;
      last = Date.now();
      await job();
    }, rest + Math.random() * SPREAD_MS);
  };
}

function inUse(fragment) {
  const focused = document.activeElement;
  const typing = fragment.contains(focused) && focused.matches("input, select, textarea");
  return typing || fragment.querySelector("dialog[open], details[open]") !== null;
}

/** Ask once for a page and put every part of it that is shown here in its place. */
async function refresh(url) {
  const ids = partsOf(url).map((fragment) => fragment.id);
  const answer = await fetch(url, { headers: { "X-Gridward-Parts": ids.join(" ") } });
  if (!answer.ok) return; // signed out or not there any more: what is on the screen stays, with its time
  const text = await answer.text();
  for (const fragment of partsOf(url)) {
    // Somebody who is writing in it keeps what is on the screen; the next bell brings it up to date.
    if (inUse(fragment)) continue;
    const part = `#${fragment.id}`;
    window.htmx?.swap(part, text, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 }, { select: part });
  }
}

function urlOf(fragment) {
  return fragment.dataset.liveFragment || location.href;
}

function partsOf(url) {
  return [...document.querySelectorAll("[data-live-topic][id]")].filter((fragment) => urlOf(fragment) === url);
}

function hearFragments(line) {
  const refreshers = new Map();
  subscribe(line, (bell) => {
    const urls = new Set();
    for (const fragment of document.querySelectorAll("[data-live-topic][id]")) {
      const topics = fragment.dataset.liveTopic.split(" ");
      if (bell.topic === ALL || topics.includes(bell.topic)) urls.add(urlOf(fragment));
    }
    for (const url of urls) {
      if (!refreshers.has(url)) refreshers.set(url, calmly(() => refresh(url)));
      refreshers.get(url)();
    }
  });
}

const pageLine = document.body?.dataset.liveUrl;
if (pageLine) hearFragments(pageLine);
