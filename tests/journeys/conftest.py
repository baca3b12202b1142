"""A whole house for the journeys: real processes, a real browser, the model city, on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from gridward.wiring.model_city import PASSWORD

ROOT = Path(__file__).parent.parent.parent
SHOTS = Path(os.environ.get("GRIDWARD_SCREENSHOTS", ROOT / "build" / "screenshots"))
PATIENCE = 240
#: The words of the bottom bar that are cut, and the places of a desk's top row that stand in a second one.
CLIPPED = """[
  ...[...document.querySelectorAll(".gw-bar span")]
    .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth),
  ...[...document.querySelectorAll(".gw-nav li")]
    .filter((one, at, all) => innerWidth >= 1440 && one.offsetTop > all[0].offsetTop),
].map(one => one.innerText)"""
#: What axe finds that keeps people out, each with one place; telling colours apart is most of its work.
SERIOUS = """async colours => (await axe.run({
    resultTypes: ["violations"], preload: false, rules: { "color-contrast": { enabled: colours } },
  })).violations
  .filter(found => ["serious", "critical"].includes(found.impact))
  .map(found => [found.id, found.nodes[0].html.slice(0, 120)])"""
#: On a picture of the whole length a phone's bar lies at the end, not across the middle.
BAR_AT = """place => {
  const long = document.documentElement.scrollHeight > innerHeight;
  for (const bar of document.querySelectorAll(".gw-bar")) bar.style.position = long ? place : "";
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: Whether the page has no map, or one that has its figures and its tiles.
DRAWN = """() => {
  const section = document.querySelector("[data-map]");
  return !section || Boolean(section.areaMap?.status.as_of && section.areaMap.map.loaded());
}"""
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 412, "height": 860}


@dataclass
class House:
    """A running house: where it answers and where its data lies."""

    url: str
    data: Path
    log: Path
    seconds_to_ready: float
    #: The cookies of whoever has signed in: a password takes most of a second to check, on purpose.
    signed_in: dict[str, list[Any]] = field(default_factory=dict)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house in which the journeys of one process follow one another."""
    with running(tmp_path_factory.mktemp("house")) as made:
        yield made


@contextmanager
def running(data: Path) -> Iterator[House]:
    """`gridward demo`, as a newcomer starts it, in an empty data directory; stopped by Ctrl-C at the end."""
    data.parent.chmod(0o755)
    data.chmod(0o755)
    log = data.parent / f"{data.name}.log"
    port = free_port()
    environment = environment_of(data / "gridward", port)
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gridward.wiring.cli", "demo"],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, log)
        yield House(url, data / "gridward", log, time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) in (0, 130), log.read_text()[-2_000:]


def environment_of(data: Path, port: int) -> dict[str, str]:
    """Return the environment in which a house, or a command beside it, finds this data directory."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GRIDWARD_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return environment | {"GRIDWARD_DATA": str(data), "GRIDWARD_PORT": str(port), "LANG": "C.UTF-8"}


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the house says that it is well; fail with its own words when it ends instead."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the house ended: {log.read_text()[-3_000:]}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the house was not ready in {PATIENCE} s: {log.read_text()[-3_000:]}")


@dataclass
class Walker:
    """One person at one screen, and everything that went wrong on it."""

    page: Page
    house: House
    wrong: list[str] = field(default_factory=list)
    _devtools: CDPSession | None = None

    def open(self, path: str) -> "Walker":
        """Open a path of the house."""
        answer = self.page.goto(self.house.url + path, wait_until="load")
        assert answer is not None and answer.status < 500, path
        return self

    def signs_in(self, handle: str) -> "Walker":
        """Sign in at this screen, whoever sat at it before."""
        self.page.context.clear_cookies()
        self.open("/login")
        self.page.fill("#handle", handle)
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url(lambda url: not url.endswith("/login"))
        return self

    def sits_down(self, handle: str) -> "Walker":
        """Sit down at this screen as somebody who has signed in before, and sign in where nobody has."""
        self.page.context.clear_cookies()
        self.page.context.add_cookies(self.house.signed_in.get(handle, []))
        answer = self.page.goto(f"{self.house.url}/")
        if answer is None or answer.status != 200 or self.page.url.endswith("/login"):
            self.signs_in(handle)
            self.house.signed_in[handle] = self.page.context.cookies()
        return self

    def status_of(self, path: str) -> int:
        """Open a path of the house, wherever that leads, and return the status of the answer."""
        answer = self.page.goto(self.house.url + path)
        assert answer is not None, path
        return answer.status

    def shot(self, name: str, *, full: bool = True) -> Path:
        """Keep a picture of the page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        if not full:
            self.page.screenshot(path=path)
            return path
        # The driver's own way turns the page to its full length and back, and packs it small: three times as long.
        asked = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True}
        self.page.evaluate(BAR_AT, "static")
        answer = self.devtools().send("Page.captureScreenshot", asked)
        self.page.evaluate(BAR_AT, "")
        path.write_bytes(b64decode(answer["data"]))
        return path

    def devtools(self) -> CDPSession:
        """Return the line to this page's browser, opened once."""
        if self._devtools is None:
            self._devtools = self.page.context.new_cdp_session(self.page)
        return self._devtools

    def text(self) -> str:
        """Return the words on the page."""
        return self.page.inner_text("body")

    def at_width(self, width: int) -> "Walker":
        """Look at the page on a screen of this width."""
        self.page.set_viewport_size({"width": width, "height": 860})
        self.page.evaluate(TWO_FRAMES)
        return self

    def settles(self) -> "Walker":
        """Wait until a map on the page is drawn and coloured."""
        self.page.wait_for_function(DRAWN)
        self.page.evaluate(TWO_FRAMES)
        return self

    def looks_well(self, *, colours: bool = True) -> "Walker":
        """Fail on a serious finding of axe, and on what does not fit; `colours` false where they are known."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        assert self.page.evaluate(SERIOUS, colours) == [], self.page.url
        return self.fits()

    def fits(self) -> "Walker":
        """Fail on sideways scrolling, cut words, and complaints of the console."""
        assert self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
        ), f"{self.page.url} scrolls sideways"
        assert self.page.evaluate(CLIPPED) == [], f"{self.page.url} cuts words of its bars"
        assert self.wrong == []
        return self


class Town:
    """Lets people of the model city sit down at screens."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser = browser
        self._house = house
        self._contexts: list[BrowserContext] = []

    def screen(self, *, phone: bool = False, language: str = "en") -> Walker:
        """Return a fresh screen at which nobody has signed in."""
        context = self._browser.new_context(
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]  # a plain mapping will do
            locale={"en": "en-US", "zh-hans": "zh-CN", "zh-hant": "zh-TW"}[language],
            timezone_id="Asia/Shanghai",
        )
        self._contexts.append(context)
        walker = Walker(context.new_page(), self._house)
        walker.page.on("request", lambda request: self._check(request.url, walker))
        walker.page.on(
            "console",
            lambda message: (
                walker.wrong.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        walker.page.on("pageerror", lambda error: walker.wrong.append(str(error)))
        return walker

    def _check(self, url: str, walker: Walker) -> None:
        if not url.startswith((self._house.url, "data:", "blob:", "about:")):
            walker.wrong.append(f"request to another host: {url}")

    def person(self, handle: str, *, phone: bool = False, language: str = "en") -> Walker:
        """Return a screen at which this account has signed in."""
        return self.screen(phone=phone, language=language).sits_down(handle)

    def close(self) -> None:
        """Close every screen."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def town(browser: Browser, house: House) -> Iterator[Town]:
    """The model city with empty screens."""
    town = Town(browser, house)
    yield town
    town.close()
