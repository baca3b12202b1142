"""
The desk: an officer clears the review queue by keys alone, takes a slip back, and is not asked again by the next list.
"""

import csv
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.test_the_walk import picture, sent_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

ROWS = 12
#: What a person has to manage by keyboard at the least (GOALS: U4).
ROWS_A_MINUTE = 10


@pytest.fixture(scope="module")
def unsure(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a list of people who are registered behind no door of theirs, each with a telephone of their own."""
    with next((house.data / "model-city").rglob("residents.csv")).open(encoding="utf-8-sig") as file:
        people = list(csv.DictReader(file))
    doors = list(dict.fromkeys(person["address"] for person in people if person["address"]))[:ROWS]
    assert len(doors) == ROWS
    path = tmp_path_factory.mktemp("desk") / "unsure.csv"
    lines = ["姓名,手机号,现住址"]
    lines += [f"欧阳不识,1549999{number:04d},{door}" for number, door in enumerate(doors)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def place_of(walker: Walker) -> str:
    """Return how far the sitting has come, as the page says it."""
    return walker.page.locator("[role=status]").first.inner_text()


def first_of_the_list(walker: Walker) -> str:
    """Return the address of the list's first row in the queue: what other journeys left waiting stands before it."""
    walker.open("/review")
    while not (own := walker.page.locator("#review-rows tbody tr", has_text="欧阳")).count():
        more = walker.page.locator("#review-rows .gw-more a")
        assert more.count(), f"no row of the list in the queue up to {walker.page.url}"
        walker.open("/review" + (more.get_attribute("href") or ""))
    return own.first.locator("a").first.get_attribute("href") or ""


def press(walker: Walker, *keys: str) -> None:
    """Press keys and wait until the next page is there."""
    before = walker.page.url
    for key in keys:
        walker.page.keyboard.press(key)
    walker.page.wait_for_url(lambda url: url != before, timeout=60_000)
    walker.page.wait_for_selector("[data-review]")
    walker.page.wait_for_load_state()


def test_what_is_decided_by_keys_is_not_asked_again(town: Town, unsure: Path) -> None:
    officer = town.person("intake")
    first = sent_in(officer, "health-returnees", unsure)
    assert first["waiting"] == ROWS, first
    officer.open("/review").looks_well()
    link = first_of_the_list(officer)
    officer.open(link).looks_well()

    press(officer, "1", "1")
    slip = officer.page.url
    press(officer, "u")
    assert officer.page.url.split("?")[0].endswith(link) and "waits again" in officer.text()
    officer.looks_well().shot("review-undone")
    officer.page.go_back()
    officer.open(link)

    began = time.monotonic()
    for _ in range(ROWS - 1):
        press(officer, "1", "1")
    pace = 60 * (ROWS - 1) / (time.monotonic() - began)
    print(f"{pace:.0f} rows a minute by keys")
    assert pace >= ROWS_A_MINUTE and slip
    officer.shot("review-last")
    picture(town, "intake", officer.page.url, "zh-hans-wide-review-case")
    press(officer, "1", "1")
    officer.looks_well()

    second = sent_in(officer, "police-returnees", unsure)

    assert (second["waiting"], second["merged"]) == (0, ROWS)
    assert "as an officer had decided" in officer.text()
    officer.looks_well().shot("list-decided-before")
    officer.open("/review").page.keyboard.press("u")
    officer.page.wait_for_selector("text=decided by this decision already")
