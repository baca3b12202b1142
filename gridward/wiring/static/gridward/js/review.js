// Owns the keys of the review queue: every key does what a button or a field of the page does, and no more.
// Refuses to act while somebody types, twice on one page, or for those who switched the keys off.

const OFF = "gw-review-keys-off";
const page = document.querySelector("[data-review]");
const help = document.getElementById("keys");
const toggle = document.querySelector("[data-review-keys]");
let givingBack = false;
let gone = false;

// Storage may be forbidden by the browser's settings; the keys are then on.
function off() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function show() {
  toggle.hidden = false;
  toggle.setAttribute("aria-pressed", String(!off()));
}

function send(form) {
  if (!form || gone || !form.reportValidity()) return;
  gone = true;
  form.requestSubmit();
}

function choose(number) {
  const name = givingBack ? "data-review-reason" : "data-review-number";
  const choice = page.querySelector(`[${name}="${number}"]`);
  if (!choice) return;
  const again = choice.checked;
  choice.checked = true;
  choice.focus();
  choice.scrollIntoView({ block: "nearest" });
  if (givingBack || again) send(choice.form);
}

function somebodyNew() {
  const place = page.querySelector("[data-review-place]");
  if (!place) return;
  if (place.dataset.reviewPlace === "found") return send(place.form);
  place.focus();
  place.select();
}

function giveBack() {
  const reason = page.querySelector("[data-review-reason]");
  if (!reason) return;
  givingBack = true;
  reason.focus();
}

const KEYS = {
  n: somebodyNew,
  r: giveBack,
  s: () => document.querySelector("[data-review-skip]")?.click(),
  u: () => send(document.querySelector("[data-review-undo]")?.form),
};

function types(element) {
  return element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") {
    givingBack = false;
    if (!help.matches(":popover-open, [open]")) document.activeElement?.blur();
    return;
  }
  if (types(event.target)) return;
  if (event.key === "?") {
    help.togglePopover();
  } else if (!off() && !help.matches(":popover-open, [open]")) {
    if (/^[1-9]$/.test(event.key)) choose(event.key);
    else if (Object.hasOwn(KEYS, event.key.toLowerCase())) KEYS[event.key.toLowerCase()]();
    else return;
  } else return;
  event.preventDefault();
}

if (page) {
  show();
  document.addEventListener("keydown", pressed);
  // Back from the next row, the browser may show this one again as it was left.
  addEventListener("pageshow", () => (gone = false));
  toggle.addEventListener("click", () => {
    try {
      localStorage.setItem(OFF, off() ? "0" : "1");
    } catch {
      return;
    }
    show();
  });
}
