"""
A centre and a worker tell each other something, over a real house: an instruction, a call for help, the hours of duty.

It works at any hour: what the centre tells is urgent, for the rest would wait for the morning.
"""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.test_the_handheld import cut, enrolled, waits

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

WORKER = "worker-320102003015005-1"
WORDS = "3 幢电梯停用：请走楼梯，今天下班前在门口贴好通知。"
CALLS = "select count(*) from field_helpcall where id = %s::uuid"
PIECES = """
select count(*), count(ended_at) from field_workpiece p join workforce_account a on a.id = p.account_id
 where a.handle = %s
"""


def written(centre: Walker) -> str:
    """Let the centre tell one worker something urgent; return the address of its page."""
    page = centre.open("/duty/instructions").page
    if not page.locator("#to").is_visible():
        page.click("#write summary")
    page.select_option("#to", f"worker:{WORKER}")
    page.fill("#words", WORDS)
    page.check("input[name=urgent][value=yes]")
    page.click("#write button.btn-primary")
    page.wait_for_url(lambda url: not url.endswith(("/duty/instructions", "/write")))
    return page.url


def shown(phone: Walker, place: str) -> Walker:
    """Open one of the phone's places."""
    phone.page.goto(f"{phone.house.url}/handheld/#/{place}")
    return phone


def test_what_a_centre_tells_is_received_and_done(town: Town, house: House) -> None:
    centre = town.person("community")
    address = written(centre)
    assert "0 of 1 received it" in centre.text()
    phone = enrolled(town, WORKER)
    page = phone.page
    expect(page.locator("[data-new]")).to_have_text("1")

    shown(phone, "receive")
    page.wait_for_selector("[data-instruction][data-state=received]")
    waits(page, 0)
    expect(page.locator("[data-instruction]")).to_contain_text(WORDS)
    phone.looks_well().at_width(360).looks_well().at_width(412).shot("handheld-en-instruction", full=False)
    centre.page.goto(address)
    assert "1 of 1 received it" in centre.text()
    with cut(page):
        page.click("[data-instruction] [data-done]")
        waits(page, 1)
    shown(phone, "report").page.click("#send-now")
    waits(page, 0)
    centre.page.goto(address)

    expect(centre.page.locator("#heard-rows")).to_contain_text("done")
    centre.looks_well().shot("instruction-done")


def test_who_calls_for_help_reads_who_comes(town: Town, house: House) -> None:
    phone = enrolled(town, WORKER)
    page = phone.page
    shown(phone, "report").page.click("#need-help")
    phone.looks_well().shot("handheld-en-help-kinds", full=False)
    with cut(page):
        page.click("[data-help-kind=threatened]")
        page.wait_for_selector("[data-help=unsent]")
        phone.looks_well().shot("handheld-en-help-unsent", full=False)
    page.wait_for_selector("[data-help=sent]")

    centre = town.person("community").open("/duty/help")
    card = centre.page.locator("[data-call]").filter(has_text=WORKER)
    call = card.get_attribute("data-call")
    card.locator("button:has-text('I take care of it')").click()
    centre.page.wait_for_load_state()
    page.wait_for_selector("[data-help=taken]", timeout=40_000)
    phone.looks_well().shot("handheld-en-help-taken", full=False)
    assert "takes care of it" in phone.text()
    centre.page.locator(f"[data-call='{call}'] input[value=safe]").check()
    centre.page.click(f"[data-call='{call}'] button:has-text('Close the call')")
    centre.page.wait_for_load_state()
    page.wait_for_selector("[data-help=closed]", timeout=40_000)
    assert asked(house, CALLS, call) == [(1,)]


def test_a_worker_keeps_the_own_hours(town: Town, house: House) -> None:
    phone = enrolled(town, WORKER)
    page = phone.page
    shown(phone, "settings").page.click("#duty-begin")
    page.wait_for_selector("[data-duty=on]")
    waits(page, 0)
    shown(phone, "check").page.wait_for_selector("[data-duty-line]:has-text('On duty since')")
    phone.looks_well().shot("handheld-en-duty-line", full=False)
    centre = town.person("community").open("/duty/clock")
    assert WORKER in centre.text()
    with cut(page):
        shown(phone, "settings").page.click("#duty-end")
        page.click("[data-duty] [data-yes]")
        page.wait_for_selector("[data-duty=off]")
        waits(page, 1)
    phone.looks_well().shot("handheld-en-duty", full=False)
    shown(phone, "report").page.click("#send-now")
    waits(page, 0)

    assert asked(house, PIECES, WORKER) == [(1, 1)]
