// Owns the keys of the page on which a list's columns are confirmed: what a select and a button do, and no more.
// Refuses to act outside of it, and twice.

const form = document.querySelector("[data-mapping]");
const help = document.getElementById("keys");
const selects = form ? [...form.querySelectorAll("[data-mapping-row] select")] : [];
let gone = false;

function here() {
  return selects.indexOf(document.activeElement);
}

function go(step) {
  const place = here() < 0 && step < 0 ? 0 : here() + step;
  const select = selects[Math.min(Math.max(place, 0), selects.length - 1)];
  select?.focus();
  select?.scrollIntoView({ block: "nearest" });
}

function read(number) {
  const select = selects[Math.max(here(), 0)];
  if (!select || number >= select.options.length) return;
  select.selectedIndex = number;
  // A field is read from one column: whoever had it before gives it up.
  for (const other of selects) {
    if (other !== select && number && other.selectedIndex === number) other.selectedIndex = 0;
  }
  select.focus();
}

function confirmed() {
  if (gone || !form.reportValidity()) return;
  gone = true;
  form.requestSubmit();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "?") help.togglePopover();
  else if (help.matches(":popover-open, [open]")) return;
  else if (event.key === "j" || event.key === "J") go(1);
  else if (event.key === "k" || event.key === "K") go(-1);
  else if (/^[0-9]$/.test(event.key)) read(Number(event.key));
  else if (event.key === "Enter" && here() >= 0) confirmed();
  else return;
  event.preventDefault();
}

if (form) {
  document.addEventListener("keydown", pressed);
  addEventListener("pageshow", () => (gone = false));
  if (selects.length) selects[0].focus();
}
