"""
Forms in a real browser in front of a real house: filled in without a network, killed on the way, stored once, read by
the centre with a reason.

`GRIDWARD_QUEUED` says how much waits at the end of the shift: a dozen here, 500 when a city is to be believed.
"""

import base64
import os
import signal
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Locator, Page, Route

from tests.handheld.fill import NOISE
from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.test_the_handheld import cut, enrolled, opened
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

QUEUED = int(os.environ.get("GRIDWARD_QUEUED", "12"))
WORKERS = {
    "zh-hans": "worker-320102003015006-1",
    "en": "worker-320102003015007-1",
    "shift": "worker-320102003015003-1",
}
STORED = """
select s.id::text, count(p.id), count(p.taken_at) from field_submission s
  join workforce_account a on a.id = s.account_id and a.handle = %s
  left join field_photo p on p.submission_id = s.id group by s.id
"""
STEPS = "select steps from field_submission where task_id = %s::uuid"


def question(page: Page, path: str) -> Locator:
    return page.locator(f"[data-question='/data/{path}']")


def begun(phone: Walker, code: str) -> Page:
    """Open a form, and wait until the engine shows it."""
    phone.page.click(f"[data-form-open={code}]")
    phone.page.wait_for_selector(f"form[data-filling={code}]")
    return phone.page


def settled(page: Page) -> None:
    """Wait until the phone has asked for everything it keeps: forms come after the day."""
    page.wait_for_selector("#status:not([data-talk=busy])")


def a_photo(page: Page, size: int) -> dict[str, Any]:
    return {
        "name": "IMG.jpg",
        "mimeType": "image/jpeg",
        "buffer": base64.b64decode(page.evaluate(NOISE, size)),
    }


def disinfected(page: Page, place: str, photo: dict[str, Any]) -> None:
    """Fill in the log of one disinfection, with a photo of the place."""
    question(page, "place").locator("input").fill(place)
    question(page, "day").locator("input").fill(str(date.today() - timedelta(days=1)))
    question(page, "begun").locator("input").fill("09:30")
    question(page, "parts").locator("input[value=lift]").check()
    question(page, "agent").locator("input[value=alcohol]").check()
    question(page, "method").locator("input[value=wipe]").check()
    shot = question(page, "photo")
    shot.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]  # a plain mapping will do
    shot.locator("[data-keep]").click()
    shot.locator("canvas[data-photo]").wait_for()
    page.click("#send-form")
    page.wait_for_selector("form[data-filling]", state="detached")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_care_visit_is_filled_in_in_a_basement_and_read_by_the_centre(
    town: Town, house: House, language: str
) -> None:
    worker = WORKERS[language]
    task = task_in_hand(town, house, worker)
    phone = enrolled(town, worker, language=language)
    page = phone.page
    page.wait_for_selector(f"[data-task='{task}']")
    settled(page)

    with cut(page):
        page.click(f"[data-task='{task}']")
        begun(phone, "care_visit")
        phone.looks_well().at_width(360).looks_well().at_width(412).shot(f"handheld-{language}-form")
        page.click("#send-form")
        assert page.locator("[data-problems] button").count() == 1, "the mood has to be answered"
        question(page, "mood").locator("input[value='3']").check()
        question(page, "food_days").locator("input").fill("2")
        question(page, "remarks").locator("input, textarea").first.fill("请带一袋大米")
        page.click("#send-form")
        page.wait_for_selector("form[data-filling]", state="detached")
        page.goto(f"{house.url}/handheld/#/report")
        page.wait_for_selector("[data-submission]")
        phone.looks_well().shot(f"handheld-{language}-answers", full=False)

    page.click("#send-now")
    page.wait_for_selector("#status[data-waiting='0']")
    assert asked(house, STEPS, task) == [([],)]
    _the_centre_reads(town, language, worker)


def _the_centre_reads(town: Town, language: str, worker: str) -> None:
    centre = town.person("community", language=language).open("/answers")
    row = centre.page.locator(f"#answer-rows tr:has-text('{worker}')")
    assert "大米" not in centre.text(), "the list says nothing of what was answered"
    centre.looks_well().shot(f"answers-{language}")
    row.locator("a").first.click()
    centre.page.wait_for_selector("#reason")
    centre.page.fill("#reason", "对口安排送菜" if language == "zh-hans" else "to arrange food")
    centre.looks_well().page.click("main form button.btn-primary")
    centre.page.wait_for_selector("#opened")
    assert "请带一袋大米" in centre.text()
    centre.looks_well().shot(f"answer-{language}")


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


def _answers_again(house: House) -> None:
    """Wait until the supervisor has started the site anew."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), urlopen(f"{house.url}/healthz", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    pytest.fail("the site did not come back")


def test_a_shift_without_a_network_arrives_once_though_phone_and_house_are_killed(
    town: Town, house: House
) -> None:
    worker = WORKERS["shift"]
    phone = enrolled(town, worker)
    page, context = phone.page, phone.page.context
    settled(page)
    photo = a_photo(page, 400)
    with cut(page):
        for number in range(QUEUED):
            page.goto(f"{house.url}/handheld/#/report")
            begun(phone, "disinfection_log")
            disinfected(page, f"{number + 1}栋", photo)
        page.wait_for_selector(f"#status[data-waiting='{QUEUED}']")
        page.goto(f"{house.url}/handheld/#/report")
        page.wait_for_selector("[data-submission]")
        told = {str(one.get_attribute("data-submission")) for one in page.locator("[data-submission]").all()}
        phone.shot("handheld-en-shift", full=False)
    assert len(told) == QUEUED

    killed: list[int] = []
    photos: list[str] = []

    def on_the_way(route: Route) -> None:
        photos.append(route.request.url)
        if len(photos) == 3:
            killed.append(site_killed(house))
        route.continue_()

    context.route("**/api/v1/sync/media/**", on_the_way)
    page.click("#send-now")
    while not killed:
        page.wait_for_timeout(50)
    assert killed[0]
    assert sum(here for _name, _named, here in asked(house, STORED, worker)) < QUEUED, "killed on the way"
    page.close()
    context.unroute("**/api/v1/sync/media/**")
    # The journeys after this one find the house as they know it.
    _answers_again(house)
    again = context.new_page()
    again.goto(f"{house.url}/handheld/")
    again.wait_for_selector("#pin")
    opened(again)
    again.wait_for_selector("#status[data-waiting='0']", timeout=QUEUED * 1_000 + 60_000)

    stored = asked(house, STORED, worker)
    assert {name for name, _named, _here in stored} == told, "each once, none lost, none that nobody sent"
    assert {(named, here) for _name, named, here in stored} == {(1, 1)}, "and each with its photo"
