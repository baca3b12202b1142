"""
The handheld in a real browser: enrolled by a code, a household recorded without a network, killed, sent once.

It works at any hour: at night the centre releases the task with a reason.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

PIN = "602117"
#: Each journey has a worker of its own: a second phone would end the first.
WORKERS = {
    "zh-hans": "worker-320102003015001-1",
    "en": "worker-320102003015002-1",
    "killed": "worker-320102003015003-1",
    "ended": "worker-320102003015004-1",
}
PASSES = """
select count(distinct ask), count(distinct at) from dispatch_passresult where task_id = %s::uuid and pass_kind = 'visit'
"""
STORED = """async () => {
  const answered = asked => new Promise(done => { asked.onsuccess = () => done(asked.result); });
  const db = await answered(indexedDB.open("gridward-handheld"));
  const all = [];
  for (const shelf of db.objectStoreNames) {
    all.push(...await answered(db.transaction(shelf).objectStore(shelf).getAll()));
  }
  return all.map(one => one?.data ? new TextDecoder().decode(one.data) : JSON.stringify(one)).join("\\n");
}"""


def enrolled(town: Town, worker: str, *, language: str = "en") -> Walker:
    """Let the centre show a code, and open it on the worker's phone."""
    centre = town.person("community").open("/duty/devices")
    centre.page.click(f"[data-worker='{worker}'] form[action$=enrol] button")
    centre.page.wait_for_selector("#code")
    address = centre.page.input_value("#address")
    phone = town.screen(phone=True, language=language)
    phone.page.goto(address)
    phone.page.wait_for_selector("#pin")
    phone.looks_well().shot(f"handheld-{language}-enrol")
    phone.page.fill("#pin", PIN)
    phone.page.fill("#pin-again", PIN)
    phone.page.click("button.first")
    phone.page.wait_for_selector("#status")
    return phone


def opened(page: Page) -> None:
    """Open the phone by its PIN."""
    page.fill("#pin", PIN)
    page.click("button.first")
    page.wait_for_selector("#status")


def waits(page: Page, count: int) -> None:
    """Wait until so many records wait to be sent."""
    page.wait_for_selector(f"#status[data-waiting='{count}']")


def nobody_home(page: Page, task: str) -> None:
    """Record that nobody was home."""
    page.click(f"[data-task='{task}']")
    page.check("form[data-form=visit] input[value=not_home]")
    page.click("form[data-form=visit] button.first")
    page.wait_for_selector(f"[data-task='{task}']")


@contextmanager
def cut(page: Page) -> Iterator[None]:
    """Let the phone have no network for as long as the block lasts."""
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_visit_is_recorded_in_a_basement_and_arrives_once(town: Town, house: House, language: str) -> None:
    worker = WORKERS[language]
    task = task_in_hand(town, house, worker)
    phone = enrolled(town, worker, language=language)
    page = phone.page
    page.wait_for_selector(f"[data-task='{task}']")
    phone.looks_well().at_width(360).looks_well().at_width(412).shot(f"handheld-{language}-check", full=False)

    with cut(page):
        page.reload()
        page.wait_for_selector("#pin")
        phone.looks_well().shot(f"handheld-{language}-unlock", full=False)
        opened(page)
        page.click(f"[data-task='{task}']")
        page.wait_for_selector("form[data-form=visit]")
        phone.looks_well().at_width(360).looks_well().at_width(412).shot(f"handheld-{language}-household")
        page.click("form[data-form=visit] button.first")
        assert page.locator("form[data-form=visit] [role=alert]").inner_text()
        page.check("form[data-form=visit] input[value=done]")
        for choice in page.locator("form[data-form=visit] select[id^=outcome-]").all():
            choice.select_option("verified_present")
        page.select_option("#found-by", "person")
        page.click("form[data-form=visit] button.first")
        waits(page, 1)
        phone.looks_well().shot(f"handheld-{language}-recorded", full=False)
        page.goto(f"{house.url}/handheld/#/report")
        page.wait_for_selector("[data-record]")
        phone.looks_well().shot(f"handheld-{language}-report", full=False)

    page.click("#send-now")
    waits(page, 0)
    page.goto(f"{house.url}/handheld/#/check")
    page.wait_for_selector(f"[data-task='{task}']", state="detached")
    assert asked(house, "select state from dispatch_task where id = %s::uuid", task) == [("closed",)]
    assert [asks for asks, _moments in asked(house, PASSES, task)] == [1]
    for place in ("receive", "settings"):
        page.goto(f"{house.url}/handheld/#/{place}")
        phone.looks_well().shot(f"handheld-{language}-{place}", full=False)


def test_a_killed_page_and_a_lost_answer_lose_nothing_and_double_nothing(town: Town, house: House) -> None:
    worker = WORKERS["killed"]
    task = task_in_hand(town, house, worker)
    phone = enrolled(town, worker)
    page, context = phone.page, phone.page.context
    door = page.inner_text(f"[data-task='{task}'] strong")
    kept: list[Any] = []

    def lose(route: Route) -> None:
        kept.append(route.fetch().json())
        route.abort()

    context.route("**/api/v1/sync/records", lose)
    nobody_home(page, task)
    page.wait_for_selector("#status[data-talk=offline]")
    assert [one["results"][0]["status"] for one in kept] == ["stored"]
    page.close()

    context.unroute("**/api/v1/sync/records")
    again = context.new_page()
    again.goto(f"{house.url}/handheld/")
    again.wait_for_selector("#pin")
    said = again.evaluate(STORED)
    assert "not_home" in said, "the lists of words are read as they are: this is what lies on the phone"
    for hidden in (task, task.replace("-", ""), door, worker, "gd_"):
        assert hidden not in said, "what is about anybody is sealed"
    for left in (9, 8):
        again.fill("#pin", "000001")
        again.click("button.first")
        again.wait_for_selector(f"#wrong:has-text('{left} tries')")
    opened(again)
    waits(again, 0)
    again.wait_for_selector(f"[data-task='{task}']")
    assert asked(house, PASSES, task) == [(1, 1)]


def test_a_phone_that_is_ended_wipes_itself(town: Town, house: House) -> None:
    worker = WORKERS["ended"]
    task = task_in_hand(town, house, worker)
    phone = enrolled(town, worker)
    page = phone.page
    page.wait_for_selector(f"[data-task='{task}']")
    with cut(page):
        nobody_home(page, task)
        waits(page, 1)
        centre = town.person("community").open("/duty/devices")
        centre.page.click(f"[data-worker='{worker}'] details:has(button[value=lost]) summary")
        centre.looks_well().shot("devices")
        centre.page.click(f"[data-worker='{worker}'] button[value=lost]")
        centre.page.wait_for_load_state()
        assert "It learns nothing more" in centre.text()

    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("h1:has-text('This phone is wiped')")
    phone.looks_well().shot("handheld-gone", full=False)
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    page.reload()
    page.wait_for_selector("h1")
    assert "not enrolled" in phone.text()
    assert asked(house, PASSES, task) == [(0, 0)]
    assert json.loads(page.evaluate("JSON.stringify(Object.keys(localStorage).sort())")) == [
        "contrast",
        "language",
        "size",
    ]


def test_ten_wrong_pins_wipe_the_phone(town: Town, house: House) -> None:
    phone = enrolled(town, "worker-320102003015005-1")
    page = phone.page
    page.goto(f"{house.url}/handheld/#/settings")
    page.click("#lock")
    for left in range(9, 0, -1):
        page.fill("#pin", "000001")
        page.click("button.first")
        page.wait_for_selector(f"#wrong:has-text('{left} tries')")
    page.fill("#pin", "000001")
    page.click("button.first")

    page.wait_for_selector("h1:has-text('This phone is wiped')")
