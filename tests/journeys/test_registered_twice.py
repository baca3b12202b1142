"""A person who is registered twice becomes one, seen side by side by the centre, and two again on a word."""

import uuid

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

HERE = "worker-320102003015001-1"
#: Lets somebody of another household of the grid share a person's telephone and name, as a second registration would.
TWIN = """
update registry_personkey k set phone_name_key = p.phone_name_key
  from registry_personkey p
 where p.resident_id = %s and p.phone_name_key is not null
   and k.resident_id = (select r.id from registry_resident r join registry_resident o on o.id = %s
                         where r.area_pos = o.area_pos and r.household_id <> o.household_id order by r.id limit 1)
"""


def opened(centre: Walker, task: str) -> str:
    """Open the household of a task, and return the address of the question who is registered twice."""
    page = centre.open(f"/tasks/{task}").page
    page.click("[data-confirm=open]")
    page.fill("#open_reason", "a call came in, a drill")
    page.click("#open button.btn-secondary")
    link = page.locator("a[href$='/duplicates']").first
    link.wait_for()
    return str(link.get_attribute("href"))


def test_a_person_registered_twice_becomes_one_and_two_again(town: Town, house: House) -> None:
    task = task_in_hand(town, house, HERE)
    centre = town.person("community")
    question = opened(centre, task)
    centre.open(question).looks_well().shot("twice-nobody")
    assert "No other entry of your area" in centre.text()
    person = uuid.UUID(question.split("/")[2])
    asked(house, TWIN, person, person)

    page = centre.open(question).looks_well().page
    centre.shot("twice")
    page.fill("#why-1", "the same telephone, a drill")
    page.click("button:has-text('See both side by side')")
    page.wait_for_selector("#entries")
    centre.looks_well().shot("side-by-side")
    assert "*" in centre.text()
    for language, phone in (("zh-hans", False), ("zh-hans", True), ("en", True)):
        seen = town.person("community", phone=phone, language=language)
        name = f"{language}-{'phone' if phone else 'wide'}"
        seen.open(page.url.removeprefix(house.url)).looks_well().shot(f"{name}-side-by-side")
        seen.open(question).looks_well().shot(f"{name}-twice")
        seen.open("/merges").looks_well().shot(f"{name}-merges")

    page.click("[data-confirm=confirm]")
    page.click("#confirm button.btn-primary")
    page.wait_for_selector("text=They are one person now.")
    centre.looks_well().shot("one-person")
    assert asked(house, "select count(*) from registry_personkey where leads_to = %s", person) == [(1,)]

    page.click("[data-confirm=undo]")
    page.fill("#undo_reason", "two people, a drill")
    page.click("#undo button.btn-secondary")
    page.wait_for_selector("text=They are two people.")
    assert asked(house, "select count(*) from registry_personkey where leads_to is not null") == [(0,)]
