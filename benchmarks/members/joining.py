"""P1 and P12: lists taken in, beside PostgreSQL joining the same rows normalised and in the open, at three sizes."""

import csv
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connections

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import CHANNELS, actor_made, found_city, register, send, signed_order
from benchmarks.house.town import Town
from benchmarks.house.weighing import processor_seconds
from benchmarks.turns import take_turns
from gridward.governance import api as governance
from gridward.kernel import bulk
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows

YARDSTICK = "PostgreSQL joining the rows already normalised, in the open"
STEADY = Goal("P12", "≤ 1.2× the cost of a row", most=1.2)
#: The processor time of a process is told in ticks; nothing takes less than one.
TICK = 1 / os.sysconf("SC_CLK_TCK")

PREPARE = (
    "create table bench_person (ref text, id_number text, phone_name text, door_name text)",
    "create table bench_row (list int, number int, id_number text, phone_name text, door_name text)",
    "create table bench_found (list int, number int, ref text)",
)
INDEXES = (
    *(f"create index on bench_person ({key})" for key in ("id_number", "phone_name", "door_name")),
    "create index on bench_row (list)",
    "analyze bench_person",
)
#: The number before telephone and name, these before door and name, as the house does.
JOIN = """
insert into bench_found
select r.list, r.number, coalesce(i.ref, p.ref, d.ref)
  from bench_row r
  left join bench_person i on i.id_number = r.id_number
  left join bench_person p on p.phone_name = r.phone_name
  left join bench_person d on d.door_name = r.door_name
 where r.list = %s
"""
OURS = """
select c.row_number, r.resident_ref from intake_clue c join registry_resident r on r.id = c.resident_id
 where c.batch_id = %(batch)s
"""


@dataclass
class Way:
    """One way at one size: seconds, and processor seconds of all processes, of each round."""

    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    found: list[float] = field(default_factory=list)
    batch: UUID | None = None

    def send(self, path: Path, channel: str, officer: Actor) -> None:
        """Send a list through the door, until its tasks are committed."""
        before = _busy()
        self.batch = send(path, channel, officer)
        self.busy.append(max(TICK, _busy() - before))

    def join(self, number: int) -> None:
        """Have PostgreSQL join a list's rows, already normalised, with plain people; what it finds is written."""
        before = _busy()
        with connections["owner"].cursor() as cursor:
            cursor.execute(JOIN, [number])
        self.busy.append(max(TICK, _busy() - before))


def measure(quick: bool) -> list[Figure]:
    """Return rows a second and processor time a row at three sizes against the join, and how the cost grows."""
    sizes, rounds, households = ((20, 60, 200), 1, 200) if quick else ((5_000, 15_000, 50_000), 3, 20_000)
    town = Town(households, within="320102003" if quick else "3201")
    found_city(town, settings.DATA)
    order = signed_order()
    register(town, town.people, settings.DATA / "residents.csv", order.id)
    officer = actor_made("intake", "intake_officer", "3201")
    people_prepare(town)
    ways = {size: (Way(), Way()) for size in sizes}
    for number, size in enumerate(sizes * rounds):
        path = town.write_list(settings.DATA / f"list-{number}.csv", size, seed=number)
        rows_prepare(path, number)
        ours, theirs = ways[size]
        channel = CHANNELS[number % len(CHANNELS)]
        turns = {"ours": partial(ours.send, path, channel, officer), "theirs": partial(theirs.join, number)}
        seconds = take_turns(turns if number % 2 else dict(reversed(turns.items())), 1)
        ours.seconds += seconds["ours"]
        theirs.seconds += seconds["theirs"]
        ours.found.append(compare(found_by_us(order.id, ours.batch), found_by_join(number)))
    return told(ways, f"register of {len(town.people):,}")


def told(ways: dict[int, tuple[Way, Way]], about: str) -> list[Figure]:
    """Return the figures: rates and processor time beside the yardstick's, and the cost of a row as lists grow."""
    figures = []
    for size, (ours, theirs) in ways.items():
        words = f"{size:,} rows, {about}"
        rates = [[size / one for one in way.seconds] for way in (ours, theirs)]
        costs = [[1e6 * one / size for one in way.busy] for way in (ours, theirs)]
        figures += [
            Figure("rows", words, "rows/s", rates[0], YARDSTICK, rates[1], more_is_better=True),
            Figure("processor time of a row", words, "µs", costs[0], YARDSTICK, costs[1]),
        ]
        figures.append(Figure("decided as the join does", words, "%", ours.found, more_is_better=True))
    least = min(ways)
    for size in sorted(ways)[1:]:
        pairs = zip(ways[least][0].busy, ways[size][0].busy, strict=True)
        grown = [many / size / (few / least) for few, many in pairs]
        words = f"{size:,} against {least:,} rows"
        figures.append(Figure("processor time of a row: growth", words, "×", grown, goal=STEADY))
    return figures


def _busy() -> float:
    own = os.times()
    return own.user + own.system + processor_seconds()


def people_prepare(town: Town) -> None:
    """Keep the register's people in the open, by number, telephone and name, door and name, each with an index."""
    with connections["owner"].cursor() as cursor:
        for statement in PREPARE:
            cursor.execute(statement)
        with cursor.copy("copy bench_person from stdin") as copy:
            for one in town.people:
                keys = normalised(one.name, one.id_number, one.phone, town.address(one.door))
                copy.write_row((f"R{one.number:08d}", *keys))
        for statement in INDEXES:
            cursor.execute(statement)


def rows_prepare(path: Path, number: int) -> None:
    """Keep a list's rows in the open, normalised, under the numbers they have in the file."""
    with connections["owner"].cursor() as cursor, path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        with cursor.copy("copy bench_row from stdin") as copy:
            for line, row in enumerate(rows, start=2):
                copy.write_row((number, line, *normalised(*row)))
        cursor.execute("analyze bench_row")


def normalised(
    name: str, id_number: str, phone: str, address: str
) -> tuple[str | None, str | None, str | None]:
    """Return the keys of a row of the benchmark's own people, who are written in one spelling."""
    return id_number or None, f"{phone}|{name}" if phone else None, f"{address}|{name}" if address else None


def found_by_us(order_id: UUID, batch: UUID | None) -> dict[int, str]:
    """Return whom each row of a list was found to be about, by row number; rows about nobody registered left out."""
    with governance.job_transaction(order_id=order_id, purpose="case_finding"):
        return dict(bulk.answers(Rows(OURS, {"batch": batch})))


def found_by_join(number: int) -> dict[int, set[str]]:
    """Return whom the join found each row to be about; a door may have two of one name."""
    found: dict[int, set[str]] = defaultdict(set)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select number, ref from bench_found where list = %s and ref is not null", [number])
        for line, ref in cursor.fetchall():
            found[line].add(ref)
    return found


def compare(ours: Mapping[int, str], joined: Mapping[int, set[str]]) -> float:
    """
    Return how many percent of the rows the join decides were decided by the house; end the run where they disagree.

    What the house leaves to a person is no disagreement, up to a tenth: a twentieth of the rows tells a door only, and
    the benchmark's roads have the same numbers in a hundred communities. Nor is the odd row that the join leaves open
    and the house decides by likeness.
    """
    wrong = [line for line, ref in ours.items() if line in joined and ref not in joined[line]]
    more = [line for line in ours if line not in joined]
    sure = [line for line, refs in joined.items() if len(refs) == 1]
    missing = [line for line in sure if line not in ours]
    if wrong or len(missing) * 10 > len(sure) or len(more) * 1_000 > len(sure):
        raise RuntimeError(
            f"not the join's answer: {len(wrong)} wrong, {len(missing)} of {len(sure)} missing, {len(more)} more"
        )
    return 100 * (1 - len(missing) / max(1, len(sure)))
