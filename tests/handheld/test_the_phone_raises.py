"""A household that needs more than its worker can do is raised on the phone, once, and says what becomes of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_house import FakeHouse
from tests.handheld.test_the_phone_keeps_quiet import READ

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "电梯停了，要人来修。"


def raises(phone: Phone, words: str = WORDS) -> Phone:
    """Raise the first household of the day."""
    phone.goes("#/check").page.locator("[data-task]").first.click()
    phone.page.click("[data-raise] summary")
    phone.page.select_option("#raise-kind", "department")
    phone.page.fill("#raise-words", words)
    phone.page.click("form[data-form=raise] button")
    return phone


def test_a_household_is_raised_without_a_network_and_arrives_once(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        raises(phone).waits(1).page.wait_for_selector("[data-lies=unsent]")
        phone.says("not sent yet").looks_well().is_killed().opens().waits(1)
        phone.goes("#/report").says("3 幢 101")
        house.talk.faults = ["lose"]

    phone.sends().sends().waits(0)

    assert house.talk.kinds() == ["department"]
    (first, *again) = house.talk.came
    assert (first["task"], first["words"]) == (house.tasks[0]["id"], WORDS)
    assert all(one["id"] == first["id"] for one in again)
    phone.goes("#/check").page.locator("[data-task]").first.click()
    phone.page.wait_for_selector("[data-lies=open]")
    expect(phone.page.locator("[data-raise]")).to_have_count(0)
    phone.looks_well()


def test_without_a_reason_and_words_nothing_is_raised(phone: Phone, house: FakeHouse) -> None:
    phone.goes("#/check").page.locator("[data-task]").first.click()
    phone.page.click("[data-raise] summary")
    phone.page.click("form[data-form=raise] button")
    phone.says("Choose a reason.").looks_well()
    phone.page.select_option("#raise-kind", "authority")
    phone.page.fill("#raise-words", "修")
    phone.page.click("form[data-form=raise] button")

    phone.says("four characters at least").waits(0)
    assert house.talk.came == []


@pytest.mark.parametrize(
    ("state", "words"),
    [("open", "It lies with"), ("extended", "a new time"), ("returned", "sent it back down")],
)
def test_a_household_says_where_it_lies_and_what_was_said(
    phone: Phone, house: FakeHouse, state: str, words: str
) -> None:
    house.tasks[0]["lies"] = {
        "place": "梅园新村街道", "state": state, "kind": "late", "words": "同物业一起去。",
        "at": house.now().isoformat(),
    }  # fmt: skip
    phone.sends().waits(0).goes("#/check").page.locator("[data-task]").first.click()

    phone.page.wait_for_selector(f"[data-lies={state}]")
    phone.says(words).says("梅园新村街道").says("同物业一起去。").looks_well()
    expect(phone.page.locator("[data-raise]")).to_have_count(0 if state == "open" else 1)


def test_a_refusal_stands_at_the_household_until_it_is_dismissed(phone: Phone, house: FakeHouse) -> None:
    house.talk.faults = ["refuse"]
    raises(phone).waits(0, 1).page.wait_for_selector("[data-lies=none] [data-act][data-state=refused]")
    phone.looks_well().page.click("[data-dismiss]")

    phone.waits(0)
    expect(phone.page.locator("[data-raise]")).to_have_count(1)


def test_what_is_raised_lies_sealed(phone: Phone) -> None:
    with phone.cut():
        raises(phone).waits(1)

        assert "要人来修" not in phone.page.evaluate(READ)


@pytest.mark.parametrize("language", ["en-US", "zh-CN", "zh-TW"])
def test_raising_fits_a_small_phone_in_large_print(buy: Callable[..., Phone], language: str) -> None:
    phone = buy(language=language, width=360).enrols().is_ready()
    phone.goes("#/settings").page.select_option("#size", "huge")
    phone.goes("#/check").page.locator("[data-task]").first.click()
    phone.page.click("[data-raise] summary")
    phone.looks_well()
    raises(phone).page.wait_for_selector("[data-lies=open]")
    phone.looks_well()
