"""A form goes from a workbook to what will be asked: sent in by one officer, read and published by another."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.forms.sheets import asked, csv_of, sheets
from tests.journeys.conftest import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

SCREENS = [("en", False), ("zh-hans", True)]


@pytest.mark.parametrize(("language", "phone"), SCREENS)
def test_a_form_is_sent_in_mended_read_and_published(
    town: Town, language: str, phone: bool, tmp_path: Path
) -> None:
    name = f"{language}-{'phone' if phone else 'wide'}-form"
    book, code = tmp_path / "form.csv", f"care_visit_{language[:2]}"
    intake = town.person("intake", phone=phone, language=language).open("/forms")

    intake.open("/forms/new").looks_well().shot(f"{name}-new")
    book.write_bytes(csv_of(sheets(asked("belief", **{"label::中文 (zh)": "宗教信仰"}), code=code)))
    _send(intake.page, book, "#problems")
    intake.looks_well().shot(f"{name}-problem")
    assert "belief" in intake.page.locator("#problems").inner_text()

    book.write_bytes(
        csv_of(sheets(asked(), asked("visits", "integer", relevant="${help_needed} = 'yes'"), code=code))
    )
    _send(intake.page, book, "#questions")
    intake.looks_well().shot(f"{name}-draft")
    url = intake.page.url.removeprefix(intake.house.url)
    assert intake.page.locator("#questions > li").count() == 2

    city = town.person("city", phone=phone, language=language).open(url)
    city.looks_well().shot(f"{name}-to-publish")
    city.page.locator("form.gw-form button.btn-primary").click()
    city.page.wait_for_load_state()
    city.looks_well().shot(f"{name}-published")
    assert city.page.locator("form.gw-form button.btn-primary").count() == 0

    city.open("/forms").looks_well().shot(f"{name}-list")
    assert code in city.text()


def _send(page: Page, book: Path, answered: str) -> None:
    """Send the form in, and wait for what the answer has: a script sends it, and shows how far it is."""
    page.set_input_files("input[type=file]", str(book))
    page.select_option("select[name=owner_code]", "health")
    page.select_option("select[name=purpose]", "home_service")
    page.evaluate("document.querySelector('#problems')?.remove()")
    page.locator("form.gw-form button.btn-primary").click()
    page.wait_for_selector(answered)
