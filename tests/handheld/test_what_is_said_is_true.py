"""What the screen says about a record holds: what may have arrived is not called back, what was refused is not gone."""

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_house import FakeHouse

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]


@pytest.mark.parametrize(
    "believes", [True, False], ids=["a browser that believes it is online", "flight mode"]
)
def test_what_was_never_sent_can_be_taken_back(phone: Phone, house: FakeHouse, *, believes: bool) -> None:
    if believes:
        phone.page.route("**/api/**", lambda route: route.abort())
    else:
        phone.context.set_offline(True)
        phone.says("No network")
    phone.records(1).waits(1)
    phone.page.wait_for_selector("#status[data-talk=offline]")

    phone.page.locator("[data-task]").first.click()
    phone.page.click("[data-record] [data-drop]")
    phone.page.click("[data-record] [data-yes]")

    phone.waits(0)
    assert phone.page.locator("[data-record]").count() == 0
    assert house.stored == {}


def test_what_may_have_arrived_cannot_be_taken_back(phone: Phone, house: FakeHouse) -> None:
    house.faults = ["lose"]
    phone.records(1)
    phone.page.wait_for_selector("#status[data-talk=offline]")

    phone.goes("#/report").says("may have arrived")

    assert phone.page.locator("[data-record] button").count() == 0
    phone.sends().waits(0)
    assert list(house.stored.values()) == [1]


def test_what_was_refused_stays_with_the_reason_until_it_is_sent_again(
    phone: Phone, house: FakeHouse
) -> None:
    house.faults = ["refuse"]
    phone.records(1).waits(0, 1)
    expect(phone.page.locator("[data-task]").first).to_contain_text("Refused")
    phone.page.locator("[data-task]").first.click()
    phone.says("This task is released already. Nothing needs to be done.").looks_well()

    phone.page.click("[data-record] [data-again]")

    phone.waits(0)
    assert len(house.stored) == 1


def test_what_was_refused_is_discarded_only_after_a_question(phone: Phone, house: FakeHouse) -> None:
    house.faults = ["refuse"]
    phone.records(1).waits(0, 1).goes("#/report")

    phone.page.click("[data-record] [data-drop]")
    phone.waits(0, 1).says("Are you sure?").looks_well()
    phone.page.click("[data-record] [data-yes]")

    phone.waits(0).says("Nothing waits.")
    assert house.stored == {}


def test_a_house_that_fails_is_not_called_no_network(phone: Phone, house: FakeHouse) -> None:
    house.faults = ["fail"]

    phone.records(1).waits(1).says("The house does not answer.")

    expect(phone.page.locator("#status")).not_to_contain_text("No network")


def test_a_household_asked_often_enough_takes_no_visit_unless_it_is_urgent_and_says_why(
    phone: Phone, house: FakeHouse
) -> None:
    phone.page.locator("[data-task]").nth(2).click()
    phone.says("Come again tomorrow")
    assert phone.page.locator("form:not([data-form=raise])").count() == 0

    phone.goes("#/check").page.locator("[data-task]").nth(3).click()
    phone.says("As this is urgent").page.check("form[data-form=visit] input[value=not_home]")
    phone.page.click("form[data-form=visit] .first")
    phone.says("Choose a reason.")
    phone.page.select_option("#excess", "danger")
    phone.page.click("form[data-form=visit] .first")
    phone.page.wait_for_selector("[data-task]")

    phone.waits(0)
    assert [one["excess"] for one in house.arrived] == ["danger"]


def test_a_call_is_recorded_for_one_person_with_the_reason_it_was_left_out(
    phone: Phone, house: FakeHouse
) -> None:
    phone.page.locator("[data-task]").first.click()
    phone.page.click("summary")
    form = phone.page.locator("form[data-form=phone]").nth(1)
    form.locator("select[id^=call-]").select_option("skipped:no_number")
    form.locator("button").click()
    phone.page.wait_for_selector("[data-task]")

    phone.waits(0)
    (call,) = house.arrived
    assert (call["kind"], call["result"], call["person"]) == (
        "phone", "skipped:no_number", house.tasks[0]["people"][1]["person_id"],
    )  # fmt: skip


def test_a_door_is_found_and_every_channel_is_named_once(phone: Phone) -> None:
    phone.page.fill("#find", "1403")
    phone.says("1 found").page.locator("[data-task]").click()

    phone.says("Asked by: 公安返程名单 · 铁路同乘名单")
    assert phone.page.locator("main").inner_text().count("公安返程名单") == 1
