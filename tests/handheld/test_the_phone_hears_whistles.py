"""A phone shows the whistles that concern its worker, and says once that an answer was received."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_house import FakeHouse
from tests.handheld.fake_talk import called, whistle

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def blown(house: FakeHouse) -> None:
    """Let a whistle be about a household in hand, one about none, and one be closed."""
    house.talk.whistles = [
        whistle(3, called(1, "区住建局", "coming"), called(2, "区民政局"), task=1),
        whistle(2, called(1, "区商务局", "answered", id="01a00000-0000-7000-8000-000000000009")),
        whistle(
            4,
            called(3, "区水务局", "answered"),
            task=2,
            closed_at=house.now().isoformat(),
            closing="水已恢复。",
        ),
    ]


def reads_all(phone: Phone) -> Phone:
    """Open Receive and read down to its end."""
    phone.goes("#/receive").page.wait_for_selector("[data-called][data-received=yes]")
    phone.page.locator("[data-console]").scroll_into_view_if_needed()
    expect(phone.page.locator("[data-called][data-received=no]")).to_have_count(0)
    return phone


def test_answers_about_a_household_in_hand_are_received_once(phone: Phone, house: FakeHouse) -> None:
    blown(house)
    phone.sends()
    expect(phone.page.locator("[data-new]")).to_have_text("2")
    assert house.talk.stored == {}, "they were not on the screen yet"

    reads_all(phone)
    expect(phone.page.locator("[data-new]")).to_have_count(0)
    phone.waits(0).looks_well().says("Repair something").says("leads").says("水已恢复。")
    shown = [one.get_attribute("data-state") for one in phone.page.locator("[data-whistle]").all()]
    assert shown == ["open", "open", "closed"]
    phone.goes("#/check").goes("#/receive").page.reload()
    phone.opens().waits(0)

    assert sorted(house.talk.kinds()) == ["answered", "coming"], "what is about no household is nobody's"
    assert len(house.talk.came) == 2


def test_a_whistle_leads_to_its_household(phone: Phone, house: FakeHouse) -> None:
    blown(house)
    phone.sends().goes("#/receive").page.click("[data-whistle] a.back")

    phone.page.wait_for_selector("form[data-form=visit]")
    phone.says("3 幢 101")


def test_received_without_a_network_survives_a_kill_and_is_sent_once(phone: Phone, house: FakeHouse) -> None:
    blown(house)
    phone.sends().page.wait_for_selector("[data-new]")
    with phone.cut():
        reads_all(phone).waits(2).is_killed().opens().waits(2).goes("#/report").says("区住建局").says(
            "not sent yet"
        )
        house.talk.faults = ["lose"]

    phone.sends().sends().waits(0)

    assert sorted(house.talk.kinds()) == ["answered", "coming"]


def test_an_answer_that_changed_is_received_anew(phone: Phone, house: FakeHouse) -> None:
    house.talk.whistles = [whistle(3, called(1, "区住建局", "coming"), task=1)]
    phone.sends().goes("#/receive").page.wait_for_selector("[data-called][data-received=yes]")
    phone.waits(0)
    house.talk.whistles[0]["calls"][0].update(state="answered", words="电梯已修好。", received_at=None)

    phone.sends().goes("#/receive").says("电梯已修好。")

    expect(phone.page.locator("[data-called][data-received=yes]")).to_have_count(1)
    phone.waits(0)
    assert house.talk.kinds() == ["coming", "answered"]


def test_a_receipt_of_what_is_there_no_more_says_nothing(phone: Phone, house: FakeHouse) -> None:
    blown(house)
    phone.sends().page.wait_for_selector("[data-new]")
    with phone.cut():
        reads_all(phone)
        house.talk.whistles, house.talk.faults = [], ["gone"]

    phone.sends().waits(0)
    phone.goes("#/receive").page.wait_for_selector("[data-no-whistles]")
    expect(phone.page.locator("[data-act]")).to_have_count(0)


def test_a_house_that_does_not_tell_of_whistles_shows_none(
    buy: Callable[..., Phone], house: FakeHouse
) -> None:
    house.talk.tells_whistles = False
    phone = buy().enrols().is_ready()

    phone.goes("#/receive").page.wait_for_selector("[data-no-instructions]")

    assert phone.page.locator("[data-whistles], [data-no-whistles]").count() == 0


@pytest.mark.parametrize("language", ["en-US", "zh-CN", "zh-TW"])
def test_whistles_fit_a_small_phone_in_large_print(
    buy: Callable[..., Phone], house: FakeHouse, language: str
) -> None:
    blown(house)
    phone = buy(language=language, width=360).enrols().is_ready()
    phone.goes("#/settings").page.select_option("#size", "huge")
    phone.goes("#/receive").page.wait_for_selector("[data-whistle]")
    phone.looks_well()
