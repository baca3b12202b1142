"""
Forms in a real browser in front of a real house: filled in without a network, stored once, read by the centre with a
reason.
"""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.test_the_handheld import cut, enrolled
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

WORKERS = {
    "zh-hans": "worker-320102003015006-1",
    "en": "worker-320102003015007-1",
}
#: Chooses a photo as a finger does. (Playwright's own way keeps the form in memory for as long as the page is there.)
CHOSEN = """(input, photo) => {
  const bytes = Uint8Array.from(atob(photo), one => one.charCodeAt(0));
  const chosen = new DataTransfer();
  chosen.items.add(new File([bytes], "IMG.jpg", { type: "image/jpeg" }));
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}"""
STEPS = "select steps from field_submission where task_id = %s::uuid"


def question(page: Page, path: str) -> Locator:
    return page.locator(f"[data-question='/data/{path}']")


def begun(phone: Walker, code: str) -> Page:
    """Open a form, and wait until the engine shows it."""
    phone.page.click(f"[data-form-open={code}]")
    # Not `wait_for_selector`: what that returns keeps the form in the page's memory, too.
    phone.page.locator(f"form[data-filling={code}]").wait_for()
    return phone.page


def settled(page: Page) -> None:
    """Wait until the phone has asked for everything it keeps: forms come after the day."""
    page.wait_for_selector("#status:not([data-talk=busy])")


def disinfected(page: Page, place: str, photo: str) -> None:
    """Fill in the log of one disinfection, with a photo (base64) of the place."""
    question(page, "place").locator("input").fill(place)
    question(page, "day").locator("input").fill(str(date.today() - timedelta(days=1)))
    question(page, "begun").locator("input").fill("09:30")
    question(page, "parts").locator("input[value=lift]").check()
    question(page, "agent").locator("input[value=alcohol]").check()
    question(page, "method").locator("input[value=wipe]").check()
    shot = question(page, "photo")
    shot.locator("input[type=file]").evaluate(CHOSEN, photo)
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
