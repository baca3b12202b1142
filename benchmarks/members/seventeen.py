"""P1: the lists of all seventeen departments about a district of the model city, each in its own format, one by one."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import actor_made, load, send, settled, signed_order
from benchmarks.house.simulated import simulated
from benchmarks.turns import timed
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.likeness import RULE
from gridward.kernel import bulk, clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.bulk import Rows
from gridward.territory import api as territory
from gridward.workforce import api as workforce
from simulator.lists import SHAPES

MILLION_A_SECOND = 1_000_000 / 45


def measure(quick: bool) -> list[Figure]:
    """Return rows a second over all lists, seconds of the longest, and what became of the rows against the truth."""
    files = simulated(settings.DATA / "simulated", "street" if quick else "district")
    order_id = founded(files)
    residents = files / "residents.csv"
    with residents.open(encoding="utf-8", newline="") as file:
        people = sum(1 for _row in csv.reader(file)) - 1
    load(residents, order_id, people)
    officer = actor_made("intake", "intake_officer", "3201")
    seconds = {path: timed(partial(send, path, channel, officer)) for path, channel in lists(files)}
    return _figures(files, order_id, seconds, people)


def _figures(files: Path, order_id: UUID, seconds: dict[Path, float], people: int) -> list[Figure]:
    held = held_against_truth(files, order_id)
    longest = max(seconds, key=lambda path: seconds[path])
    goal = Goal(
        "P1", f"≥ {MILLION_A_SECOND:,.0f}/s: 1,000,000 in 45 s", least=MILLION_A_SECOND, decisive=False
    )
    size = f"{len(seconds)} lists, {held.rows:,} rows, register of {people:,}"
    rate = [held.rows / sum(seconds.values())]
    return [
        Figure("rows", size, "rows/s", rate, more_is_better=True, goal=goal),
        Figure("slowest list", longest.suffix.removeprefix("."), "s", [seconds[longest]]),
        *matching(size, held),
    ]


def matching(size: str, held: "Held") -> list[Figure]:
    """Return what was decided without a person, and whom it took to open for it."""
    precise = Goal("P2", "precision ≥ 0.999", least=99.9, decisive=False)
    found = Goal("P2", "recall ≥ 0.985 without a person", least=98.5, decisive=False)
    few = Goal("P2", "bystanders ≤ 2 a row left open by exact keys", most=2, decisive=False)
    by_likeness = f"{held.rules[RULE][0]:,} rows"
    likely = [100 - 100 * held.rules[RULE][1] / max(1, held.rules[RULE][0])]
    return [
        Figure("decided by itself", size, "%", [100 * held.decided / held.rows], more_is_better=True),
        Figure("decided rightly", size, "%", [held.precision], more_is_better=True, goal=precise),
        Figure("decided wrongly", size, "rows", [held.wrong]),
        Figure("registered people found", size, "%", [held.recall], more_is_better=True, goal=found),
        Figure("decided rightly by likeness", by_likeness, "%", likely, more_is_better=True),
        Figure("left open by exact keys", size, "rows", [held.notes["left_open"]]),
        Figure("people opened", size, "people", [held.notes["people_opened"]]),
        Figure("bystanders", f"a row of {held.notes['left_open']:,}", "people", [held.bystanders], goal=few),
    ]


def lists(files: Path) -> Iterator[tuple[Path, str]]:
    """Yield each list with its channel, as the truth names them."""
    channels = {row["file"]: row["channel"] for row in _truth(files)}
    for name, channel in sorted(channels.items()):
        yield files / "lists" / name, channel


def _truth(files: Path) -> Iterator[dict[str, str]]:
    with (files / "truth.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


BECAME = """
select b.filename, c.row_number, c.count_state <> 'waiting', c.match_rule, coalesce(r.resident_ref, '')
  from intake_clue c join intake_batch b on b.id = c.batch_id left join registry_resident r on r.id = c.resident_id
"""
NOTED = """
select key, sum(value::text::int) from intake_batch, jsonb_each(notes) where value::text ~ '^[0-9]+$' group by key
"""


@dataclass
class Held:
    """What became of the rows, against the truth; `rules` counts what each rule decided, and what of it wrongly."""

    rows: int
    notes: Counter[str]
    decided: int = 0
    wrong: int = 0
    about_registered: int = 0
    found: int = 0
    rules: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def precision(self) -> float:
        """Return the part of decided rows that are right, strangers included, in percent."""
        return 100 - 100 * self.wrong / self.decided

    @property
    def recall(self) -> float:
        """Return the part of accepted rows about registered people that name this person, in percent."""
        return 100 * self.found / self.about_registered

    @property
    def bystanders(self) -> float:
        """Return how many people were opened whom no row of the list is about, for each row left open."""
        return self.notes["bystanders_opened"] / max(1, self.notes["left_open"])

    def add(self, true: str, found: str, rule: str, *, is_decided: bool) -> None:
        """Count one accepted row."""
        self.about_registered += bool(true)
        if is_decided:
            self.decided += 1
            self.wrong += found != true
            self.found += bool(true) and found == true
            self.rules[rule][0] += 1
            self.rules[rule][1] += found != true


def held_against_truth(files: Path, order_id: UUID) -> Held:
    """Return what became of every accepted row, and what the lists counted."""
    true = {(row["file"], int(row["row_number"])): row["resident_ref"] for row in _truth(files)}
    with governance.job_transaction(order_id=order_id, purpose="case_finding"):
        became = bulk.answers(Rows(BECAME))
        notes = Counter({key: int(count) for key, count in bulk.answers(Rows(NOTED))})
    held = Held(len(true), notes)
    for name, number, is_decided, rule, found in became:
        held.add(_registered(true[name, number]), found, rule, is_decided=is_decided)
    return held


def _registered(resident_ref: str) -> str:
    """Return whom the register knows a person as: an outsider as nobody."""
    return "" if resident_ref.startswith("outsider:") else resident_ref


def founded(files: Path) -> UUID:
    """Import areas and doors, make departments and channels, and have an order over all of them signed."""
    now = clock.now()
    agencies = sorted({shape.agency for shape in SHAPES})
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
        with scope.as_role("gridward_job"):
            for name in ("areas.csv", "grids.csv"):
                settled(territory.areas_import(path=files / name, filename=name, by=SYSTEM, now=now))
            doors = files / "addresses.csv"
            settled(territory.addresses_import(path=doors, filename=doors.name, by=SYSTEM, now=now))
        for code in agencies:
            workforce.agency_create(code=code, name=code, by=SYSTEM, now=now)
        for shape in SHAPES:
            intake.channel_create(
                code=shape.channel, agency_code=shape.agency, name=shape.channel, purpose="case_finding",
                clue_kind="returnee", priority="P2", by=SYSTEM, now=now,
            )  # fmt: skip
    return signed_order(agencies).id
