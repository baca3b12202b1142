"""
A shift of eight hours without a network: answers with photos, on a phone that is killed as it sends them, to a house
that is killed as it takes them in. Each is stored once, in the order in which it was given.

`GRIDWARD_QUEUED` says how many there are: a dozen here, 500 with `make shift`.
"""

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Response, Route, expect

from tests.handheld.fill import NOISE
from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.test_forms_on_the_handheld import begun, disinfected, settled
from tests.journeys.test_the_handheld import cut, enrolled, opened
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

QUEUED = int(os.environ.get("GRIDWARD_QUEUED", "12"))
SHIFT = timedelta(hours=8)
STEP = SHIFT / QUEUED
#: A phone that nobody touches for so long locks itself.
LOCKS_AFTER = timedelta(minutes=5)
WORKER = "worker-320102003015003-1"
#: A house that has just begun has an order that is younger than the shift.
ORDER_BEFORE = "update governance_emergencyorder set starts_at = starts_at - %s"
#: The phone's clock went on by a shift, the house's did not: what the house dated before the shift is so much older.
DUTY_BEFORE = """
update field_workpiece p set began_at = began_at - %s, rest_at = rest_at - %s, stop_at = stop_at - %s
  from workforce_account a where a.id = p.account_id and a.handle = %s and p.ended_at is null
"""
STORED = """
select s.id::text, s.done_at, count(p.id), count(p.taken_at) from field_submission s
  join workforce_account a on a.id = s.account_id and a.handle = %s
  left join field_photo p on p.submission_id = s.id group by s.id order by s.done_at
"""
DUTY = """
select p.began_at from field_workpiece p join workforce_account a on a.id = p.account_id
 where a.handle = %s and p.ended_at is null
"""
USED = "() => navigator.storage.estimate().then(said => said.usage)"


@dataclass
class Receipts:
    """What the house said to the phone of each of its answers and photos."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    photos: Counter[str] = field(default_factory=Counter)

    def listens(self, context: BrowserContext) -> "Receipts":
        """Hear everything from now on, whichever page it is said to."""
        context.route("**/api/v1/sync/submissions", self._answer)
        context.on("response", self._photo)
        return self

    def _answer(self, route: Route) -> None:
        # Cut off on the way, or the page is gone: nothing was said.
        with suppress(Error):
            answer = route.fetch()
            for one in answer.json()["results"] if answer.ok else []:
                self.answers.setdefault(one["id"], []).append(one["status"])
            route.fulfill(response=answer)
            return
        with suppress(Error):
            route.abort()

    def _photo(self, response: Response) -> None:
        if "/api/v1/sync/media/" in response.url and response.status == 201:
            self.photos[response.url.rsplit("/", 2)[1]] += 1


def site_killed(house: House) -> int:
    """Kill -9 every process that serves this house's pages; the supervisor starts them anew."""
    port, killed = str(urlsplit(house.url).port), 0
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            words = (folder / "cmdline").read_text().split("\0")
            if "granian" in words and port in words:
                os.kill(int(folder.name), signal.SIGKILL)
                killed += 1
    return killed


def answers_again(house: House) -> None:
    """Wait until the supervisor has started the site anew."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), urlopen(f"{house.url}/healthz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    pytest.fail("the site did not come back")


def on_duty(town: Town, house: House) -> Walker:
    """Enrol a phone whose clock the test turns, with one household in hand, and begin the worker's duty."""
    task = task_in_hand(town, house, WORKER)
    phone = enrolled(town, WORKER)
    page = phone.page
    settled(page)
    page.clock.install()
    page.reload()
    opened(page)
    page.locator(f"[data-task='{task}']").wait_for()
    goes(phone, "settings").click("#duty-begin")
    page.locator("[data-duty=on]").wait_for()
    page.locator("#status[data-waiting='0'][data-talk=quiet]").wait_for()
    return phone


def goes(phone: Walker, place: str) -> Page:
    """Open one of the phone's places."""
    phone.page.goto(f"{phone.house.url}/handheld/#/{place}")
    return phone.page


def time_passes(page: Page) -> None:
    """Let the next part of the shift go by."""
    page.clock.fast_forward(int(STEP.total_seconds() * 1000))
    if STEP > LOCKS_AFTER:
        opened(page)


def touched(page: Page) -> None:
    """Let a finger touch the phone: one that nobody touches for five minutes locks itself, and sends no more."""
    page.keyboard.press("Shift")


def all_sent(page: Page) -> None:
    """Wait until nothing waits any more, with a finger on the phone."""
    deadline = time.monotonic() + 60 + QUEUED
    while time.monotonic() < deadline:
        touched(page)
        with suppress(Error):
            page.locator("#status[data-waiting='0']").wait_for(timeout=30_000)
            return
    pytest.fail(f"something still waits: {page.locator('#status').inner_text()}")


def filled_in(phone: Walker) -> list[str]:
    """Fill all forms in over the shift; return the numbers of what waits then, in the order it was made."""
    page, photo = phone.page, str(phone.page.evaluate(NOISE, 400))
    households, began_at = page.locator("[data-task]"), time.monotonic()
    goes(phone, "check")
    in_hand = households.count()
    for number in range(1, QUEUED + 1):
        time_passes(page)
        goes(phone, "report")
        begun(phone, "disinfection_log")
        disinfected(page, f"{number}栋", photo)
        if number % 100 == 0:
            print(f"\n{number} filled in after {time.monotonic() - began_at:.0f} s", end="", flush=True)
        if number == -(-QUEUED // 2):
            goes(phone, "check").locator("[data-advice]:has-text('pause')").wait_for()
            phone.shot("handheld-en-half-a-shift", full=False)
    page.locator(f"#status[data-waiting='{QUEUED}']").wait_for()
    goes(phone, "check")
    expect(households).to_have_count(in_hand)
    goes(phone, "report").locator("[data-submission]").first.wait_for()
    phone.shot("handheld-en-shift", full=False)
    while page.locator("[data-more]").count():
        page.click("[data-more]")
    found = page.locator("[data-submission]").evaluate_all("all => all.map(one => one.dataset.submission)")
    # Whoever opens Report anew sees the newest fifty.
    goes(phone, "check")
    goes(phone, "report")
    return [str(one) for one in found]


def killed_on_the_way(phone: Walker, house: House) -> Page:
    """Let the network come back, kill the house and then the page among the first photos; return a new page, opened."""
    page, context = phone.page, phone.page.context
    killed: list[int] = []
    photos: list[str] = []

    def on_the_way(route: Route) -> None:
        photos.append(route.request.url)
        if len(photos) == max(3, QUEUED // 10):
            killed.append(site_killed(house))
        route.continue_()

    context.route("**/api/v1/sync/media/**", on_the_way)
    context.set_offline(False)
    deadline = time.monotonic() + 60 + QUEUED
    while not killed and time.monotonic() < deadline:
        touched(page)
        page.wait_for_timeout(50)
    assert killed and killed[0], f"no photo was on its way: {page.locator('#status').inner_text()}"
    page.close()
    assert sum(here for *_told, here in asked(house, STORED, WORKER)) < QUEUED, "killed on the way"
    context.unroute("**/api/v1/sync/media/**")
    # The journeys after this one find the house as they know it.
    answers_again(house)
    again = context.new_page()
    again.goto(f"{house.url}/handheld/")
    opened(again)
    return again


def test_a_shift_without_a_network_arrives_once_though_phone_and_house_are_killed(
    town: Town, house: House
) -> None:
    asked(house, ORDER_BEFORE, SHIFT)
    phone = on_duty(town, house)
    receipts = Receipts().listens(phone.page.context)
    begun_at = time.monotonic()
    with cut(phone.page):
        told = filled_in(phone)
        filled_at = time.monotonic()
        used = phone.page.evaluate(USED)
        asked(house, DUTY_BEFORE, SHIFT, SHIFT, SHIFT, WORKER)
        assert len(set(told)) == QUEUED
        again = killed_on_the_way(phone, house)
    all_sent(again)
    sent_at = time.monotonic()

    stored = asked(house, STORED, WORKER)
    print(
        f"\n{QUEUED} answers over {SHIFT}: filled in {filled_at - begun_at:.0f} s, {used:,} bytes on the phone,"
        f" sent in {sent_at - filled_at:.0f} s, {len(stored)} stored, {sum(row[3] for row in stored)} photos"
    )
    assert [row[0] for row in stored] == told, "each once, none lost, none that nobody sent, in their order"
    assert {row[2:] for row in stored} == {(1, 1)}, "and each with its photo"
    moments = [row[1] for row in stored]
    ((duty,),) = asked(house, DUTY, WORKER)
    assert duty < moments[0] and moments[-1] < datetime.now(UTC)
    assert moments[-1] - moments[0] > SHIFT - STEP
    assert set(receipts.answers) == set(receipts.photos) == set(told), "a receipt for each"
    assert all(
        said.count("stored") <= 1 and set(said) <= {"stored", "known"} for said in receipts.answers.values()
    )
    goes(Walker(again, house), "settings").locator("[data-duty=on]").wait_for()
