"""A phone in front of a fake house: a page of a real browser that is enrolled, cut off, killed and opened again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.handheld.fake_house import CODE, FakeHouse, serving

PIN = "602117"
#: What axe finds that keeps people out.
SERIOUS = """async () => (await axe.run({ resultTypes: ["violations"], preload: false })).violations
  .filter(found => ["serious", "critical"].includes(found.impact))
  .map(found => [found.id, found.nodes[0].html.slice(0, 160)])"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Whatever a finger presses, and how high it is.
SMALL = """[...document.querySelectorAll(
    "button, input:not([type=radio], [type=checkbox]), select, summary, a, .choice"
  )]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 47.5)
  .map(one => one.outerHTML.slice(0, 120))"""


class Phone:
    """One phone: its browser's memory outlives its pages."""

    def __init__(self, context: BrowserContext, house: FakeHouse) -> None:
        self.context, self.house = context, house
        self.page = context.new_page()
        self.wrong: list[str] = []
        self._listens(self.page)

    def _listens(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on(
            "console", lambda said: self.wrong.append(said.text) if "Content Security" in said.text else None
        )

    def goes(self, path: str = "") -> "Phone":
        """Open the app, or one of its places."""
        self.page.goto(f"{self.house.url}/handheld/{path}")
        return self

    def enrols(self, code: str = CODE) -> "Phone":
        """Open a code and choose a PIN."""
        self.goes(f"#enrol={code}")
        self.page.fill("#pin", PIN)
        self.page.fill("#pin-again", PIN)
        self.page.click("button.first")
        return self

    def is_ready(self) -> "Phone":
        """Wait for the day and the forms, and until the app's own files are on the phone."""
        self.page.wait_for_selector("[data-task]")
        self.page.wait_for_selector("#status:not([data-talk=busy])")
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        return self

    def is_killed(self) -> "Phone":
        """End the page without a word, and start the app anew."""
        self.page.close()
        self.page = self.context.new_page()
        self._listens(self.page)
        return self.goes()

    def has_another_tab(self) -> Page:
        """Open the app in a second tab of the same phone."""
        other = self.context.new_page()
        other.goto(f"{self.house.url}/handheld/")
        other.fill("#pin", PIN)
        other.click("button.first")
        other.wait_for_selector("[data-task]")
        return other

    def opens(self, pin: str = PIN) -> "Phone":
        """Type a PIN."""
        self.page.fill("#pin", pin)
        self.page.click("button.first")
        return self

    def records(
        self, number: int = 1, result: str = "not_home", *, choose: Callable[[Page], Any] | None = None
    ) -> "Phone":
        """Record a visit of one of the day's households."""
        self.goes("#/check")
        self.page.locator("[data-task]").nth(number - 1).click()
        form = self.page.locator("form[data-form=visit]")
        form.locator(f"input[value={result}]").check()
        if choose:
            choose(self.page)
        form.locator("button.first").click()
        self.page.wait_for_selector("[data-task]")
        return self

    def waits(self, count: int, refused: int = 0) -> "Phone":
        """Wait until so many records wait to be sent, and so many were refused."""
        self.page.wait_for_selector(f"#status[data-waiting='{count}'][data-refused='{refused}']")
        return self

    def sends(self) -> "Phone":
        """Press what sends at once."""
        self.goes("#/report").page.click("#send-now")
        return self

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Have no network for as long as the block lasts."""
        self.context.set_offline(True)
        try:
            yield
        finally:
            self.context.set_offline(False)

    def looks_well(self) -> "Phone":
        """Fail on what keeps people out, on sideways scrolling, on targets too small for a thumb."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        assert self.page.evaluate(SERIOUS) == []
        assert self.page.evaluate(SIDEWAYS) <= 1
        assert self.page.evaluate(SMALL) == []
        assert self.wrong == []
        return self

    def says(self, words: str) -> "Phone":
        """Wait until the screen says so."""
        expect(self.page.locator("#app")).to_contain_text(words)
        return self


@pytest.fixture
def house() -> Iterator[FakeHouse]:
    """A fake house of one's own."""
    with serving() as running:
        yield running


@pytest.fixture
def buy(browser: Browser, house: FakeHouse) -> Iterator[Callable[..., Phone]]:
    """Get phones that nobody has used."""
    contexts: list[BrowserContext] = []

    def fresh(*, language: str = "en-US", width: int = 412) -> Phone:
        context = browser.new_context(
            viewport={"width": width, "height": 860},
            locale=language,
            timezone_id="Asia/Shanghai",
            has_touch=True,
        )
        contexts.append(context)
        return Phone(context, house)

    yield fresh
    for context in contexts:
        context.close()


@pytest.fixture
def phone(buy: Callable[..., Phone]) -> Phone:
    """A phone that is enrolled and has its day."""
    return buy().enrols().is_ready()
