"""A clerk clears the review queue by keys alone, with thousands of rows behind, in far less than six seconds a row."""

import statistics
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import SHOTS, Town, Walker
from tests.journeys.test_the_walk import sent_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROWS = 3_000
SITTING = 24
#: Ten rows a minute are six seconds a row. The house may take one of them, so that the person has five.
HOUSE_SECONDS = 1.0


def list_of_doubts(folder: Path) -> Path:
    """Return a list of people nobody knows, whose addresses lead to no grid."""
    path = folder / "doubts.csv"
    lines = ["姓名,证件号码,手机号,现住址"]
    lines += [
        f"赵{chr(0x4E00 + n)}{chr(0x5000 + n % 97)},,154{n:08d},南京市玄武区新街口街道" for n in range(ROWS)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def decided(officer: Walker, *keys: str) -> float:
    """Press keys and return the seconds until the next row can be read."""
    here = officer.page.url
    began = time.monotonic()
    for key in keys[:-1]:
        officer.page.keyboard.press(key)
    with officer.page.expect_navigation(url=lambda url: url != here and "/decide" not in url):
        officer.page.keyboard.press(keys[-1])
    officer.page.wait_for_selector("[data-review]")
    return time.monotonic() - began


def test_ten_rows_a_minute_leave_the_person_five_seconds_of_six(town: Town, tmp_path: Path) -> None:
    officer = town.person("intake")
    assert sent_in(officer, "health-returnees", list_of_doubts(tmp_path))["waiting"] == ROWS
    page = officer.open("/review").page
    page.locator("#review-rows tbody a").first.click()
    officer.shot("review-case")
    assert f"row 1 of {ROWS:,}".replace(",", "") in officer.text().replace(",", "")

    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    officer.looks_well().shot("review-keys")
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()

    skipped = page.url
    decided(officer, "s")
    assert page.url != skipped
    seconds = [decided(officer, "r", str(number % 5 + 1)) for number in range(SITTING)]

    assert f"row {SITTING + 2} of {ROWS}" in officer.text().replace(",", "")
    median, worst = statistics.median(seconds), max(seconds)
    print(
        f"{SITTING} rows by keys of a queue of {ROWS}: {60 / median:.0f} rows a minute for the house alone, median"
        f" {median * 1000:.0f} ms, worst {worst * 1000:.0f} ms a row"
    )
    assert median < HOUSE_SECONDS and SHOTS.exists()
    officer.looks_well()
