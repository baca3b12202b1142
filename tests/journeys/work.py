"""Work for a journey of its own: a household nobody has asked about, a list about it, its task in the worker's hand."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.journeys.conftest import House, Town, Walker
from tests.journeys.moved import asked
from tests.journeys.test_the_walk import sent_in

ASKED_ABOUT = """
select r.resident_ref from registry_resident r join dispatch_task t on t.household_id = r.household_id
"""
TASK_OF = """
select distinct s.task_id, a.handle from dispatch_tasksubject s join intake_clue c on c.id = s.clue_id
  join dispatch_task t on t.id = s.task_id join workforce_account a on a.id = t.assignee_id
 where c.batch_id = %s::uuid
"""
Person = dict[str, str]


def family_of(house: House, grid: str) -> list[Person]:
    """Return three people of one household of the grid, whom nobody has asked about yet."""
    known = {ref for (ref,) in asked(house, ASKED_ABOUT)}
    households: dict[str, list[Person]] = defaultdict(list)
    path = house.data / "model-city" / "street" / "residents.csv"
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["area_code"] == grid and row["id_number"] and row["resident_ref"] not in known:
                households[row["household_ref"]].append(row)
    return max(households.values(), key=len)[:3]


def list_comes(officer: Walker, channel: str, people: Sequence[Person], folder: Path) -> str:
    """Send a list about these people in and return its id; every row of it finds its person."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{channel}-{len(list(folder.iterdir()))}.csv"
    lines = ["姓名,证件号码,手机号,现住址"]
    lines += [",".join(one[key] for key in ("name", "id_number", "phone", "address")) for one in people]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    count = sent_in(officer, channel, path)
    assert (count["accepted"], count["waiting"]) == (len(people), 0), count
    return officer.page.url.rsplit("/", 1)[1]


def released(centre: Walker, task: str) -> None:
    """Let the worker have the task now, whatever the hour."""
    centre.open(f"/tasks/{task}")
    if centre.page.locator("[data-confirm=release]").count():
        centre.page.click("[data-confirm=release]")
        centre.page.fill("#release_reason", "drill at night, the family agreed")
        centre.page.click("#release button.btn-primary")
        centre.page.wait_for_load_state()


def task_in_hand(town: Town, house: House, worker: str, *, channel: str = "police-returnees") -> str:
    """Let a list ask about a household of the worker's grid and return its task; the worker has it now."""
    family = family_of(house, worker.split("-")[1])
    batch = list_comes(town.person("intake"), channel, family, house.data.parent / "asked")
    ((task, handle),) = asked(house, TASK_OF, batch)
    assert handle == worker
    released(town.person("community"), str(task))
    return str(task)
