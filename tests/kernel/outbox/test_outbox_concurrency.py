"""Several drains, cut connections and gates at the commit: every fact is dealt with once, by somebody."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from gridward.kernel import clock, outbox
from gridward.kernel.outbox.failures import failure_count
from tests.journeys.stage import PATIENCE, Running, second_connection
from tests.kernel.outbox.listening import (
    Ear,
    Echoed,
    fact_id_of,
    failed_numbers,
    hear,
    poisoned,
    ring,
    rows,
    waiting,
    work_done,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

Other = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def other() -> Iterator[Other]:
    connection.ensure_connection()
    with second_connection() as made:
        yield made


class Gate:
    """A listener waits here until it is let through; the test learns that it has come."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, _fact: outbox.Heard) -> None:
        self.reached.set()
        assert self.opened.wait(PATIENCE)


def ended(running: Running) -> object:
    outcome = running.ended()
    assert running.error is None, running.error
    return outcome


def test_two_drains_at_once_share_the_work_and_double_none_of_it() -> None:
    both = threading.Barrier(2, timeout=PATIENCE)
    met: set[int] = set()

    def then(_fact: outbox.Heard) -> None:
        # The first call of each drain waits for the other's, so that both really are at work together.
        if threading.get_ident() not in met:
            met.add(threading.get_ident())
            both.wait()

    hear(Ear(then=then), at_once=10)
    ring(*range(200))

    drains = [Running(outbox.drain_all) for _each in range(2)]
    counts = [ended(drain) for drain in drains]

    assert sum(counts) == 200 and min(counts) >= 10
    assert sorted(work_done()) == list(range(200))
    assert waiting() == []


def test_long_work_holds_back_neither_its_own_kind_nor_another() -> None:
    gate = Gate()
    hear(Ear(then=lambda fact: gate(fact) if fact.ids["number"] == 1 else None), at_once=1)
    hear(Ear("test.echo"), kind=Echoed.kind)
    ring(1, 2)
    ring(3, fact=Echoed)
    long = Running(outbox.drain_all)
    assert gate.reached.wait(PATIENCE)

    outbox.drain_all()

    assert (work_done(), work_done("test.echo")) == ([2], [3])
    gate.opened.set()
    ended(long)
    assert (sorted(work_done()), waiting()) == ([1, 2], [])


def test_a_command_waits_for_the_drain_that_took_its_facts() -> None:
    gate = Gate()
    hear(Ear(then=gate))
    began = clock.now()
    ring(1)
    worker = Running(outbox.drain_all)
    assert gate.reached.wait(PATIENCE)

    command = Running(lambda: (outbox.drain_all(since=began), work_done()))
    with second_connection() as looking:
        _wait_until_somebody_waits(looking)
    gate.opened.set()

    ended(worker)
    assert ended(command) == (0, [1])


def test_a_command_learns_that_the_drain_which_took_its_facts_failed() -> None:
    gate = Gate()

    def then(fact: outbox.Heard) -> None:
        gate(fact)
        raise KeyError

    hear(Ear(then=then))
    began = clock.now()
    ring(1)
    worker = Running(outbox.drain_all)
    assert gate.reached.wait(PATIENCE)
    command = Running(lambda: outbox.drain_all(since=began))
    with second_connection() as looking:
        _wait_until_somebody_waits(looking)

    gate.opened.set()

    # Whoever of the two comes first after the failure counts it; the command hears of it either way.
    worker.ended(), command.ended()
    assert isinstance(command.error, outbox.DeliveriesFailed)
    assert failed_numbers(command.error) == [1]


def _wait_until_somebody_waits(looking: Other) -> None:
    """Return as soon as some connection of this database waits for a lock."""
    until = threading.Event()
    for _look in range(int(PATIENCE / 0.01)):
        looking.execute("select pg_stat_clear_snapshot()")
        found = looking.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and cardinality(pg_blocking_pids(pid)) > 0"
        ).fetchone()
        if found and found[0]:
            return
        until.wait(0.01)
    raise AssertionError("nobody waits")


def test_what_another_drain_did_between_our_look_and_our_claim_is_not_done_again(other: Other) -> None:
    def then(fact: outbox.Heard) -> None:
        other.execute(
            "insert into kernel_delivery (fact_id, listener, delivered_at) values (%s, 'test.ear', now())",
            [fact_id_of(2)],
        )
        other.commit()

    ear = Ear(then=then)
    hear(ear, at_once=1)
    ring(1, 2)

    assert outbox.drain_all() == 1

    assert (ear.calls, waiting(), outbox.get_failures()) == ([[1]], [], [])


# --- the connection is cut ------------------------------------------------------------------------------------------


def cut(other: Other) -> None:
    """Kill the connection of whoever calls, as an administrator or a crash of the server does."""
    other.execute("select pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.commit()


def test_a_connection_cut_between_work_and_commit_undoes_the_work_and_it_is_done_again(other: Other) -> None:
    cuts: list[int] = []

    def then(fact: outbox.Heard) -> None:
        if fact.ids["number"] == 4 and not cuts:
            cuts.append(4)
            cut(other)

    ear = Ear(then=then)
    hear(ear)
    ring(*range(5))

    assert outbox.drain_all() == 5

    assert cuts == [4] and ear.tried > 5
    assert work_done() == list(range(5))
    assert (waiting(), outbox.get_failures()) == ([], [])


def test_a_fact_that_cuts_the_connection_every_time_is_counted_and_the_others_are_done(other: Other) -> None:
    def then(fact: outbox.Heard) -> None:
        if fact.ids["number"] == 2:
            cut(other)

    hear(Ear(then=then))
    ring(*range(5))

    with pytest.raises(outbox.DeliveriesFailed) as raised:
        outbox.drain_all()

    assert failed_numbers(raised.value) == [2]
    assert work_done() == [0, 1, 3, 4]


def test_a_drain_that_dies_leaves_its_facts_to_the_next(other: Other) -> None:
    class Killed(BaseException):
        """What no drain survives."""

    def then(fact: outbox.Heard) -> None:
        if fact.ids["number"] == 3:
            raise Killed

    ear = Ear(then=then)
    hear(ear, at_once=2)
    ring(*range(5))

    with pytest.raises(Killed):
        outbox.drain_all()
    assert work_done() == [0, 1]
    ear.then = poisoned()

    assert outbox.drain_all() == 3
    assert work_done() == [0, 1, 2, 3, 4]


# --- the commit says no ---------------------------------------------------------------------------------------------

COMMIT_GATE = """
create table test_gate (number int not null);
create table test_shut (number int not null);
create function test_gate_asked() returns trigger language plpgsql security definer as $$
begin
  if exists (select from test_shut s where s.number = new.number) then
    raise exception 'order_inactive' using errcode = 'GW001';
  end if;
  return null;
end $$;
create constraint trigger asked_at_commit after insert on test_gate deferrable initially deferred
  for each row execute function test_gate_asked();
grant select, insert on test_gate, test_shut to gridward_app;
"""


def collect(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into test_gate (number) values (%s)", [number])


def test_a_gate_that_shuts_before_the_commit_is_seen_on_the_second_look() -> None:
    rows(COMMIT_GATE)
    refused: list[int] = []

    def then(fact: outbox.Heard) -> None:
        number = fact.ids["number"]
        if rows("select number from test_shut where number = %s", number):
            refused.append(number)
            return
        collect(number)
        if number == 2:
            shut_elsewhere(number)

    hear(Ear(then=then))
    ring(*range(5))

    assert outbox.drain_all() == 5

    assert set(refused) == {2}
    assert rows("select number from test_gate order by 1") == [(0,), (1,), (3,), (4,)]
    assert outbox.get_failures() == []


def shut_elsewhere(number: int) -> None:
    """Shut the gate by another connection, as the end of an order does."""
    with second_connection() as other:
        other.execute("insert into test_shut (number) values (%s)", [number])


def test_a_listener_that_will_not_see_the_gate_keeps_only_its_own_fact_waiting() -> None:
    rows(COMMIT_GATE)
    rows("insert into test_shut (number) values (2)")
    hear(Ear(then=lambda fact: collect(fact.ids["number"])))
    ring(*range(5))

    with pytest.raises(outbox.DeliveriesFailed) as raised:
        outbox.drain_all()

    assert failed_numbers(raised.value) == [2]
    assert [one.error.partition(":")[2] for one in raised.value.failed] == ["GW001"]
    assert rows("select number from test_gate order by 1") == [(0,), (1,), (3,), (4,)]
    assert work_done() == [0, 1, 3, 4]


# --- two who fail, or fail and succeed, at once ---------------------------------------------------------------------


def test_a_failure_is_not_counted_while_another_drain_has_the_fact_or_once_it_has_done_it(
    other: Other,
) -> None:
    ring(1)
    failing = {"fact_id": fact_id_of(1), "listener": "test.ear", "error": KeyError(), "now": clock.now()}
    other.execute("select from kernel_fact where id = %s for no key update", [fact_id_of(1)])

    while_taken = failure_count(**failing)
    other.execute(
        "insert into kernel_delivery (fact_id, listener, delivered_at) values (%s, 'test.ear', now())",
        [fact_id_of(1)],
    )
    other.commit()
    once_done = failure_count(**failing)
    of_another_listener = failure_count(**(failing | {"listener": "test.other"}))

    assert (while_taken, once_done) == (None, None)
    assert of_another_listener and of_another_listener.attempt_count == 1
    assert [one.listener for one in outbox.get_failures()] == ["test.other"]
