"""Three departments' messy lists about one street, held against the truth row by row."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, outbox, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.territory import api as territory
from simulator.lists import SHAPES
from simulator.street import make_street, write_street
from simulator.street.doors import Grid
from tests import people
from tests.journeys import stage

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh_database")]

CHANNELS = {"health-returnees": "health", "transport-contacts": "transport", "police-returnees": "police"}
#: How many rows so many departments send.
ROWS = {3: 520, 17: 2_600}
Truth = dict[tuple[str, int], dict[str, str]]


@dataclass(frozen=True)
class Day:
    """One street's day: what every list said, what is true, and what the house made of it."""

    truth: Truth
    batches: dict[str, UUID]
    rows_sent: dict[str, int]


def founded(
    folder: Path, seed: int, channels: Mapping[str, str] = CHANNELS
) -> tuple[governance.OrderView, dict[str, Path]]:
    """Make the street of a seed, as files, and import its doors and its people under a fresh order."""
    with people.GRIDS.open(encoding="utf-8") as file:
        cells = [row for row in csv.DictReader(file) if row["code"].startswith(people.city().xinjiekou)]
    places = {
        row["code"]: "".join(area.name for area in territory.get_path(row["parent"])[1:]) for row in cells
    }
    street = make_street([Grid(row["code"], row["name"]) for row in cells], places, seed=seed)
    shapes = [shape for shape in SHAPES if shape.channel in channels]
    files = write_street(street, folder, places=places, shapes=shapes, rows=ROWS[len(channels)])
    now = clock.now()
    with transaction.atomic():
        order = people.signed_order(bodies=tuple(sorted(set(channels.values()))))
        for code, agency in channels.items():
            intake.channel_create(
                code=code, agency_code=agency, name=code, purpose="case_finding", clue_kind="returnee",
                priority="P2", by=SYSTEM, now=now,
            )  # fmt: skip
        with scope.as_role("gridward_job"):
            doors = territory.addresses_import(
                path=files["addresses"], filename="addresses.csv", by=SYSTEM, now=now
            )
        assert not isinstance(doors, Refusal) and not doors.problems
    report = registry.register_import(
        path=files["residents"], filename="residents.csv", order_id=order.id, by=SYSTEM, now=now
    )
    assert not isinstance(report, Refusal) and not report.problems
    return order, files


@pytest.fixture(params=[1, 2, 3], ids="seed {}".format)
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Day]:
    _order, files = founded(tmp_path, request.param)
    with files["truth"].open(encoding="utf-8") as file:
        truth = {(row["channel"], int(row["row_number"])): row for row in csv.DictReader(file)}
    batches = {}
    for channel in CHANNELS:
        batches[channel] = stage.receive_file(channel, files[channel])
        outbox.drain_all()
    yield Day(truth, batches, Counter(channel for channel, _row in truth))


def clues(day: Day) -> list[tuple[str, int, str, str, str, UUID | None, UUID | None]]:
    """Return (channel, row, count state, reason, resident_ref, person, household) of every clue."""
    return stage.rows(
        "select c.channel_id, c.row_number, c.count_state, c.waiting_reason, coalesce(r.resident_ref, ''),"
        " c.person_id, c.household_id from intake_clue c left join registry_resident r on r.id = c.resident_id"
    )


def count_adds_up(day: Day) -> None:
    for channel, batch in day.batches.items():
        ((state, rows, accepted, rejected, merged, new, waiting),) = stage.rows(
            "select state, row_count, accepted_count, rejected_count, merged_count, new_count, waiting_count"
            " from intake_batch where id = %s",
            [batch],
        )
        seen = Counter(clue[2] for clue in clues(day) if clue[0] == channel)
        rejects = stage.value("select count(*) from intake_batchreject where batch_id = %s", [batch])
        assert (state, rows) == ("resolved", day.rows_sent[channel])
        assert rows == accepted + rejected
        assert accepted == merged + new + waiting
        assert (merged, new, waiting, rejected) == (seen["merged"], seen["new"], seen["waiting"], rejects)


def every_row_of_the_sheet_is_somewhere(day: Day) -> None:
    accounted = [(channel, row) for channel, row, *_rest in clues(day)]
    accounted += stage.rows(
        "select b.channel_id, r.row_number from intake_batchreject r join intake_batch b on b.id = r.batch_id"
    )
    assert Counter(accounted) == Counter(dict.fromkeys(day.truth, 1))


def every_decision_is_right(day: Day) -> None:
    people_of = defaultdict(set)
    for channel, row, count_state, reason, resident_ref, person, _household in clues(day):
        true = day.truth[channel, row]["resident_ref"]
        if count_state == "waiting":
            assert reason, (channel, row)
            assert person is None
            continue
        if true.startswith("outsider:"):
            assert resident_ref == "", (channel, row, day.truth[channel, row])
        else:
            assert resident_ref == true, (channel, row, day.truth[channel, row])
        people_of[person].add(true)
    # One person of ours is one person of theirs: nobody was taken for two, no two for one.
    assert [refs for refs in people_of.values() if len(refs) > 1] == []
    true_people = [ref for refs in people_of.values() for ref in refs]
    assert [ref for ref, count in Counter(true_people).items() if count > 1] == []


def one_door_one_task(day: Day) -> None:
    assert stage.rows(
        "select household_id from dispatch_task where state = 'open' group by 1 having count(*) > 1"
    ) == []  # fmt: skip
    decided = {clue[6] for clue in clues(day) if clue[2] != "waiting"}
    tasks = {household for (household,) in stage.rows("select household_id from dispatch_task")}
    assert tasks == decided
    subjects = stage.value("select count(*) from dispatch_tasksubject")
    assert subjects == sum(clue[2] != "waiting" for clue in clues(day))
    avoided = stage.value("select sum(asks_avoided_count) from intake_batch")
    assert avoided == subjects - len(tasks)
    assert avoided > 0


def test_every_row_of_three_lists_comes_to_what_is_true(day: Day) -> None:
    count_adds_up(day)
    every_row_of_the_sheet_is_somewhere(day)
    every_decision_is_right(day)
    one_door_one_task(day)

    decided = sum(clue[2] != "waiting" for clue in clues(day))
    tasks = stage.value("select count(*) from dispatch_task")
    print(
        f"\nthree lists: {sum(day.rows_sent.values())} rows, {decided} decided, all right; {tasks} tasks,"
        f" {decided - tasks} asks avoided ({100 * (decided - tasks) / decided:.0f} %),"
        f" {sum(day.rows_sent.values()) - decided} in review or rejected"
    )


@pytest.mark.parametrize("day", [1], indirect=True)
def test_the_same_files_again_change_nothing(day: Day, tmp_path: Path) -> None:
    before = stage.rows("select id, state from dispatch_task order by id"), sorted(map(str, clues(day)))

    for channel, path in ((c, p) for c in CHANNELS for p in (tmp_path / "lists").glob("*")):
        if path.suffix == {"health": ".csv", "transport": ".xlsx", "police": ".json"}[CHANNELS[channel]]:
            assert stage.receive_file(channel, path) == day.batches[channel]
    outbox.drain_all()

    after = stage.rows("select id, state from dispatch_task order by id"), sorted(map(str, clues(day)))
    assert after == before
