"""At the end of a shift without a network hundreds of answers wait, and the next one costs no more than the first."""

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_house import FakeHouse
from tests.handheld.fill import a_photo, checked, opened, question

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: How many answers are on the screen at once.
SHOWN = 50
#: Fills a form in as fast as the page goes: what is measured is the phone and not who drives it.
FILLED = """async count => {
  const there = async find => {
    for (;;) {
      const one = find();
      if (one) return one;
      await new Promise(done => setTimeout(done, 5));
    }
  };
  const found = place => there(() => document.querySelector(place));
  for (; count > 0; count -= 1) {
    location.hash = "#/report";
    (await found("[data-form-open=stairwell]")).click();
    (await found("form[data-filling=stairwell] input[value=done]")).click();
    (await found("#send-form:not(:disabled)")).click();
    await there(() => !document.querySelector("form[data-filling]"));
    await found("#status:not([data-talk=busy])");
  }
}"""
#: Counts how often something is unsealed.
COUNTED = """() => {
  const own = crypto.subtle.decrypt.bind(crypto.subtle);
  window.unsealed = 0;
  crypto.subtle.decrypt = (...asked) => { window.unsealed += 1; return own(...asked); };
}"""


#: Counts how often something is written.
WRITTEN = """() => {
  const own = IDBDatabase.prototype.transaction;
  window.written = 0;
  IDBDatabase.prototype.transaction = function (shelves, mode, ...rest) {
    window.written += mode === "readwrite" ? 1 : 0;
    return own.call(this, shelves, mode, ...rest);
  };
}"""


def filled(phone: Phone, count: int) -> Phone:
    """Fill the shortest form in so many times."""
    phone.page.evaluate(FILLED, count)
    return phone


def unsealed(phone: Phone) -> int:
    """Return how much was unsealed since this was asked last."""
    return int(phone.page.evaluate("() => { const sum = window.unsealed; window.unsealed = 0; return sum; }"))


def in_memory(phone: Phone) -> dict[str, float]:
    """Return what the page holds once everything that nobody needs any more is gone."""
    phone.page.locator("[data-task]").first.wait_for()
    devtools = phone.context.new_cdp_session(phone.page)
    devtools.send("Performance.enable")
    devtools.send("HeapProfiler.collectGarbage")
    return {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}


def test_of_a_long_list_the_newest_are_shown_and_what_was_refused_before_all_others(
    phone: Phone, house: FakeHouse
) -> None:
    shown = phone.page.locator("[data-submission]")
    with phone.cut():
        filled(phone, SHOWN + 5).waits(SHOWN + 5).goes("#/report")
        expect(shown).to_have_count(SHOWN)
        newest = [one.get_attribute("data-submission") for one in shown.all()]
        phone.says("5 earlier ones").looks_well().page.click("[data-more]")
        expect(shown).to_have_count(SHOWN + 5)
        everything = [one.get_attribute("data-submission") for one in shown.all()]
        expect(phone.page.locator("[data-more]")).to_have_count(0)
    assert everything[5:] == newest

    house.forms.faults = ["refuse", "fail", "fail"]
    phone.sends().waits(SHOWN - 15, 20)
    phone.goes("#/check").goes("#/report").page.wait_for_selector("[data-more]")

    expect(shown).to_have_count(SHOWN)
    refused = [
        one.get_attribute("data-submission") for one in phone.page.locator("[data-state=refused]").all()
    ]
    assert refused == everything[:20]


def test_the_next_answers_unseal_none_of_those_that_wait(phone: Phone) -> None:
    with phone.cut():
        phone.page.evaluate(COUNTED)
        filled(phone, 10)
        unsealed(phone)
        few = unsealed(filled(phone, 4))
        filled(phone, 20)
        unsealed(phone)
        many = unsealed(filled(phone, 4))

    assert 0 < many <= few + 2


def test_a_form_that_was_sent_leaves_nothing_in_memory(phone: Phone) -> None:
    with phone.cut():
        filled(phone, 6).goes("#/check")
        before = in_memory(phone)
        filled(phone, 8).goes("#/check")
        after = in_memory(phone)

    assert after["Nodes"] - before["Nodes"] < 50, "an open form has 300"
    assert after["Documents"] == before["Documents"]
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 8 * 100_000, (
        "an open form takes half a megabyte"
    )


def test_what_was_unsealed_is_read_anew_from_another_tab_and_gone_when_the_phone_is_locked(
    phone: Phone, house: FakeHouse
) -> None:
    with phone.cut():
        filled(phone, 3).waits(3)
        other = phone.has_another_tab()
        other.wait_for_selector("#status[data-waiting='3']")
        filled(phone, 1)
        other.wait_for_selector("#status[data-waiting='4']")
        other.goto(f"{house.url}/handheld/#/report")
        other.locator("[data-submission] [data-drop]").first.click()
        other.locator("[data-submission] [data-yes]").click()
        phone.waits(3)
        phone.goes("#/settings").page.click("#lock")
        phone.opens().waits(3)
        other.close()

    phone.sends().waits(0)
    assert len(house.forms.stored) == 3


def test_what_arrived_together_is_written_down_together(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        filled(phone, 19).waits(19)
        phone.page.evaluate(WRITTEN)

    phone.waits(0).page.wait_for_selector("#status[data-talk=quiet]")

    assert house.forms.batches == [19]
    assert phone.page.evaluate("window.written") < 10
    phone.goes("#/report").says("19 sent today")


def test_the_button_that_sends_stays_where_it_is_while_what_waits_goes(phone: Phone) -> None:
    button = phone.page.locator("#send-now")
    with phone.cut():
        filled(phone, 3).waits(3).goes("#/report")
        phone.page.locator("[data-submission]").last.wait_for()
        before = button.bounding_box()
    phone.waits(0)
    expect(phone.page.locator("[data-submission]")).to_have_count(0)

    after = button.bounding_box()

    assert before and after and abs(before["y"] - after["y"]) < 40, (before, after)


def test_the_memory_of_a_photo_is_given_back_at_once(phone: Phone) -> None:
    checked(opened(phone, "door_check", door=1, whom=1))
    place = question(phone, "things[1]/shot")
    place.locator("input[type=file]").set_input_files(a_photo(phone, 400))  # type: ignore[arg-type]
    drawn = place.locator("canvas[data-drawing]").element_handle()
    place.locator("[data-keep]").click()
    kept = place.locator("canvas[data-photo]").element_handle()
    phone.page.wait_for_function("one => one.width === 400", arg=kept)

    phone.page.click("a.back")

    phone.page.wait_for_selector("[data-draft], form[data-form]")
    assert [one.evaluate("one => one.width * one.height") for one in (drawn, kept)] == [0, 0]
