"""
A task rises by the clock: nobody finishes it, it goes through four levels to the city and comes back down with an
instruction; its worker reads it and closes the task.
"""

import time

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked, minute_passes
from tests.journeys.work import task_in_hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

WORKER = "worker-320102003015001-1"
WORDS = "go there with the property staff"
LEVELS = ("community", "street", "district", "city")
LATE = "update dispatch_task set due_at = now() - interval '1 minute' where id = %s::uuid"
WAITED = "update dispatch_escalation set next_at = now() where state = 'open' and task_id = %s::uuid"
LIES = "select level, id from dispatch_escalation where state = 'open' and task_id = %s::uuid"


def rises(house: House, task: str, level: str) -> str:
    """Let the time of a task, or of the level it lies with, be over; return its address at this level."""
    asked(house, LATE if level == LEVELS[0] else WAITED, task)
    minute_passes(house)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = asked(house, LIES, task)
        if found and found[0][0] == level:
            return f"/escalations/{found[0][1]}"
        time.sleep(0.3)
    pytest.fail(f"it never came to the {level}")


def decide(walker: Walker, address: str, button: str) -> None:
    """Send the form with this button, and come back to the list."""
    walker.page.click(f"button:has-text('{button}')")
    walker.page.wait_for_url("**/escalations")
    assert address not in walker.page.content()


def test_a_task_rises_to_the_city_and_comes_back_down_and_is_closed(town: Town, house: House) -> None:
    task, community = task_in_hand(town, house, WORKER), town.person("community")

    address = ""
    for level in LEVELS:
        waiting = town.person(level)
        if level == "community":
            assert "No task lies with you" in waiting.open("/escalations").looks_well().text()
            waiting.shot("escalations-empty")
        address = rises(house, task, level)
        waiting.open("/escalations").looks_well().page.click(f"a[href='{address}']")
        assert "Not done in its time" in waiting.text() or "Nothing was decided in time" in waiting.text()

    city = town.person("city").open(address).looks_well()
    city.page.fill("#instruction", "call 138 0013 8000")
    city.page.click("button:has-text('Send back down')")
    assert "hold a number" in city.text()
    for language, phone in (("zh-hans", True), ("zh-hans", False), ("en", True)):
        screen = town.person("city", phone=phone, language=language)
        name = f"{language}-{'phone' if phone else 'wide'}"
        screen.open("/escalations").looks_well().shot(f"{name}-escalations")
        screen.open(address).looks_well().shot(f"{name}-escalation")
    assert "This task lies with 南京市" in community.open(f"/tasks/{task}").looks_well().text()

    city.open(address).page.fill("#instruction", WORDS)
    decide(city, address, "Send back down")

    worker = town.person(WORKER, phone=True).open(f"/today/{task}").looks_well()
    worker.shot("escalation-instruction-phone")
    assert WORDS in worker.text() and "南京市 sent it back down" in worker.text()
    worker.page.check("input[name=result][value=done]")
    for choice in worker.page.locator("select[name^=outcome-]").all():
        choice.select_option("verified_present")
    worker.page.click("button:has-text('Record the visit')")
    worker.page.wait_for_url("**/today")
    trail = community.open(f"/tasks/{task}").looks_well()
    trail.shot("escalation-trail")
    assert "Closed with the day's update" in trail.text() and "sent back down" in trail.text()


def test_a_street_gives_a_new_time_and_another_is_raised_by_hand(town: Town, house: House) -> None:
    community = town.person("community")
    task = task_in_hand(town, house, "worker-320102003015004-1")
    community.open(f"/tasks/{task}").page.click("summary:has-text('Raise to the next level')")
    community.page.select_option("#raise-kind", "department")
    community.page.fill("#raise-words", "the lift is out of order, somebody has to repair it")
    community.looks_well().shot("escalation-by-hand")
    community.page.click("button:has-text('Raise the task')")
    community.page.wait_for_selector("text=The task lies with the next level now.")
    ((_level, row),) = asked(house, LIES, task)

    street = town.person("street").open(f"/escalations/{row}").looks_well()
    assert "It needs a department" in street.text()
    street.page.click("summary:has-text('Give a new time')")
    street.page.fill("#hours", "1")
    street.page.fill("#extend-why", "the fitter comes at noon")
    street.looks_well().shot("escalation-extend")
    decide(street, str(row), "Give a new time, once")

    assert "gave it a new time" in community.open(f"/tasks/{task}").text()


def test_a_street_calls_two_departments_one_comes_and_the_whistle_is_closed(town: Town, house: House) -> None:
    community = town.person("community")
    task = task_in_hand(town, house, "worker-320102003015004-1")
    street = town.person("street").open(f"/tasks/{task}").looks_well()
    street.page.click("a:has-text('Call departments')")
    street.page.check("input[name=agency][value=health]")
    street.page.check("input[name=agency][value=police]")
    street.page.select_option("#lead", "health")
    street.page.select_option("#question", "medical")
    street.page.fill("#words", "somebody is to come along to the door")
    street.looks_well().shot("whistle-new")
    street.page.click("button:has-text('Blow the whistle')")
    street.page.wait_for_selector("text=The departments are called.")
    address = street.page.url.removeprefix(house.url)

    for language, phone in (("zh-hans", True), ("en", False)):
        screen = town.person("health", phone=phone, language=language).open("/called").looks_well()
        screen.shot(f"{language}-{'phone' if phone else 'wide'}-called")
    health = town.person("health").open("/called")
    assert "成贤街社区" in health.text() and "第2网格" not in health.text()
    health.page.check("input[name=answer][value=coming]")
    health.page.fill("input[name=words]", "a nurse sets out now")
    health.page.click("main button:has-text('Answer')")
    health.page.wait_for_selector("text=The answer is with whoever called.")
    assert "Nobody calls your department." in town.person("transport").open("/called").looks_well().text()

    asked(house, "update dispatch_whistlecall set next_at = now() where agency_code = 'police' and is_open")
    minute_passes(house)
    risen = town.person("district").open("/whistles")
    risen.page.locator(f"a[href='{address}']").wait_for(timeout=30_000)
    risen.looks_well().shot("whistle-risen")

    assert "waits for an answer" in risen.open(address).text()
    for language, phone in (("zh-hans", True), ("zh-hans", False), ("en", True), ("en", False)):
        late = town.person("police", phone=phone, language=language).open("/called").looks_well()
        late.shot(f"{language}-{'phone' if phone else 'wide'}-called-late")
    assert "did not answer in time" in late.text() and "District" in late.text()
    late.page.check("input[name=answer][value=coming]")
    late.page.fill("input[name=words]", "a patrol sets out late")
    late.page.click("main button:has-text('Answer')")
    late.page.wait_for_selector("text=The answer is with whoever called.")
    assert "did not answer in time" not in late.text() and "District" in late.text()

    street.open(address).looks_well().shot("whistle-answers")
    assert "a nurse sets out now" in street.text() and "a patrol sets out late" in street.text()
    street.page.fill("#closing", "the nurse has been there")
    street.page.click("button:has-text('Close the whistle')")
    street.page.wait_for_selector("text=The whistle is closed.")
    assert "No whistle of yours is open" in street.looks_well().text()
    assert "a nurse sets out now" in community.open(f"/tasks/{task}").looks_well().text()
