"""A telephone that only a list has: confirmed at the door on a phone, decided by the centre, known from then on."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.test_a_correction import decided
from tests.journeys.test_the_walk import sent_in
from tests.journeys.work import TASK_OF, released

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.heavy]

GRID = "320102003015001"
HERE = f"worker-{GRID}-1"
NEW_PHONE = "15499990123"
HEAD = "姓名,证件号码,手机号,现住址\n"


@pytest.fixture(scope="module")
def neighbour(house: House) -> dict[str, str]:
    """Return somebody registered in the worker's grid who lives alone and whom no list of the street is about."""
    street = house.data / "model-city" / "street"
    asked_about = set(re.findall(r"[^,\r\n]+", (street / "truth.csv").read_text(encoding="utf-8")))
    with (street / "residents.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    homes = Counter(one["household_ref"] for one in people)
    alone = (one for one in people if one["area_code"] == GRID and homes[one["household_ref"]] == 1)
    return next(
        one for one in alone if one["phone"] and one["id_number"] and one["resident_ref"] not in asked_about
    )


def told(officer: Walker, folder: Path, row: str) -> tuple[dict[str, int], str]:
    """Send a department's list of one row in; return how it adds up, and the list's id."""
    path = folder / "卫健委-电话.csv"
    path.write_text(f"{HEAD}{row}\n", encoding="utf-8")
    count = sent_in(officer, "health-returnees", path)
    return count, officer.page.url.rsplit("/", 1)[1]


def handed_out(centre: Walker, batch: str) -> str:
    """Return the task that a list led to, released so that its worker has it now."""
    ((task, _worker),) = asked(centre.house, TASK_OF, batch)
    released(centre, str(task))
    return str(task)


def confirmed_at_the_door(worker: Walker, task: str) -> None:
    """Tick the telephone that the list gives, and record the visit."""
    page = worker.open(f"/today/{task}").page
    assert "A list gives the telephone" in worker.text() and NEW_PHONE not in page.content()
    page.check("input[name=result][value=done]")
    page.select_option("select[name^=outcome-]", "verified_present")
    page.check("input[name^=phone-]")
    worker.looks_well().shot("told-phone-at-the-door")
    page.click("button:has-text('Record the visit')")
    page.wait_for_url("**/today")


def test_a_telephone_told_by_a_list_is_confirmed_and_finds_the_person(
    town: Town, house: House, neighbour: dict[str, str], tmp_path: Path
) -> None:
    name, number, address = neighbour["name"], neighbour["id_number"], neighbour["address"]
    officer, centre = town.person("intake"), town.person("community")
    count, batch = told(officer, tmp_path, f"{name},{number},{NEW_PHONE},{address}")
    assert (count["accepted"], count["waiting"]) == (1, 0), count
    task = handed_out(centre, batch)
    seen = town.person(HERE, phone=True, language="zh-hans").open(f"/today/{task}").looks_well()
    seen.shot("zh-hans-told-phone-at-the-door")
    assert NEW_PHONE[-4:] in seen.text() and "A list gives" not in seen.text()

    confirmed_at_the_door(town.person(HERE, phone=True), task)
    decided(centre, "The telephone")

    count, batch = told(officer, tmp_path, f"{name},,{NEW_PHONE},")
    assert (count["merged"], count["new"], count["waiting"]) == (1, 0, 0), count
    found = asked(
        house,
        "select count(distinct resident_id), count(*) from intake_clue"
        " where resident_id = (select resident_id from intake_clue where batch_id = %s)",
        batch,
    )
    assert found == [(1, 2)], "both rows are about the same registered person"
