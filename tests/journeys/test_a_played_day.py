"""
A day is played into the real house through its pages, and looked at from outside: nothing lost, nothing doubled.

The house answers in this process, every answer may be lost on its way, and what is broken afterwards is found.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction

from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM
from gridward.workforce import api as workforce
from simulator.play.centre import Centre, Desk, Intake, Liaison
from simulator.play.checks import Before, Cast, Check, check, look
from simulator.play.clock import DayClock
from simulator.play.day import Day, read_day
from simulator.play.doors import House
from simulator.play.journal import Journal
from simulator.play.sending import Weather, World
from simulator.play.stage import Life
from simulator.play.worker import Worker
from tests import people
from tests.dispatch.desk import undone
from tests.journeys import stage
from tests.journeys.test_three_lists import CHANNELS, founded
from tests.simulator.play.fake_house import Hand, acted
from tests.simulator.play.house_here import HouseHere

pytestmark = [pytest.mark.slow, pytest.mark.heavy, pytest.mark.usefixtures("fresh_database")]

FROM, UNTIL = 7 * 3600, 15 * 3600
AREA = "320102003"
SEED = 7


@dataclass
class Played:
    """A day that was played: the cast, what was there before, and the world they acted in."""

    day: Day
    cast: Cast
    before: Before
    world: World
    hand: Hand

    def looked(self) -> list[Check]:
        return self.done(check(self.cast, self.day, self.before))

    def done(self, life: object) -> list[Check]:
        found: list[Check] = []

        def whole() -> Life:
            found.extend((yield from life))  # type: ignore[misc]

        acted([whole()], self.hand, start=FROM)
        return found


def enrolled(folder: Path) -> tuple[str, str, list[str]]:
    """Give the workers of the folder, an intake officer, a street officer and three liaisons their accounts."""
    with transaction.atomic():
        report = workforce.roster_import(
            path=folder / "workers.csv",
            filename="workers.csv",
            by=SYSTEM,
            now=clock.now(),
            password=people.PASSWORD,
        )
        assert not report.problems  # type: ignore[union-attr]
        return (
            people.actor_of("intake_officer", "3201").handle,
            people.actor_of("street_officer", AREA).handle,
            [people.actor_of("agency_liaison", agency=agency).handle for agency in CHANNELS.values()],
        )


def drains(world: World) -> Life:
    """Deliver facts now and then, as the worker process does."""
    while world.clock.now() < UNTIL:
        outbox.drain_all()
        yield world.clock.now() + 900


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    founded(tmp_path, SEED)
    return tmp_path


def play(folder: Path, house: House, monkeypatch: pytest.MonkeyPatch) -> Played:
    monkeypatch.setattr(Weather, "may_try", lambda self: True)  # time stands still here: nobody waits
    day = read_day(folder, area=AREA)
    intake, street, liaisons = enrolled(folder)
    hand = Hand()
    world = World(house, DayClock(FROM, 1.0, hand), Journal())
    secret = people.PASSWORD
    duties = [one for one in day.duties if one.handle.endswith("-1")][:4]  # who answer for their grids
    cast = Cast(
        Intake(world, intake, secret, Desk()),
        [Centre(world, street, secret)],
        [Liaison(world, handle, secret) for handle in liaisons],
        [Worker(world, duty, secret, day.homes, SEED) for duty in duties],
    )
    played = Played(day, cast, Before(frozenset(), frozenset(), frozenset()), world, hand)
    found: list[Before] = []

    def looks() -> Life:
        found.append((yield from look(cast)))

    acted([looks()], hand, start=FROM)
    early = [type(one)(FROM + 60, one.channel, one.file) for one in day.arrivals]
    lives = [cast.intake.life(early, UNTIL), drains(world), *(centre.life(UNTIL) for centre in cast.centres)]
    lives += [worker.life(UNTIL) for worker in cast.workers]
    acted(lives, hand, start=FROM)
    outbox.drain_all()
    played.before = found[0]
    return played


def told(checks: list[Check]) -> dict[str, list[str]]:
    return {one.name: one.differences[:3] for one in checks if one.differences}


#: What may go wrong in a house, and how it shows from outside.
HARMS = {
    "a row is lost": (
        "update intake_clue set state = 'dispatched', outcome = '', proved_count = 0 where id ="
        " (select id from intake_clue where state = 'closed' limit 1)", "departments see",
    ),
    "another outcome comes back": (
        "update intake_clue set outcome = 'out_of_scope' where id = (select id from intake_clue"
        " where state = 'closed' limit 1)", "reported was",
    ),
    "a closing is lost": (
        "update dispatch_task set state = 'open', closed_at = null where id = (select id from dispatch_task"
        " where state = 'closed' limit 1)", "the centre sees it open",
    ),
    "a task is closed that nobody closed": (
        "update dispatch_task set state = 'closed', closed_at = now() where id = (select id from dispatch_task"
        " where state = 'open' limit 1)", "no worker says so",
    ),
    "a visit is counted twice": (
        "insert into dispatch_passresult (id, subject_id, task_id, area_pos, pass_kind, result, by, at)"
        " select gen_random_uuid(), subject_id, task_id, area_pos, pass_kind, result, by, at + interval '1 second'"
        " from dispatch_passresult where pass_kind = 'visit' and result <> 'skipped' limit 1", "its trail tells of",
    ),
    "a row is counted that the file has not": (
        "update intake_batch set row_count = row_count + 1, rejected_count = rejected_count + 1 where id ="
        " (select id from intake_batch limit 1)", "rows, its list",
    ),
}  # fmt: skip


def test_a_day_is_found_whole_from_outside_and_what_is_broken_in_it_is_found_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = play(folder, HouseHere(), monkeypatch)

    checks = played.looked()

    assert told(checks) == {}
    assert all(one.compared for one in checks) and len(checks) == 7
    counts = played.world.journal.counts
    assert counts["lists sent"] == 3
    visits = "select count(distinct (task_id, at)) from dispatch_passresult where pass_kind = 'visit'"
    assert counts["accepted visit"] == stage.value(f"{visits} and result <> 'skipped'") > 20
    closed = stage.value("select count(*) from dispatch_task where state = 'closed'")
    assert closed == len(set().union(*(worker.closed for worker in played.cast.workers))) > 10
    for harm, (statement, words) in HARMS.items():
        with undone():
            stage.rows(statement)
            differences = told(played.looked())
        assert any(words in text for found in differences.values() for text in found), (harm, differences)
    assert told(played.looked()) == {}


def test_answers_lost_on_either_way_lose_nothing_and_double_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = HouseHere(lost_each=4)

    played = play(folder, house, monkeypatch)

    assert told(played.looked()) == {}
    assert min(house.lost.values()) > 5, house.lost
    counts = played.world.journal.counts
    assert counts["answers lost"] > 10
    assert counts["found by looking"] > 0 and counts["sent again knowingly"] > 0
