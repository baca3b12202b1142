"""A correction at the door: entered on a phone, decided by the centre, and the wrong grid has the task no more."""

import re
import time

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

HERE, THERE = "worker-320102003015001-1", "320102003015002"
NEW_PHONE = "15400000777"


def entered(worker: Walker, task: str, kind: str, value: str) -> None:
    """Say at the door what is wrong."""
    worker.open(f"/today/{task}").page.click("summary:has-text('Something in the register is wrong')")
    page = worker.page
    page.select_option("#correct-kind", kind)
    page.fill("#correct-value", value)
    page.select_option("#correct-found", "document")
    page.fill("#correct-why", "shown at the door, a drill")
    worker.looks_well().shot(f"correct-{kind}-phone")
    page.click("button:has-text('Enter the correction')")
    page.wait_for_selector("text=The correction waits for your centre.")


def decided(centre: Walker, words: str) -> None:
    """Take the correction of this kind into hand and accept it."""
    page = centre.open("/corrections").looks_well().page
    centre.shot("corrections")
    page.click(f"#correction-rows tr:has-text('{words}') a")
    page.wait_for_selector("[data-confirm=open], [data-confirm=accept]")
    if page.locator("[data-confirm=open]").count():  # else the household is open yet from the one before
        page.click("[data-confirm=open]")
        page.fill("#open_reason", "to be decided, a drill")
        page.click("#open button.btn-primary")
        page.wait_for_selector("text=You have it in hand")
        centre.looks_well().shot("correction")
    page.click("[data-confirm=accept]")
    page.click("#accept button.btn-primary")
    page.wait_for_selector("text=Every copy is renewed")


def test_what_is_wrong_is_put_right_everywhere(town: Town, house: House) -> None:
    task = task_in_hand(town, house, HERE, channel="health-returnees")
    worker, centre = town.person(HERE, phone=True), town.person("community")

    entered(worker, task, "phone", NEW_PHONE)
    decided(centre, "The telephone")

    worker.open(f"/today/{task}").looks_well()
    assert NEW_PHONE[-4:] in worker.text() and "Correction: accepted" in worker.text()

    began = time.monotonic()
    entered(worker, task, "address", THERE)
    decided(centre, "The door of the whole household")
    assert worker.status_of(f"/today/{task}") == 404
    seconds = time.monotonic() - began
    right = town.person("worker-320102003015002-1").open(f"/today/{task}").looks_well()
    assert "**" in right.text() or "*" in right.text()
    print(f"\na changed address: {seconds:.1f} s from the door to the other grid's hand, two people typing")
    assert seconds < 60
    for language, phone in (("zh-hans", False), ("zh-hans", True)):
        screen = town.person("community", phone=phone, language=language).open("/corrections").looks_well()
        screen.shot(f"{language}-{'phone' if phone else 'wide'}-corrections")

    told = town.person("health").open("/returns").page
    links = told.locator("#sent-rows tbody a").evaluate_all(
        "links => [...new Set(links.map(link => link.href))]"
    )
    files = [told.request.get(f"{link}.csv").text() for link in links]
    assert any(re.search(r"corrected_phone", file) for file in files)
    assert not any(NEW_PHONE in file for file in files)
