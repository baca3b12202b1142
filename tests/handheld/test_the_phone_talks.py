"""A phone and its centre tell each other something: instructions, a call for help, the hours of duty; each act once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_house import FakeHouse
from tests.handheld.fake_talk import instruction
from tests.handheld.test_the_phone_keeps_quiet import READ

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def told(house: FakeHouse) -> list[str]:
    """Let the centre tell three things, one of them urgent; return their ids, the newest first."""
    house.talk.instructions = [
        instruction(3, "今晚八点在社区中心开会。"),
        instruction(2, "3 幢电梯停用：走楼梯，十点前做完。", urgent=True),
        instruction(1, "口罩在门卫处领取。"),
    ]
    return [one["id"] for one in house.talk.instructions]


def calls(phone: Phone, kind: str = "injured") -> Phone:
    """Call for help."""
    phone.goes("#/report").page.click("#need-help")
    phone.page.click(f"[data-help-kind={kind}]")
    return phone


def test_instructions_are_received_once_when_they_were_on_the_open_screen(
    phone: Phone, house: FakeHouse
) -> None:
    newest, urgent, oldest = told(house)
    phone.sends()
    expect(phone.page.locator("[data-new]")).to_have_text("3")
    assert house.talk.stored == {}, "they were not on the screen yet"

    phone.goes("#/receive").page.wait_for_selector("[data-instruction][data-state=received]")
    expect(phone.page.locator("[data-new]")).to_have_count(0)
    phone.waits(0).looks_well()
    ids = [one.get_attribute("data-instruction") for one in phone.page.locator("[data-instruction]").all()]
    assert ids == [urgent, newest, oldest]
    expect(phone.page.locator("[data-urgent]")).to_have_count(1)
    phone.goes("#/check").goes("#/receive").page.reload()
    phone.opens().waits(0)

    assert sorted(house.talk.kinds()) == ["received"] * 3
    assert len(house.talk.came) == 3


def test_what_was_not_on_the_screen_is_not_received(phone: Phone, house: FakeHouse) -> None:
    house.talk.instructions = [instruction(20 - number, "写得很长的指示。\n" * 12) for number in range(5)]
    phone.sends().goes("#/receive").page.wait_for_selector("[data-instruction][data-state=received]")
    phone.waits(0)
    before = len(house.talk.stored)

    phone.page.locator("[data-instruction] [data-done]").last.scroll_into_view_if_needed()
    phone.page.wait_for_selector("[data-instruction]:last-child[data-state=received]")

    assert before < 5
    phone.waits(0)
    assert len(house.talk.stored) > before


def test_done_without_a_network_survives_a_kill_and_is_sent_once(phone: Phone, house: FakeHouse) -> None:
    newest, urgent, _oldest = told(house)
    phone.sends().goes("#/receive").page.wait_for_selector("[data-instruction][data-state=received]")
    phone.waits(0)
    with phone.cut():
        phone.page.click(f"[data-instruction='{urgent}'] [data-done]")
        phone.waits(1).says("not sent yet")
        phone.is_killed().opens().waits(1).goes("#/receive").says("走楼梯")
        phone.page.wait_for_selector(f"[data-instruction='{urgent}'][data-state=done]")
        house.talk.faults = ["lose"]

    phone.sends().sends().waits(0)
    assert house.talk.kinds().count("done") == 1
    assert [one["id"] for one in house.talk.came if one["kind"] == "done"] == [urgent, urgent]
    assert newest != urgent


def test_an_instruction_goes_when_its_time_is_over(phone: Phone, house: FakeHouse) -> None:
    told(house)
    phone.sends().goes("#/receive").page.wait_for_selector("[data-instruction][data-state=received]")
    # An answer that comes while the clock is turned would be read by two clocks.
    phone.waits(0).page.wait_for_selector("#status[data-talk=quiet]")
    with phone.cut():
        phone.page.clock.install()
        phone.page.clock.set_system_time(house.now() + timedelta(hours=10))
        phone.page.reload()
        phone.opens().goes("#/receive").page.wait_for_selector("[data-no-instructions]")
        phone.goes("#/check").page.wait_for_selector("[data-task]")


def test_a_call_for_help_without_a_network_goes_once_and_says_who_comes(
    phone: Phone, house: FakeHouse
) -> None:
    with phone.cut():
        calls(phone, "threatened").says("Not sent yet").says("120 ambulance")
        phone.page.wait_for_selector("[data-help=unsent]")
        phone.looks_well().is_killed().opens().goes("#/report").page.wait_for_selector("[data-help=unsent]")
        phone.waits(1)
        house.talk.faults = ["lose"]
    phone.sends().sends().page.wait_for_selector("[data-help=sent]")
    assert list(house.talk.stored.values()) == [1]
    assert {one["id"] for one in house.talk.came} == {house.talk.came[0]["id"]}
    assert house.talk.kinds() == ["threatened"]

    assert house.talk.help is not None
    house.talk.help["taken_by"] = "community-320102003015"
    phone.sends().says("community-320102003015 takes care of it").looks_well()
    house.talk.help["closed_at"] = house.now().isoformat()
    phone.sends().page.wait_for_selector("[data-help=closed]")
    phone.page.wait_for_selector("#need-help")


def test_while_a_call_is_open_the_phone_asks_every_twenty_seconds(phone: Phone, house: FakeHouse) -> None:
    phone.page.clock.install()
    phone.page.reload()
    phone.opens().page.wait_for_selector("[data-task]")
    calls(phone).page.wait_for_selector("[data-help=sent]")
    assert house.talk.help is not None
    house.talk.help["taken_by"] = "community-320102003015"

    phone.page.clock.fast_forward(21_000)

    phone.page.wait_for_selector("[data-help=taken]")


def test_pressing_twice_and_not_now_call_nobody(phone: Phone, house: FakeHouse) -> None:
    phone.goes("#/report").page.dblclick("#need-help")
    phone.page.wait_for_selector("[data-help-kind=injured]")
    phone.looks_well().page.click("[data-not-now]")

    phone.page.wait_for_selector("#need-help")
    phone.sends().waits(0)
    assert house.talk.stored == {}


@pytest.mark.parametrize("fault", ["fail", "busy"])
def test_a_house_that_is_in_trouble_hears_of_it_all_the_same(
    phone: Phone, house: FakeHouse, fault: str
) -> None:
    house.talk.faults = [fault]
    calls(phone).page.wait_for_selector("#status[data-talk=trouble]")
    phone.waits(1).records(1)

    phone.waits(0)
    assert house.talk.kinds() == ["injured"]
    assert len(house.stored) == 1


def test_duty_begins_and_ends_without_a_network_and_arrives_once(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        phone.goes("#/settings").page.click("#duty-begin")
        phone.page.wait_for_selector("[data-duty=on]")
        phone.waits(1).looks_well().page.click("#duty-end")
        phone.says("End your duty now?").page.click("[data-duty] [data-yes]")
        phone.page.wait_for_selector("[data-duty=off]")
        phone.is_killed().opens().waits(2).goes("#/settings").page.wait_for_selector("[data-duty=off]")

    phone.sends().waits(0)
    assert house.talk.kinds() == ["begin", "end"]
    assert len(house.talk.came) == 2


def test_the_clock_counts_advises_and_shows_the_own_hours(phone: Phone, house: FakeHouse) -> None:
    since = (house.now() - timedelta(hours=13)).isoformat()
    house.talk.duty = {"since": since, "hours": 13.2, "advice": "rest"}
    house.talk.own_hours = [{"day": "2020-02-13", "hours": 9.5}, {"day": "2020-02-14", "hours": 13.2}]

    phone.sends().goes("#/check").says("13.2 h").page.wait_for_selector("[data-advice]")
    phone.looks_well().page.click("[data-duty-line]")

    phone.page.wait_for_selector("[data-advice=rest]")
    expect(phone.page.locator("[data-own-hours] li")).to_have_count(2)
    phone.says("9.5 h").says("Only you can read them.").looks_well()


def test_a_pause_is_advised_without_a_network_too(phone: Phone, house: FakeHouse) -> None:
    begun = house.now()
    house.talk.duty = {"since": begun.isoformat(), "hours": 0, "advice": ""}
    house.talk.advised = [
        {"at": (begun + timedelta(hours=hours)).isoformat(), "advice": advice}
        for hours, advice in ((4, "break"), (4.5, ""), (12, "rest"))
    ]
    phone.sends().goes("#/check").page.wait_for_selector("[data-duty-line]:has-text('On duty since')")
    phone.page.wait_for_selector("#status[data-talk=quiet]")
    expect(phone.page.locator("[data-advice]")).to_have_count(0)
    with phone.cut():
        phone.page.clock.install()
        for hours, advice in ((4.1, "break"), (5, ""), (12.5, "rest")):
            phone.page.clock.set_system_time(begun + timedelta(hours=hours))
            phone.page.reload()
            phone.opens().goes("#/settings").page.wait_for_selector("[data-duty=on]")
            expect(phone.page.locator(f"[data-advice='{advice}']")).to_have_count(1 if advice else 0)
            expect(phone.page.locator("[data-advice]")).to_have_count(1 if advice else 0)


def test_a_refusal_is_shown_in_words_until_it_is_dismissed(phone: Phone, house: FakeHouse) -> None:
    house.talk.faults = ["refuse"]
    phone.goes("#/settings").page.click("#duty-begin")
    phone.waits(0, 1).says("Your duty has begun already. End it first.").looks_well()

    phone.page.click("[data-act] [data-dismiss]")

    phone.waits(0)
    expect(phone.page.locator("[data-act]")).to_have_count(0)


def test_an_older_house_breaks_nothing(buy: Callable[..., Phone], house: FakeHouse) -> None:
    house.talk.is_old = True
    phone = buy().enrols().is_ready()
    for place in ("receive", "report", "settings", "check"):
        phone.goes(f"#/{place}").looks_well()
        assert (
            phone.page.locator("#need-help, [data-duty], [data-duty-line], [data-instructions]").count() == 0
        )

    phone.records(1).waits(0)

    assert len(house.stored) == 1


def test_what_is_told_lies_sealed_and_goes_with_the_phone(phone: Phone, house: FakeHouse) -> None:
    _newest, urgent, _oldest = told(house)
    phone.sends().page.wait_for_selector("[data-new]")
    with phone.cut():
        phone.goes("#/receive").page.click(f"[data-instruction='{urgent}'] [data-done]")
        calls(phone).page.wait_for_selector("[data-help=unsent]")
        said = phone.page.evaluate(READ)
        assert not any(word in said for word in ("门卫处领取", "走楼梯", "梅园", urgent))
        house.standing = "ended"

    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.says("Your centre has ended it.")

    assert phone.page.evaluate("indexedDB.databases().then(all => all.length)") == 0


@pytest.mark.parametrize("language", ["en-US", "zh-CN", "zh-TW"])
def test_it_fits_a_small_phone_in_large_print(
    buy: Callable[..., Phone], house: FakeHouse, language: str
) -> None:
    told(house)
    house.talk.duty = {
        "since": (house.now() - timedelta(hours=5)).isoformat(),
        "hours": 4.1,
        "advice": "break",
    }
    phone = buy(language=language, width=360).enrols().is_ready()
    phone.goes("#/settings").page.select_option("#size", "huge")
    for place in ("check", "receive", "settings"):
        phone.goes(f"#/{place}").looks_well()
    phone.goes("#/report").page.click("#need-help")
    phone.looks_well()
    phone.page.click("[data-help-kind=lost_way]")
    phone.page.wait_for_selector("[data-help=sent]")
    phone.looks_well()
