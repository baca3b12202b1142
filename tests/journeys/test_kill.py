"""
kill -9 of a process that imports, and of one that drains, at random moments (R1).

Afterwards each list is there whole or not at all; doing it again comes to exactly the counts of an undisturbed run.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connections, transaction

from gridward.kernel import outbox
from gridward.wiring.supervisor import Supervisor
from tests import people
from tests.conftest import point_at
from tests.house.rooms import ROOT
from tests.journeys import stage
from tests.journeys.test_three_lists import CHANNELS, founded

pytestmark = [pytest.mark.slow, pytest.mark.heavy, pytest.mark.usefixtures("fresh_database")]

ROUNDS = 8
SEED = 20
CHILD = """
import sys, django
django.setup()
from pathlib import Path
from django.db import transaction
from gridward.intake import api as intake
from gridward.kernel import clock, outbox, scope
from gridward.workforce import api as workforce

def receive(handle, channel, path):
    with transaction.atomic():
        actor = workforce.actor_by_handle(handle, now=clock.now())
        with scope.entered("select workforce_enter(%s)", (actor.session_key,)):
            intake.batch_receive(channel_code=channel, path=Path(path), filename=Path(path).name, by=actor,
                                 now=clock.now())

print("ready", flush=True)
handle, *lists = sys.argv[1:]
for channel, path in zip(lists[::2], lists[1::2]):
    receive(handle, channel, path)
    outbox.drain_all()
outbox.drain_all()
print("done", flush=True)
"""


@dataclass
class Scene:
    """A database with a street, to be copied for every round, and what the child is given."""

    cluster: Supervisor
    template: str
    arguments: list[str]
    files: dict[str, Path]

    def fresh(self) -> str:
        """Start a round: a copy of the scene, with Django pointed at it."""
        name = f"round_{os.urandom(4).hex()}"
        connections.close_all()
        for path in stage.inbox():
            if path.name not in self.kept:
                path.unlink()
        self.cluster.database_copy(name, template=self.template)
        point_at(name, self.cluster)
        return name

    @property
    def kept(self) -> set[str]:
        """Return the files in the inbox that belong to the scene itself."""
        return self._kept

    def keep(self) -> None:
        """Remember what lies in the inbox at the start of every round, for the lists that wait there."""
        self._kept = {path.name for path in stage.inbox()}
        self._contents = {path: path.read_bytes() for path in stage.inbox()}

    def restore_inbox(self) -> None:
        """Put the waiting lists back that an earlier round has used up."""
        for path, content in self._contents.items():
            path.write_bytes(content)

    def over(self, name: str) -> None:
        """End a round and drop its database."""
        point_at(self.template, self.cluster)
        self.cluster.database_drop(name)

    def child(self, name: str) -> subprocess.Popen[str]:
        """Start a real process on the round's database and wait until it is about to begin."""
        login = self.cluster.connection("owner", database=name)
        url = (
            f"postgresql://{login.user}:{quote(login.password)}@/{name}?host={quote(login.host, safe='')}"
            f"&port={login.port}&options={quote('-c role=gridward_app')}"
        )
        made = subprocess.Popen(
            [sys.executable, "-c", CHILD, *self.arguments],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert made.stdout is not None and made.stdout.readline() == "ready\n"
        return made


def gone(child: subprocess.Popen[str]) -> None:
    """Kill the child and wait until the server has noticed."""
    child.kill()
    child.wait()
    until = time.monotonic() + 10
    while stage.value(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend'"
    ):
        assert time.monotonic() < until
        time.sleep(0.01)


def summary() -> dict[str, object]:
    """Return all that must come out the same however often the work was interrupted."""
    counts = {
        table: stage.value(f"select count(*) from {table}")
        for table in ("intake_batch", "intake_clue", "intake_batchreject", "registry_household", "kernel_datakey",
                      "dispatch_task", "dispatch_tasksubject", "dispatch_passresult", "governance_accessgrant",
                      *stage.stages())
    }  # fmt: skip
    return counts | {
        "lists": stage.rows(
            "select channel_id, state, row_count, merged_count, new_count, waiting_count, rejected_count"
            " from intake_batch order by 1"
        ),
        # Of two lists that ask about one household, the one that is dispatched first opens its task: with two drains
        # either may be. How many asks were avoided in all does not depend on it.
        "asks avoided": stage.value("select sum(asks_avoided_count) from intake_batch"),
        "waiting facts": stage.value("select count(*) from kernel_fact where drained_at is null"),
        "facts": stage.rows("select kind, count(*) from kernel_fact group by 1 order by 1"),
        "ledger": stage.rows(
            "select action, count(*) from kernel_ledgerentry where action in"
            " ('batch.receive', 'batch.resolve', 'clue.dispatch', 'clue.dispatched') group by 1 order by 1"
        ),
        "two tasks": stage.rows(
            "select household_id from dispatch_task where state = 'open' group by 1 having count(*) > 1"
        ),
        "rows": stage.rows("select channel_id, row_number, count_state from intake_clue order by 1, 2"),
    }


def whichever_came_first(found: dict[str, object]) -> dict[str, object]:
    """
    Return a summary without what depends on which of two lists two drains resolved first.

    The first row about somebody is new and the next one merged, in whichever list it stands: how many of both there are
    in all stays the same, and so does what waits and what is rejected in each list.
    """
    lists: list[tuple[str, str, int, int, int, int, int]] = found["lists"]  # type: ignore[assignment]
    rows: list[tuple[str, int, str]] = found["rows"]  # type: ignore[assignment]
    return found | {
        "lists": [
            (name, state, count, merged + new, *rest) for name, state, count, merged, new, *rest in lists
        ],
        "merged and new": (sum(one[3] for one in lists), sum(one[4] for one in lists)),
        "rows": [(name, row, state == "waiting") for name, row, state in rows],
    }


def nothing_is_half_made() -> None:
    """Hold that each list is whole or not there, and each of its clues in one task or in none with all others."""
    for batch, state, rows, waiting in stage.rows(
        "select id, state, row_count, waiting_count from intake_batch"
    ):
        clues = stage.value("select count(*) from intake_clue where batch_id = %s", [batch])
        rejects = stage.value("select count(*) from intake_batchreject where batch_id = %s", [batch])
        dispatched = stage.value(
            "select count(*) from dispatch_tasksubject s join intake_clue c on c.id = s.clue_id where c.batch_id = %s",
            [batch],
        )
        assert clues + rejects == (rows if state == "resolved" else 0)
        assert dispatched in ((0, clues - waiting) if state == "resolved" else (0,))
    for table in stage.stages():
        assert stage.value(f"select count(*) from {table}") == 0
    clueless = "select count(*) from registry_household h where kind = 'provisional' and not exists"
    assert stage.value(f"{clueless} (select 1 from intake_clue c where c.household_id = h.id)") == 0
    taskless = "select count(*) from dispatch_task t where not exists"
    assert stage.value(f"{taskless} (select 1 from dispatch_tasksubject s where s.task_id = t.id)") == 0


@pytest.fixture
def scene(cluster: Supervisor, fresh_database: str, tmp_path: Path) -> Iterator[Scene]:
    _order, files = founded(tmp_path, SEED)
    with transaction.atomic():
        for grid in (people.city().grid, people.city().next_grid):
            people.actor_of("grid_worker", grid, responsible=True)
        officer = people.actor_of("intake_officer", "3201")
    arguments = [part for channel in CHANNELS for part in (channel, str(files[channel]))]
    made = Scene(cluster, fresh_database, [officer.handle, *arguments], files)
    made.keep()
    yield made
    for path in stage.inbox():
        path.unlink()


def undisturbed(scene: Scene) -> tuple[dict[str, object], float]:
    """Return what an undisturbed run comes to, and how long it works."""
    name = scene.fresh()
    child = scene.child(name)
    began = time.monotonic()
    assert child.stdout is not None and child.stdout.readline() == "done\n"
    took = time.monotonic() - began
    child.wait()
    expected = summary()
    scene.over(name)
    assert expected["waiting facts"] == 0 and expected["two tasks"] == []
    return expected, took


def test_an_import_killed_at_any_moment_is_done_again_without_a_row_lost_or_doubled(scene: Scene) -> None:
    expected, took = undisturbed(scene)
    moments = random.Random(SEED)
    stages_met = []
    for _round in range(ROUNDS):
        name = scene.fresh()
        child = scene.child(name)
        time.sleep(moments.uniform(0, took))
        gone(child)
        nothing_is_half_made()
        stages_met.append(stage.rows("select state from intake_batch order by received_at"))

        for channel in CHANNELS:
            stage.receive_file(channel, scene.files[channel])
            outbox.drain_all()

        assert summary() == expected
        scene.over(name)

    assert len({str(met) for met in stages_met}) > 1, "every round was killed in the same place"
    print(f"\nimport killed {ROUNDS} times in {took:.2f} s of work: {stages_met}")


def test_a_drain_killed_at_any_moment_goes_on_where_it_was_even_with_two_at_once(scene: Scene) -> None:
    for channel in CHANNELS:
        stage.receive_file(channel, scene.files[channel])
    scene.arguments = scene.arguments[:1]
    scene.keep()
    expected, took = undisturbed(scene)
    moments = random.Random(SEED)
    states = []
    for _round in range(ROUNDS):
        scene.restore_inbox()
        name = scene.fresh()
        child = scene.child(name)
        time.sleep(moments.uniform(took / 3, took))
        gone(child)
        nothing_is_half_made()
        states.append(stage.value("select count(*) from dispatch_task"))

        drains = [stage.Running(outbox.drain_all) for _each in range(2)]
        for drain in drains:
            drain.ended()
            assert drain.error is None
        outbox.drain_all()

        assert whichever_came_first(summary()) == whichever_came_first(expected)
        scene.over(name)

    print(f"\ndrain killed {ROUNDS} times in {took:.2f} s of work; tasks found after each: {states}")
