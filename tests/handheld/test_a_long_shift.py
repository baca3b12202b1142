"""At the end of a shift without a network hundreds of answers wait, and the next one costs no more than the first."""

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_house import FakeHouse

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


def filled(phone: Phone, count: int) -> Phone:
    """Fill the shortest form in so many times."""
    phone.page.evaluate(FILLED, count)
    return phone


def unsealed(phone: Phone) -> int:
    """Return how much was unsealed since this was asked last."""
    return int(phone.page.evaluate("() => { const sum = window.unsealed; window.unsealed = 0; return sum; }"))


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
