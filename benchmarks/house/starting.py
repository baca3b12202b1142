"""The handheld in a slowed browser in front of a filled city: how long until the PIN is asked for, then until today."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.house.city import City
from benchmarks.house.phones import address_of
from benchmarks.map.__main__ import chromium
from benchmarks.refusal import NotMeasured

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: How much slower than this machine: what Chromium's own tools take for an old phone.
SLOWER, ROUNDS = 6, 12
PIN = "602117"
#: Notes when the PIN is asked for, when it was typed in, and when a household stands on the screen, drawn.
WATCH = """
window.seen = {};
const places = { pin: "#pin", day: "[data-task]" };
const look = () => {
  for (const [name, place] of Object.entries(places))
    if (!(name in seen) && document.querySelector(place)) {
      seen[name] = 0;
      requestAnimationFrame(() => requestAnimationFrame(() => { seen[name] = performance.now(); }));
    }
};
new MutationObserver(look).observe(document, { subtree: true, childList: true });
addEventListener("click", () => { seen.typed ??= performance.now(); }, true);
"""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def starts_seen(city: City, port: int, *, quick: bool) -> dict[str, Any]:
    """Return seconds from opening the app to the PIN, and from the PIN to today's households; and its packed bytes."""
    from gridward.field.web.handheld import FOLDER

    seconds: dict[str, list[float]] = {"prompt": [], "today": []}
    with browsed() as page:
        page.goto(address_of(city, port))
        for place in ("#pin", "#pin-again"):
            page.fill(place, PIN)
        page.click("button.first")
        page.wait_for_selector("[data-task]")
        page.wait_for_selector("#status:not([data-talk=busy])")
        page.add_init_script(WATCH)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for _round in range(3 if quick else ROUNDS):
            page.reload()
            page.wait_for_function("seen.pin > 0")
            page.fill("#pin", PIN)
            page.click("button.first")
            page.wait_for_function("seen.day > 0", timeout=60_000)
            seen = page.evaluate("seen")
            seconds["prompt"].append(seen["pin"] / 1_000)
            seconds["today"].append((seen["day"] - seen["typed"]) / 1_000)
    return {
        "seconds": seconds,
        "bytes": sum(_packed(path) for path in Path(FOLDER).rglob("*") if path.is_file()),
    }


@contextmanager
def browsed() -> Iterator["Page"]:
    """Have a page of a phone's size in a headless Chromium of its own; NotMeasured where there is none."""
    from playwright.sync_api import sync_playwright

    try:
        browser_path = chromium()
    except SystemExit as missing:
        raise NotMeasured(str(missing)) from None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(browser_path), args=list(ARGUMENTS))
        # The driver waits by a word it has evaluated, which the app's policy forbids.
        yield browser.new_context(viewport={"width": 412, "height": 860}, bypass_csp=True).new_page()
        browser.close()


def _packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))
