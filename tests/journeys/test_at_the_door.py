"""
At a door, over a real house: its plate opens the household without a network; the worker says that it needs a
department, reads what is answered, and which department comes.

It works at any hour: at night the centre releases the task with a reason.
"""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.test_the_handheld import cut, enrolled, waits
from tests.journeys.test_the_handheld_talks import shown
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

GRID = "320102003015005"
WORKER = f"worker-{GRID}-1"
PLATE_OF = """
select p.code from territory_doorplate p join registry_household h on h.address_id = p.address_id
  join dispatch_task t on t.household_id = h.id where t.id = %s::uuid
"""


def plates_made(town: Town) -> Walker:
    """Let the community print the plates of the grid."""
    centre = town.person("community").open(f"/areas/{GRID}").looks_well()
    centre.page.click("a:has-text('Door plates')")
    if centre.page.locator("#make-plates").count():
        centre.page.click("#make-plates")
    centre.page.wait_for_selector("[data-plate]")
    return centre


def test_a_plate_opens_its_household_in_a_basement(town: Town, house: House) -> None:
    centre = plates_made(town)
    centre.looks_well().shot("door-plates", full=False)
    for language in ("zh-hans", "en"):
        screen = town.person("community", phone=True, language=language).open(f"/areas/{GRID}/plates")
        screen.looks_well().shot(f"door-plates-{language}-phone", full=False)
    task = task_in_hand(town, house, WORKER)
    ((code,),) = asked(house, PLATE_OF, task)
    phone = enrolled(town, WORKER)
    page = phone.page
    page.wait_for_selector(f"[data-task='{task}']")

    with cut(page):
        page.fill("#find", f"{code[:4]}-{code[4:8]}-{code[8:]}".lower())
        expect(page.locator("[data-task]")).to_have_count(1)
        phone.looks_well().shot("handheld-en-plate-typed", full=False)
        shown(phone, f"door/{code}").page.wait_for_selector("form[data-form=visit]")
        assert page.url.endswith(f"#/household/{task}")
        shown(phone, "door/000000000000").page.wait_for_selector("[data-no-door]")
        phone.looks_well().shot("handheld-en-plate-unknown", full=False)


def test_who_holds_the_household_reads_that_a_department_comes(town: Town, house: House) -> None:
    task = task_in_hand(town, house, WORKER)
    street = town.person("street").open(f"/tasks/{task}")
    street.page.click("a:has-text('Call departments')")
    street.page.check("input[name=agency][value=health]")
    street.page.select_option("#lead", "health")
    street.page.select_option("#question", "medical")
    street.page.fill("#words", "somebody is to come along to the door")
    street.page.click("button:has-text('Blow the whistle')")
    street.page.wait_for_selector("text=The departments are called.")
    address = street.page.url
    phone = enrolled(town, WORKER)
    page = phone.page
    shown(phone, "receive").page.wait_for_selector("[data-called][data-state=waiting]")
    phone.looks_well().shot("handheld-en-whistle-waiting", full=False)

    health = town.person("health").open("/called")
    card = health.page.locator("form").filter(has=health.page.locator("input[value=coming]")).first
    card.locator("input[value=coming]").check()
    card.locator("input[name=words]").fill("a nurse sets out now")
    card.locator("button:has-text('Answer')").click()
    health.page.wait_for_selector("text=The answer is with whoever called.")
    shown(phone, "report").page.click("#send-now")
    waits(page, 0)
    shown(phone, "receive").page.wait_for_selector("[data-called][data-state=coming][data-received=yes]")
    waits(page, 0)
    phone.looks_well().at_width(360).looks_well().at_width(412).shot("handheld-en-whistle", full=False)

    street.page.goto(address)
    assert "The worker received it" in street.looks_well().text()
    # The journeys after this one find the house as they know it.
    street.page.fill("#closing", "the nurse has been there")
    street.page.click("button:has-text('Close the whistle')")
    street.page.wait_for_selector("text=The whistle is closed.")


def test_what_needs_a_department_lies_with_the_community_and_comes_back_with_an_answer(
    town: Town, house: House
) -> None:
    task = task_in_hand(town, house, WORKER)
    phone = enrolled(town, WORKER)
    page = phone.page
    page.wait_for_selector(f"[data-task='{task}']")
    with cut(page):
        shown(phone, f"household/{task}").page.click("[data-raise] summary")
        page.select_option("#raise-kind", "department")
        page.fill("#raise-words", "the lift is out of order, somebody has to repair it")
        phone.looks_well().shot("handheld-en-raise")
        page.click("form[data-form=raise] button")
        page.wait_for_selector("[data-lies=unsent]")
    shown(phone, "report").page.click("#send-now")
    waits(page, 0)

    ((row,),) = asked(
        house, "select id from dispatch_escalation where task_id = %s::uuid and state = 'open'", task
    )
    centre = town.person("community").open(f"/escalations/{row}").looks_well()
    assert "It needs a department" in centre.text() and WORKER in centre.text()
    centre.page.fill("#instruction", "the property staff repair it this afternoon")
    centre.page.click("button:has-text('Send back down')")
    centre.page.wait_for_load_state()
    page.click("#send-now")
    waits(page, 0)
    shown(phone, f"household/{task}").page.wait_for_selector("[data-lies=returned]")
    expect(page.locator("[data-lies]")).to_contain_text("the property staff repair it this afternoon")
    phone.looks_well().shot("handheld-en-returned", full=False)
