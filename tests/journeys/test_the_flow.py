"""
The flow between people: a task goes from the hand of one worker by the centre into that of another, who closes it.

Every role has its own screen. It works at any hour: at night the centre releases the task with a reason.
"""

import pytest

from tests.journeys.conftest import House, Town
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

HERE, THERE = "worker-320102003015001-1", "worker-320102003015002-1"


def test_a_task_goes_to_another_grid_and_is_closed_there(town: Town, house: House) -> None:
    task = task_in_hand(town, house, HERE)
    centre = town.person("community")

    former = town.person(HERE, phone=True).open(f"/today/{task}")
    former.page.click("summary:has-text('Belongs to another grid')")
    former.page.select_option("#offer-kind", "wrong_grid")
    former.page.fill("#offer-to", "320102003015002")
    former.looks_well().shot("handover-offer-phone")
    former.page.click("button:has-text('Offer the task')")
    former.page.wait_for_selector("text=The task is offered")

    for language, phone in (("zh-hans", True), ("zh-hans", False), ("en", True)):
        screen = town.person("community", phone=phone, language=language).open("/handovers").looks_well()
        screen.shot(f"{language}-{'phone' if phone else 'wide'}-handovers")
    centre.open("/handovers").looks_well().page.click("button:has-text('Take the task over')")
    centre.page.wait_for_selector("text=The task is taken over")
    assert "No hand-over waits here." in centre.text()

    assert former.status_of(f"/today/{task}") == 404
    present = town.person(THERE, phone=True).open(f"/today/{task}").looks_well()
    assert "Hand-over: taken over" in present.text() and "**" in present.text()
    present.page.check("input[name=result][value=done]")
    for choice in present.page.locator("select[name^=outcome-]").all():
        choice.select_option("verified_present")
    present.page.click("button:has-text('Record the visit')")
    present.page.wait_for_url("**/today")
    centre.open(f"/tasks/{task}").looks_well().shot("handover-trail")
    assert "Closed with the day's update" in centre.text() and "Hand-over offered" in centre.text()
