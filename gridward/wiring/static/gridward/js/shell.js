// Owns the small manners of every page: menus that close, large print. Refuses content and requests.

const LARGE = "gw-large";

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.gw-menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

function setLarge(on) {
  document.documentElement.classList.toggle(LARGE, on);
  for (const button of document.querySelectorAll("[data-large-print]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
  }
}

// Storage may be forbidden by the browser's settings; the page then simply forgets the choice.
function remembered() {
  try {
    return localStorage.getItem(LARGE) === "1";
  } catch {
    return false;
  }
}

function remember(on) {
  try {
    localStorage.setItem(LARGE, on ? "1" : "0");
  } catch {
    return;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  if (event.target.closest?.("[data-large-print]")) {
    const on = !document.documentElement.classList.contains(LARGE);
    setLarge(on);
    remember(on);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.gw-menu[open]");
  closeMenus(null);
  open?.querySelector("summary").focus();
});

setLarge(remembered());
