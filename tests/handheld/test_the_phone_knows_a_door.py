"""A door plate, scanned or its number typed, opens the household of today behind it, without a network."""

from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from playwright.sync_api import expect

from tests.handheld.conftest import PIN, Phone
from tests.handheld.fake_house import PLATES, FakeHouse
from tests.handheld.test_the_phone_keeps_quiet import READ

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Only phones read codes by themselves; here the browser is given what a phone's says of the photo that was taken.
READS = """said => { window.BarcodeDetector = class { async detect(image) {
  return image.width > 40 ? [{ rawValue: said }] : [];
} } }"""


def reads_codes(phone: Phone, said: str) -> Phone:
    """Let the phone's browser read codes, and open Check anew."""
    phone.page.evaluate(READS, said)
    phone.goes("#/settings").page.wait_for_selector("#size")
    phone.goes("#/check").page.wait_for_selector("[data-scan]", state="attached")
    return phone


def test_a_plate_opens_its_household_without_a_network(phone: Phone, house: FakeHouse) -> None:
    with phone.cut():
        phone.goes(f"#/door/{PLATES[0]}").page.wait_for_selector("form[data-form=visit]")
        phone.says("3 幢 502").page.go_back()

        phone.page.wait_for_selector("#find")


@pytest.mark.parametrize("typed", ["7G0Q-4M1Z-K9RW", "7g0q 4m1z k9rw", "7GOQ-4MIZ-K9RW", "7goq4mlzk9rw"])
def test_the_number_under_the_code_finds_the_door(phone: Phone, typed: str) -> None:
    phone.goes("#/check").page.fill("#find", typed)

    expect(phone.page.locator("[data-task]")).to_have_count(1)
    expect(phone.page.locator("[data-task]")).to_contain_text("502")
    phone.says("1 found").looks_well()


def test_of_a_door_behind_which_several_live_the_worker_chooses(phone: Phone) -> None:
    phone.goes(f"#/door/{PLATES[1]}").page.wait_for_selector("[data-at-door]")

    expect(phone.page.locator("[data-at-door] [data-task]")).to_have_count(2)
    phone.looks_well().page.locator("[data-at-door] a").last.click()
    phone.says("1501")


@pytest.mark.parametrize("code", ["ZZZZZZZZZZZZ", "7G0Q", "%3Cscript%3E"])
def test_of_a_door_that_is_not_of_today_the_phone_says_nothing(
    phone: Phone, house: FakeHouse, code: str
) -> None:
    phone.goes(f"#/door/{code}").page.wait_for_selector("[data-no-door]")

    phone.says("No household of your day").looks_well()


def test_a_plate_opened_by_the_phones_own_camera_waits_for_the_pin(phone: Phone) -> None:
    phone.is_killed().goes(f"#/door/{PLATES[0]}").page.wait_for_selector("#pin")
    phone.page.fill("#pin", PIN)
    phone.page.click("button.first")

    phone.page.wait_for_selector("form[data-form=visit]")


def test_a_photo_of_the_plate_opens_it_and_is_kept_nowhere(phone: Phone, tmp_path: Path) -> None:
    photo = tmp_path / "plate.png"
    segno.make(f"https://grid.example/handheld/#/door/{PLATES[0]}").save(photo, scale=4)
    before = phone.page.evaluate(READ)
    reads_codes(phone, f"https://grid.example/handheld/#/door/{PLATES[0]}").looks_well()

    phone.page.set_input_files("[data-scan]", photo)

    phone.page.wait_for_selector("form[data-form=visit]")
    after = phone.page.evaluate(READ)
    assert len(after) < len(before) + 500 and PLATES[0] not in after


def test_a_photo_without_a_plate_is_said_to_be_none(phone: Phone, tmp_path: Path) -> None:
    photo = tmp_path / "nothing.png"
    segno.make("1", micro=True).save(photo, scale=1)
    reads_codes(phone, "").page.set_input_files("[data-scan]", photo)

    phone.says("No plate can be read").looks_well()


def test_where_the_browser_reads_no_codes_nothing_offers_it(phone: Phone) -> None:
    phone.goes("#/check").page.wait_for_selector("#find")

    expect(phone.page.locator("[data-scan]")).to_have_count(0)


@pytest.mark.parametrize("language", ["en-US", "zh-CN", "zh-TW"])
def test_the_way_to_a_door_fits_a_small_phone_in_large_print(
    buy: Callable[..., Phone], language: str
) -> None:
    phone = buy(language=language, width=360).enrols().is_ready()
    phone.goes("#/settings").page.select_option("#size", "huge")
    reads_codes(phone, "").looks_well()
    phone.goes(f"#/door/{PLATES[1]}").page.wait_for_selector("[data-at-door]")
    phone.looks_well()
