"""
A worker falls out in the morning: the community enters it, a colleague has the household in hand, the one who is away
sees and opens nothing of it; then the worker is back, and so is the household. At phone and desk widths.
"""

import re
from pathlib import Path

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.test_the_walk import LISTS, sent_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

SOON = 20_000


def a_household_in_hand(town: Town, centre: Walker, house: House) -> tuple[str, str]:
    """Let a list come in; return a task that is in its worker's hand, and the worker."""
    lists: Path = house.data / "model-city" / "street" / "lists"
    sent_in(town.person("intake"), "health-returnees", lists / LISTS["health-returnees"])
    rows = centre.open("/tasks").page.locator("#task-rows tbody tr[role=row]:not(.gw-more)")
    row = next(row for row in rows.all() if "worker-" in row.inner_text())
    link, worker = row.locator("a").first.get_attribute("href") or "", row.locator("td").nth(2).inner_text()
    centre.open(link)
    if centre.page.locator("[data-confirm=release]").count():
        centre.page.click("[data-confirm=release]")
        centre.page.fill("#release_reason", "drill at night, the family agreed")
        centre.page.click("#release button.btn-primary")
        centre.page.wait_for_load_state()
    return link.rsplit("/", 1)[1], worker.strip()


def status(walker: Walker, path: str) -> int:
    answer = walker.page.goto(walker.house.url + path)
    assert answer is not None
    return answer.status


def test_a_worker_falls_out_and_comes_back(town: Town, house: House) -> None:
    centre = town.person("community")
    task, worker = a_household_in_hand(town, centre, house)
    away = town.person(worker, phone=True)
    assert away.page.locator(f"a[href='/today/{task}']").count() == 1

    centre.open("/duty").looks_well()
    centre.page.select_option("#worker", worker)
    centre.page.fill("#ends-at", "2099-01-01T18:00")
    centre.page.click("main button:has-text('Enter')")
    assert "An absence ends after it begins" in centre.text(), "a slip of the year is refused"
    centre.open("/duty").page.select_option("#worker", worker)
    begins = centre.page.input_value("#starts-at")
    centre.page.fill("#ends-at", f"{begins[:8]}{int(begins[8:10]):02}T23:59")
    centre.page.select_option("#kind", "leave")
    centre.page.click("main button:has-text('Enter')")
    centre.page.wait_for_selector("#duty-rows :text('stands in')", timeout=SOON)
    centre.looks_well().shot("duty")

    substitute = stand_in(centre, worker)
    other = town.person(substitute, phone=True)
    other.page.wait_for_selector(f"a[href='/today/{task}']", timeout=SOON)
    assert status(other, f"/today/{task}") == 200
    other.looks_well()
    away.open("/today").looks_well().shot("away-phone")
    assert "You are entered as away until" in away.text()
    assert away.page.locator("a[href^='/today/']").count() == 0
    assert status(away, f"/today/{task}") == 404
    picture(town)

    centre.open("/duty").page.click("button:has-text('Back on duty')")
    centre.page.wait_for_selector(".gw-messages", timeout=SOON)
    away.open("/today").page.wait_for_selector(f"a[href='/today/{task}']", timeout=SOON)
    assert status(away, f"/today/{task}") == 200
    assert status(other, f"/today/{task}") == 404
    assert other.open("/today").page.locator(f"a[href='/today/{task}']").count() == 0


def stand_in(centre: Walker, worker: str) -> str:
    """Return who stands in for a worker, as the page says."""
    row = centre.page.locator("#duty-rows tbody tr", has_text=worker).filter(has_text="stands in").first
    (_grid, _own, present, _state, _waiting) = row.locator("td").all_inner_texts()
    assert re.fullmatch(r"worker-\d+-\d+", present.strip()) and present.strip() != worker
    return present.strip()


def picture(town: Town) -> None:
    """Keep the page of duty in Chinese, at a desk and on a phone."""
    for phone in (False, True):
        walker = town.person("community", phone=phone, language="zh-hans").open("/duty").looks_well()
        walker.shot(f"duty-zh-{'phone' if phone else 'wide'}")
