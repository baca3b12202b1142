"""
The jobs of the worker: deferred once however often the bell rings, run as they are run there, tried again by the sweep.

Jobs run on Procrastinate's own in-memory connector; what they do, they do to a real database.
"""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import psycopg
import pytest
from django.db import connection, connections, transaction
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.testing import InMemoryConnector

from gridward.kernel import clock, outbox
from gridward.kernel.models import Fact
from gridward.kernel.outbox import FactBody, Heard
from gridward.wiring import jobs
from gridward.wiring.bell import bell_listen
from gridward.wiring.subscriptions import subscribe_all
from gridward.wiring.supervisor import Supervisor
from tests import people


@pytest.fixture
def queue() -> Iterator[App]:
    """The app with an empty queue in memory."""
    with app.replace_connector(InMemoryConnector()) as empty:
        yield empty


@dataclass(frozen=True)
class Noted(FactBody):
    """A fact of the tests."""

    kind: ClassVar[str] = "tests.noted"
    number: int


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """What a listener of the tests has heard, by number."""
    numbers: list[int] = []

    def listen(facts: Sequence[Heard], now: datetime) -> None:
        numbers.extend(int(fact.ids["number"]) for fact in facts)

    outbox.subscribe(Noted.kind, "tests.listener", listen)
    yield numbers
    subscribe_all()


def announce(*numbers: int) -> None:
    with transaction.atomic():
        for number in numbers:
            outbox.announce(Noted(number), now=clock.now())


def waiting(queue: App) -> list[str]:
    return [row["task_name"] for row in queue.connector.jobs.values() if row["status"] == "todo"]


def run_all(queue: App) -> list[str]:
    """Run what waits, as the worker does, and return how each job ended."""
    asyncio.run(queue.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False))
    return [row["status"] for row in queue.connector.jobs.values()]


def test_however_often_the_bell_rings_one_drain_waits(queue: App) -> None:
    jobs.drain.defer()
    for _ in range(3):
        with pytest.raises(AlreadyEnqueued):
            jobs.drain.defer()

    assert waiting(queue) == ["gridward.drain"]


def test_a_drain_and_a_sweep_may_wait_beside_one_another(queue: App) -> None:
    jobs.drain.defer()
    jobs.sweep.defer(timestamp=1)
    jobs.release_due.defer(timestamp=1)

    assert sorted(waiting(queue)) == ["gridward.drain", "gridward.release_due", "gridward.sweep"]


def test_what_was_announced_is_delivered_by_one_job_and_once(
    queue: App, fresh_database: str, heard: list[int]
) -> None:
    announce(1, 2, 3)
    jobs.drain.defer()

    ended = run_all(queue)
    jobs.drain.defer()
    run_all(queue)

    assert set(ended) == {"succeeded"}
    assert heard == [1, 2, 3]
    assert Fact.objects.filter(kind=Noted.kind, drained_at=None).count() == 0


def test_what_was_rolled_back_is_never_delivered(queue: App, fresh_database: str, heard: list[int]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.announce(Noted(1), now=clock.now())
        raise RuntimeError
    announce(2)
    jobs.sweep.defer(timestamp=1)

    run_all(queue)

    assert heard == [2]


def test_a_listener_that_fails_does_not_keep_the_others_from_hearing(
    queue: App, fresh_database: str, heard: list[int]
) -> None:
    def fails(facts: Sequence[Heard], now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1/0")

    outbox.subscribe(Noted.kind, "tests.failing", fails)
    announce(1)
    jobs.drain.defer()
    run_all(queue)
    jobs.sweep.defer(timestamp=1)
    run_all(queue)

    assert heard == [1], "once, also when it is tried again"
    assert Fact.objects.filter(kind=Noted.kind, drained_at=None).exists(), "it waits for the one that failed"


def test_every_scheduled_job_runs_on_an_empty_house(queue: App, fresh_database: str) -> None:
    periodic = [task.task for task in app.periodic_registry.periodic_tasks.values()]
    for task in periodic:
        task.defer(timestamp=1)

    ended = run_all(queue)

    assert {task.name for task in periodic} == {
        "gridward.seal",
        "gridward.heads",
        "gridward.sweep",
        "gridward.release_due",
        "gridward.return_handovers",
        "gridward.rise",
        "gridward.help_rise",
        "gridward.fold_counts",
        "gridward.index_keys",
        "gridward.push",
        "gridward.expire_lists",
        "gridward.watch",
    }
    assert len(ended) >= len(periodic)
    assert set(ended) == {"succeeded"}


def test_the_sealer_of_the_worker_leaves_nothing_unsealed(queue: App, fresh_database: str) -> None:
    people.actor_of("auditor")
    jobs.seal.defer(timestamp=1)

    run_all(queue)

    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select count(*) from kernel_ledgerentry")
        entries = cursor.fetchone()
        cursor.execute("select count(*) from kernel_ledgerseal")
        assert cursor.fetchone() == entries
    assert entries[0] > 0


# --- the bell ---------------------------------------------------------------------------------------------------------


class Drain:
    """Stands for the drain job, and stops the bell after it was rung so many times."""

    def __init__(self, stop: threading.Event, times: int) -> None:
        self.rung = 0
        self._stop = stop
        self._times = times

    def defer(self) -> None:
        self.rung += 1
        if self.rung >= self._times:
            self._stop.set()
        raise AlreadyEnqueued("one waits")


def test_a_committed_fact_rings_the_worker_although_a_drain_waits_already(fresh_database: str) -> None:
    stop = threading.Event()
    drain = Drain(stop, 2)
    bell = threading.Thread(target=bell_listen, args=(stop, drain), daemon=True)
    bell.start()
    for number in range(1_000):
        announce(number)
        if stop.wait(0.02):
            break
    stop.set()
    bell.join(5)

    assert drain.rung >= 2
    assert not bell.is_alive()


def test_what_was_announced_while_nobody_listened_is_rung_for_as_soon_as_somebody_does(
    fresh_database: str,
) -> None:
    announce(1)
    stop = threading.Event()
    drain = Drain(stop, 1)

    bell = threading.Thread(target=bell_listen, args=(stop, drain), daemon=True)
    bell.start()
    bell.join(5)  # it ends by itself; nothing is announced from here on
    stop.set()

    assert drain.rung == 1


class Queue(Drain):
    """A drain job that is put into a queue in the database, by a connection of the bell's own thread."""

    def defer(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        super().defer()


def test_a_bell_whose_connections_are_all_cut_off_listens_again_and_rings(fresh_database: str) -> None:
    stop = threading.Event()
    drain = Queue(stop, 100)
    bell = threading.Thread(target=bell_listen, args=(stop, drain), daemon=True)
    bell.start()
    rung_until(drain, 1)

    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )
        assert cursor.fetchone()[0] == 2  # the one that listens and the one to the queue
    rung_until(drain, 2)
    before = drain.rung
    announce(1)
    rung_until(drain, before + 1)

    stop.set()
    bell.join(5)
    assert not bell.is_alive()


def rung_until(drain: Drain, times: int) -> None:
    """Wait until the bell has rung so often."""
    for _ in range(1_000):
        if drain.rung >= times:
            return
        time.sleep(0.01)
    raise AssertionError(f"the bell rang {drain.rung} times only")


@pytest.mark.slow
def test_a_bell_whose_database_went_away_rings_again_when_it_is_back(
    fresh_database: str, cluster: Supervisor
) -> None:
    stop = threading.Event()
    drain = Drain(stop, 2)
    bell = threading.Thread(target=bell_listen, args=(stop, drain), daemon=True)
    bell.start()
    for number in range(1_000):
        announce(number)
        if drain.rung or stop.wait(0.02):
            break
    with psycopg.connect(cluster.dsn("superuser", database=fresh_database), autocommit=True) as superuser:
        superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and query like 'listen%'"
        )
    for number in range(1_000):
        announce(number)
        if stop.wait(0.02):
            break
    stop.set()
    bell.join(5)
    connections.close_all()

    assert drain.rung >= 2
