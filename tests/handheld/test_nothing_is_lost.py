"""What was recorded arrives, once, whatever happens to the network, the page, the house or the answer."""

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_house import FakeHouse

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_records_made_without_a_network_survive_a_kill_and_arrive_once(
    phone: Phone, house: FakeHouse
) -> None:
    with phone.cut():
        phone.records(1).records(2).records(1).waits(3)
        phone.page.reload()
        phone.opens().waits(3)
        phone.is_killed().opens().waits(3).says("No network")

    phone.sends().waits(0).says("3 sent today")
    assert list(house.stored.values()) == [1, 1, 1]
    first, second, third = house.arrived
    assert first["task"] == third["task"] != second["task"], (
        "they arrive in the order in which they were made"
    )


@pytest.mark.parametrize("fault", ["lose", "half", "fail", "gateway"])
def test_an_answer_that_did_not_come_whole_costs_nothing(phone: Phone, house: FakeHouse, fault: str) -> None:
    house.faults = [fault]
    with phone.cut():
        phone.records(1).records(2).records(1).waits(3)
    phone.is_killed().opens()
    phone.page.wait_for_selector(
        "#status[data-talk=offline], #status[data-talk=trouble], #status[data-talk=quiet]"
    )

    phone.sends().waits(0)
    assert list(house.stored.values()) == [1, 1, 1]


def test_a_phone_whose_clock_is_wrong_is_told_the_time_and_goes_on(phone: Phone, house: FakeHouse) -> None:
    house.ahead = house.keeps / 2

    phone.records(1).waits(0)

    assert list(house.stored.values()) == [1]


def test_what_is_recorded_while_others_are_on_their_way_follows_at_once(
    phone: Phone, house: FakeHouse
) -> None:
    house.faults = ["hold"]
    phone.records(1).records(2).waits(2)

    house.released.set()

    phone.waits(0)
    assert list(house.stored.values()) == [1, 1]


def test_pressing_twice_records_once(phone: Phone, house: FakeHouse) -> None:
    phone.page.locator("[data-task]").first.click()
    phone.page.check("form[data-form=visit] input[value=not_home]")
    press = "button.click(); button.click();"
    phone.page.evaluate(
        f"() => {{ const button = document.querySelector('form[data-form=visit] .first'); {press} }}"
    )
    phone.page.wait_for_selector("[data-task]")
    phone.waits(0)

    assert len(house.stored) == 1


def test_what_the_phone_cannot_store_is_not_said_to_be_recorded(phone: Phone, house: FakeHouse) -> None:
    full = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    phone.page.locator("[data-task]").first.click()
    phone.page.evaluate(full)
    phone.page.check("form[data-form=visit] input[value=not_home]")

    phone.page.click("form[data-form=visit] .first")

    phone.says("Not recorded")
    assert phone.page.locator("form[data-form=visit] input[value=not_home]").is_checked()
    assert house.stored == {}


def test_a_house_that_takes_nothing_in_still_says_what_is_in_hand(phone: Phone, house: FakeHouse) -> None:
    house.faults = ["refuse_all"]
    house.tasks = house.tasks[1:]

    phone.records(2).waits(1).says("The order has ended.")

    expect(phone.page.locator("[data-task]")).to_have_count(3)


def test_a_renewed_house_that_cannot_read_the_cursor_is_asked_for_the_whole_day(
    phone: Phone, house: FakeHouse
) -> None:
    house.strange = {house.cursor}
    house.tasks = house.tasks[2:]

    phone.sends().goes("#/check")

    expect(phone.page.locator("[data-task]")).to_have_count(2)


def test_a_record_of_one_tab_is_seen_in_the_other(phone: Phone) -> None:
    other = phone.has_another_tab()
    with phone.cut():
        phone.records(1).waits(1)

        other.wait_for_selector("#status[data-waiting='1']")
