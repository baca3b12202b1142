"""A form on the phone asks what its makers meant, in the phone's language, of the right household, and tells nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_forms import values
from tests.handheld.fake_house import FakeHouse
from tests.handheld.fill import a_photo, checked, kept, opened, photographed, question, registered, sent
from tests.handheld.test_the_phone_keeps_quiet import READ

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]
#: How many colours a part of the photo on the screen has: of what is blurred hardly any.
COLOURS = """([x, y, width, height]) => {
  const canvas = document.querySelector("[data-drawing]");
  const box = [x * canvas.width, y * canvas.height, width * canvas.width, height * canvas.height];
  const { data } = canvas.getContext("2d").getImageData(...box);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def test_what_is_wrong_is_listed_and_the_first_of_it_is_where_one_goes_on(
    phone: Phone, house: FakeHouse
) -> None:
    registered(opened(phone))
    question(phone, "phone").locator("input").fill("")
    question(phone, "temperature").locator("input").fill("３９９。5")

    phone.page.click("#send-form")

    problems = phone.page.locator("[data-problems] button")
    expect(problems).to_have_text(["Telephone: This needs an answer.", "Temperature (°C): Between 34 and 43"])
    expect(question(phone, "phone").locator("input")).to_be_focused()
    phone.looks_well()
    problems.nth(1).click()
    expect(question(phone, "temperature").locator("input")).to_be_focused()
    question(phone, "temperature").locator("input").fill("36.5")
    question(phone, "phone").locator("input").fill("13800001234")
    expect(problems).to_have_count(0)
    sent(phone).waits(0)
    assert [values(one)["temperature"] for one in house.forms.answers.values()] == [["36.5"]]


def test_only_what_applies_is_asked_and_counted(phone: Phone) -> None:
    opened(phone)
    assert question(phone, "arrival_date").count() == 0
    expect(phone.page.locator("[data-progress]")).to_have_text("0 of 10 answered")

    question(phone, "arrived_from").locator("input").fill("武汉市")

    expect(question(phone, "arrival_date")).to_be_visible()
    expect(phone.page.locator("[data-progress]")).to_have_text("1 of 12 answered")


def test_every_kind_of_question_gives_its_answer(phone: Phone, house: FakeHouse) -> None:
    checked(opened(phone, "door_check", door=2, whom=2))
    question(phone, "inside/count").locator("input").fill("12")
    question(phone, "inside/warm").locator("input").press("ArrowRight")
    question(phone, "inside/warm").locator("input").press("ArrowRight")
    question(phone, "inside/first").locator("[data-item=medicine] [data-by='-1']").click()
    question(phone, "again").locator("input").fill("2020-02-20")
    question(phone, "hour").locator("input").fill("09:30")
    question(phone, "code").locator("input").fill("NJ-0417")
    question(phone, "told").locator("input").check()
    phone.page.click("[data-add]")
    question(phone, "things[2]/thing").locator("input").fill("体温计")
    phone.page.click("[data-add]")
    phone.page.locator("[data-entry]").nth(2).locator("[data-remove]").click()
    phone.page.click("[data-yes]")
    phone.looks_well()
    sent(phone).waits(0)

    (answers,) = house.forms.answers.values()
    said = values(answers)
    wanted = {
        "task": [house.tasks[1]["id"]], "person": ["22"], "result": ["done"], "count": ["12"], "warm": ["3"],
        "first": ["masks medicine food"], "thing": ["口罩", "体温计"], "again": ["2020-02-20"],
        "hour": ["09:30:00.000+08:00"], "code": ["NJ-0417"], "told": ["OK"],
    }  # fmt: skip
    assert {name: said[name] for name in wanted} == wanted


def test_the_household_and_the_person_stand_there_and_cannot_be_mistaken(
    phone: Phone, house: FakeHouse
) -> None:
    phone.page.locator("[data-task]").first.click()
    phone.page.click("[data-form-open=door_check]")
    phone.says("Whom is this form about?").looks_well()

    phone.page.locator("[data-whom] a").nth(1).click()

    expect(question(phone, "task").locator("[data-known=task]")).to_have_text(house.tasks[0]["address_text"])
    expect(question(phone, "person").locator("[data-known=person]")).to_contain_text("12 · 赵**12")
    assert question(phone, "task").locator("input, select").count() == 0


def test_a_form_speaks_the_language_of_the_phone(buy: Callable[..., Phone]) -> None:
    phone = opened(buy(language="zh-TW").enrols().is_ready(), "door_check", door=1, whom=1)
    phone.says("先說明來意。").says("門口情況")

    phone.goes("#/settings").page.select_option("#language", "zh-Hans")

    opened(phone, "door_check", door=1, whom=1).says("先说明来意。").says("必填")


def test_a_part_of_a_photo_can_be_made_unreadable_and_put_back(phone: Phone) -> None:
    place = question(checked(opened(phone, "door_check", door=1, whom=1)), "things[1]/shot")
    place.locator("input[type=file]").set_input_files(a_photo(phone))  # type: ignore[arg-type]
    part = [0.3, 0.3, 0.2, 0.2]
    place.locator("[data-drawing]").scroll_into_view_if_needed()
    phone.page.wait_for_function("() => document.querySelector('[data-drawing]').width === 640")
    phone.looks_well()
    phone.page.click("#send-form")
    phone.says("Decide about the photo first")
    before = phone.page.evaluate(COLOURS, part)

    box = place.locator("[data-drawing]").bounding_box()
    assert box
    phone.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    phone.page.mouse.down()
    phone.page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.8)
    phone.page.mouse.up()

    assert phone.page.evaluate(COLOURS, part) < 30 < before
    place.locator("[data-undo]").click()
    assert phone.page.evaluate(COLOURS, part) == before


def test_what_was_answered_and_photographed_tells_nobody_anything(phone: Phone) -> None:
    with phone.cut():
        photographed(checked(opened(phone, "door_check", door=1, whom=1)), size=400)
        question(phone, "code").locator("input").fill("NJ-0417")
        draft = kept(phone).page.evaluate(READ)
        sent(phone).waits(1)
        waiting = phone.page.evaluate(READ)

    assert "door_check" in waiting, "the forms themselves lie open: this is what lies on the phone"
    for hidden in ("NJ-0417", "梅园", "赵**", "JFIF"):
        assert hidden not in draft
        assert hidden not in waiting


def test_nothing_stays_of_a_draft_whose_household_closed(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        kept(photographed(checked(opened(phone, "door_check", door=1, whom=1)), size=400))
    house.tasks = house.tasks[1:]

    phone.page.evaluate("() => dispatchEvent(new Event('online'))")
    phone.page.wait_for_selector("[data-form-gone]")

    phone.goes("#/report").page.wait_for_selector("#send-now")
    assert phone.page.locator("[data-draft]").count() == 0
    count = """async () => {
      const answered = asked => new Promise(done => { asked.onsuccess = () => done(asked.result); });
      const db = await answered(indexedDB.open("gridward-handheld"));
      const counts = [];
      for (const shelf of ["drafts", "photos"]) {
        counts.push(await answered(db.transaction(shelf).objectStore(shelf).count()));
      }
      db.close();
      return counts;
    }"""
    assert phone.page.evaluate(count) == [0, 0]


def test_a_draft_goes_with_the_day_and_what_waits_stays(buy: Callable[..., Phone], house: FakeHouse) -> None:
    house.keeps = timedelta(hours=1)
    phone = buy().enrols().is_ready()
    with phone.cut():
        sent(registered(opened(phone))).waits(1)
        question(opened(phone), "name").locator("input").fill("钱多")
        kept(phone).page.clock.install()
        phone.page.clock.set_system_time(house.now() + timedelta(hours=2))
        phone.page.reload()
        phone.opens().waits(1).goes("#/report").page.wait_for_selector("[data-submission]")
        assert phone.page.locator("[data-draft]").count() == 0

    house.keeps = timedelta(hours=20)
    phone.sends().waits(0)
    assert list(house.forms.stored.values()) == [1]


def test_a_form_that_is_asked_no_more_cannot_be_begun_but_finished(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        question(opened(phone), "name").locator("input").fill("赵小梅")
        kept(phone)
    house.forms.names = ["door_check", "stairwell"]
    phone.sends().page.wait_for_selector("[data-form-open=health_registration]", state="detached")

    phone.page.click("[data-draft]")
    sent(registered(phone)).waits(0)

    assert list(house.forms.stored.values()) == [1]


def test_a_step_that_was_refused_is_told_until_the_day_is_over(phone: Phone, house: FakeHouse) -> None:
    refused = {
        "step": "visit",
        "status": "refused",
        "title": "This task is closed.",
        "advice": "Nothing to do.",
    }
    house.forms.steps = [refused, {**refused, "status": "done", "title": "Not this."}]
    sent(checked(opened(phone, "door_check", door=1, whom=1))).waits(0).goes("#/report")

    told = phone.page.locator("[data-told] [data-sent]")
    expect(told).to_contain_text("This task is closed. Nothing to do.")
    expect(told).not_to_contain_text("Not this.")
    expect(told).to_contain_text("3 幢 101")
    phone.looks_well()

    house.tasks = house.tasks[1:]
    phone.sends()
    expect(told).not_to_contain_text("3 幢 101")
    expect(told).to_contain_text("This task is closed.")


def test_a_draft_is_thrown_away_after_a_question(phone: Phone) -> None:
    kept(registered(opened(phone))).page.click("[data-discard]")
    phone.says("Are you sure?").page.click("[data-yes]")

    phone.page.wait_for_selector("#send-now")
    assert phone.page.locator("[data-draft]").count() == 0


def test_locking_in_the_middle_leads_back_to_the_same_draft(phone: Phone) -> None:
    question(opened(phone), "name").locator("input").fill("赵小梅")
    phone.goes("#/settings").page.click("#lock")

    opened(phone.opens())

    expect(question(phone, "name").locator("input")).to_have_value("赵小梅")


def test_a_form_sent_in_one_tab_is_gone_in_the_other(phone: Phone, house: FakeHouse) -> None:
    kept(registered(opened(phone)))
    other = phone.has_another_tab()
    other.goto(f"{house.url}/handheld/#/report")
    other.click("[data-draft]")
    other.wait_for_selector("form[data-filling]")
    sent(phone).waits(0)

    other.locator("[data-question='/data/name'] input").fill("钱多")

    other.wait_for_selector("[data-form-gone]")
    assert [values(one)["name"] for one in house.forms.answers.values()] == [["赵小梅"]]


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_every_form_fits_and_can_be_used_by_anybody(buy: Callable[..., Phone], language: str) -> None:
    phone = buy(language=language, width=360).enrols().is_ready()
    for large in (False, True):
        opened(phone).looks_well().page.click("#send-form")
        phone.looks_well()
        photographed(checked(opened(phone, "door_check", door=1, whom=1)), size=400).looks_well()
        phone.goes("#/report").looks_well()
        if not large:
            phone.goes("#/settings").page.select_option("#size", "huge")
            phone.page.check("input[type=checkbox]")
