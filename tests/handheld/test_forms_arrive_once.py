"""A form that was filled in arrives once with each of its photos, whatever is cut off, killed or lost on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.handheld.conftest import Phone
from tests.handheld.fake_forms import values
from tests.handheld.fake_house import FakeHouse
from tests.handheld.fill import checked, kept, opened, photographed, question, registered, sent

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: The database as it was before there were forms.
OLDER = """() => new Promise(done => {
  const asked = indexedDB.open("gridward-handheld", 1);
  asked.onupgradeneeded = () => ["plain", "sealed", "outbox"].forEach(name => asked.result.createObjectStore(name));
  asked.onsuccess = () => { asked.result.close(); done(); };
})"""


def test_a_form_filled_in_without_a_network_survives_a_kill_and_arrives_once(
    phone: Phone, house: FakeHouse
) -> None:
    with phone.cut():
        sent(registered(opened(phone))).waits(1).says("Recorded on this phone.")
        phone.is_killed().opens().waits(1)

    phone.sends().waits(0).says("1 sent today")
    assert list(house.forms.stored.values()) == [1]
    (answers,) = house.forms.answers.values()
    assert values(answers)["name"] == ["赵小梅"]
    assert values(answers)["symptoms"] == ["none"]
    assert "arrival_date" not in values(answers), "what was not asked is not there"


def test_a_page_that_is_killed_in_the_middle_keeps_the_draft(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        question(opened(phone), "name").locator("input").fill("赵小梅")
        kept(phone).is_killed().opens()
        phone.goes("#/report").page.click("[data-draft]")
        expect(question(phone, "name").locator("input")).to_have_value("赵小梅")
        sent(registered(phone, "赵大梅")).waits(1)
        expect(phone.page.locator("[data-draft]")).to_have_count(0)

    phone.sends().waits(0)
    assert [values(one)["name"] for one in house.forms.answers.values()] == [["赵大梅"]]


@pytest.mark.heavy
@pytest.mark.parametrize("fault", ["lose", "half", "fail"])
def test_an_answer_that_did_not_come_whole_costs_nothing(phone: Phone, house: FakeHouse, fault: str) -> None:
    house.forms.faults = [fault]
    with phone.cut():
        sent(registered(opened(phone))).waits(1)
        sent(registered(opened(phone), "钱多")).waits(2)

    phone.sends().is_killed().opens().sends().waits(0)

    assert list(house.forms.stored.values()) == [1, 1]


@pytest.mark.heavy
@pytest.mark.parametrize("fault", ["lose", "fail"])
def test_a_photo_that_was_cut_off_goes_on_where_it_was(phone: Phone, house: FakeHouse, fault: str) -> None:
    house.forms.photo_faults = ["", fault]
    checked(opened(phone, "door_check", door=1, whom=1))
    photographed(phone).page.click("[data-add]")
    question(phone, "things[2]/thing").locator("input").fill("体温计")
    photographed(phone, "things[2]/shot")

    sent(phone).page.wait_for_selector("#status[data-talk=offline], #status[data-talk=trouble]")
    phone.goes("#/report")
    phone.says("1 photo still to be sent").sends().waits(0)

    assert list(house.forms.stored.values()) == [1], "the answers went once"
    first, second = sorted(set(house.forms.came), key=house.forms.came.index)
    assert house.forms.came == [first, second, second]
    assert sorted(name for _id, name in house.forms.photos) == sorted([first, second])


def test_a_photo_is_small_and_says_nothing_but_the_picture(phone: Phone, house: FakeHouse) -> None:
    photographed(checked(opened(phone, "door_check", door=1, whom=1)))

    sent(phone).waits(0)

    ((_id, photo),) = house.forms.photos.items()
    assert photo.startswith(b"\xff\xd8")
    assert 20 * 1024 < len(photo) <= 150 * 1024, "it is the picture, and small"
    assert b"Exif" not in photo
    assert b"GPS" not in photo


def test_a_photo_the_house_knows_nothing_of_is_let_go_and_the_rest_arrives(
    phone: Phone, house: FakeHouse
) -> None:
    house.forms.photo_faults = ["unknown"]
    photographed(checked(opened(phone, "door_check", door=1, whom=1)))

    sent(phone).waits(0)

    assert list(house.forms.stored.values()) == [1]
    assert house.forms.photos == {}


@pytest.mark.heavy
def test_a_photo_that_was_refused_stays_with_the_reason(phone: Phone, house: FakeHouse) -> None:
    house.forms.photo_faults = ["unreadable"]
    photographed(checked(opened(phone, "door_check", door=1, whom=1)))
    sent(phone).waits(0, 1).goes("#/report").says(
        "Arrived, but a photo was refused: This photo cannot be read."
    )
    assert phone.page.locator("[data-correct]").count() == 0, "the answers themselves are with the house"

    phone.page.click("[data-submission] [data-again]")

    phone.waits(0)
    assert len(house.forms.photos) == 1


def test_what_was_refused_is_corrected_under_a_new_number(phone: Phone, house: FakeHouse) -> None:
    house.forms.faults = ["refuse"]
    house.forms.wrong = [{"where": "/data/phone", "problem": "This is not a telephone number."}]
    sent(registered(opened(phone))).waits(0, 1).goes("#/report")
    phone.says("These answers do not fit the form.").says(
        "Telephone: This is not a telephone number."
    ).looks_well()
    refused = phone.page.locator("[data-submission]").get_attribute("data-submission")

    phone.page.click("[data-correct]")
    expect(question(phone, "phone").locator(".wrong")).to_have_text("This is not a telephone number.")
    phone.looks_well()
    question(phone, "phone").locator("input").fill("13900004321")
    sent(phone).waits(0)

    ((number, answers),) = house.forms.answers.items()
    assert number != refused
    assert values(answers)["phone"] == ["13900004321"]
    assert values(answers)["name"] == ["赵小梅"]


@pytest.mark.heavy
def test_the_photos_of_what_was_refused_come_along_into_the_correction(
    phone: Phone, house: FakeHouse
) -> None:
    house.forms.faults = ["refuse"]
    photographed(checked(opened(phone, "door_check", door=1, whom=1)))
    sent(phone).waits(0, 1).goes("#/report").page.click("[data-correct]")
    expect(question(phone, "things[1]/shot").locator("canvas[data-photo]")).to_be_visible()

    sent(phone).waits(0)

    assert len(house.forms.answers) == len(house.forms.photos) == 1


@pytest.mark.heavy
def test_what_was_refused_is_thrown_away_only_after_a_question(phone: Phone, house: FakeHouse) -> None:
    house.forms.faults = ["refuse"]
    sent(registered(opened(phone))).waits(0, 1).goes("#/report")

    phone.page.click("[data-submission] [data-drop]")
    phone.waits(0, 1).says("Are you sure?").looks_well()
    phone.page.click("[data-submission] [data-yes]")

    phone.waits(0).says("Nothing waits.")
    assert house.forms.stored == {}


@pytest.mark.heavy
def test_a_household_that_closes_takes_no_answers_that_wait_along(phone: Phone, house: FakeHouse) -> None:
    house.forms.faults = ["fail"]
    sent(checked(opened(phone, "door_check", door=1, whom=1)))
    phone.page.wait_for_selector("#status[data-talk=trouble]")
    house.tasks = house.tasks[1:]

    phone.sends().waits(0)

    assert list(house.forms.stored.values()) == [1]


@pytest.mark.heavy
def test_what_the_phone_cannot_store_is_not_said_to_be_recorded(phone: Phone, house: FakeHouse) -> None:
    registered(opened(phone))
    phone.page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    question(phone, "remarks").locator("input").fill("晚上在家")
    phone.says("This phone could not store the last change.")

    phone.page.click("#send-form")

    phone.says("Not recorded")
    expect(question(phone, "name").locator("input")).to_have_value("赵小梅")
    assert house.forms.stored == {}


@pytest.mark.heavy
def test_pressing_twice_sends_once(phone: Phone, house: FakeHouse) -> None:
    registered(opened(phone))

    phone.page.evaluate(
        "() => { const button = document.querySelector('#send-form'); button.click(); button.click(); }"
    )

    phone.page.wait_for_selector("form[data-filling]", state="detached")
    phone.waits(0)
    assert list(house.forms.stored.values()) == [1]


@pytest.mark.heavy
def test_more_than_the_house_takes_at_once_goes_in_turns(phone: Phone, house: FakeHouse) -> None:
    """A routine job is three taps from Report: the form, its answer, "Send"."""
    with phone.cut():
        for number in range(1, 23):
            phone.goes("#/report").page.click("[data-form-open=stairwell]")
            question(phone, "state").locator("input[value=done]").check()
            sent(phone).waits(number)

    phone.sends().waits(0).says("22 sent today")

    assert house.forms.batches == [20, 2]
    assert set(house.forms.stored.values()) == {1}


@pytest.mark.heavy
def test_a_phone_of_the_version_before_gets_the_new_shelves(
    buy: Callable[..., Phone], house: FakeHouse
) -> None:
    phone = buy().goes("icon.svg")
    phone.page.evaluate(OLDER)

    phone.enrols().is_ready()

    sent(registered(opened(phone))).waits(0)
    assert list(house.forms.stored.values()) == [1]
