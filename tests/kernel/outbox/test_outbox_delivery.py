"""Every fact is heard once by everybody who listens, in order; one that fails keeps no other waiting."""

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.kernel import clock, outbox
from tests.examples import examples
from tests.kernel.outbox.listening import (
    Ear,
    Echoed,
    Rung,
    failed_numbers,
    hear,
    poisoned,
    ring,
    ring_a_thousand,
    rows,
    waiting,
    work_done,
)

pytestmark = pytest.mark.django_db

Later = Callable[[timedelta], datetime]


def drain_expecting_failures() -> outbox.DeliveriesFailed:
    with pytest.raises(outbox.DeliveriesFailed) as raised:
        outbox.drain_all()
    return raised.value


def test_facts_are_heard_in_their_order_in_one_call_and_only_once() -> None:
    ear = Ear()
    hear(ear)
    ring(3, 1, 2)

    first, second = outbox.drain_all(), outbox.drain_all()

    assert (first, second) == (3, 0)
    assert ear.calls == [[3, 1, 2]]
    assert waiting() == []


def test_a_listener_learns_what_was_announced_and_when() -> None:
    heard: list[outbox.Heard] = []
    hear(Ear(then=heard.append))
    outbox.announce(Rung(7), now=datetime.fromisoformat("2026-01-31T09:00:00+08:00"))

    outbox.drain_all()

    assert [(fact.kind, fact.ids) for fact in heard] == [("test.rung", {"number": 7})]
    assert heard[0].announced_at == datetime.fromisoformat("2026-01-31T01:00:00+00:00")


def test_a_fact_of_a_deed_that_is_rolled_back_was_never_said() -> None:
    ear = Ear()
    hear(ear)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ring(1)
        _ = 1 / 0
    ring(2)

    outbox.drain_all()

    assert work_done() == [2]


def test_a_fact_nobody_listens_to_is_done_at_once() -> None:
    ring(1)

    assert outbox.drain_all() == 0
    assert waiting() == []


def test_what_a_listener_announces_is_heard_before_the_drain_ends_whichever_kind_comes_first() -> None:
    echo = Ear("test.echo")
    hear(echo, kind=Echoed.kind)
    hear(Ear(then=lambda fact: ring(fact.ids["number"] + 10, fact=Echoed)))
    ring(1, 2)

    outbox.drain_all()

    assert work_done("test.echo") == [11, 12]
    assert waiting() == []


@pytest.mark.parametrize(("at_once", "calls"), [(1, [[1], [2], [3]]), (2, [[1, 2], [3]]), (9, [[1, 2, 3]])])
def test_a_listener_hears_as_many_at_once_as_it_asked_for(at_once: int, calls: list[list[int]]) -> None:
    ear = Ear()
    hear(ear, at_once=at_once)
    ring(1, 2, 3)

    outbox.drain_all()

    assert ear.calls == calls


def test_one_poison_fact_among_a_thousand_stays_behind_alone() -> None:
    ear = Ear(then=poisoned(618))
    hear(ear)
    ring_a_thousand()

    failed = drain_expecting_failures()

    assert failed_numbers(failed) == [618]
    assert work_done() == [number for number in range(1_000) if number != 618]
    assert waiting() == [618]
    # Halving looks at each half of what failed, and no more: the fact costs the others two more looks at most.
    assert len(ear.calls) <= 21 and ear.tried <= 3_000


def test_what_failed_is_not_tried_again_before_its_time_and_says_nothing_meanwhile(later: Later) -> None:
    ear = Ear(then=poisoned(1))
    hear(ear)
    ring(1, 2)
    drain_expecting_failures()
    tried = ear.tried

    later(outbox.WAITS[0] - timedelta(seconds=2))

    assert outbox.drain_all() == 0
    assert ear.tried == tried


def test_a_poison_that_heals_is_delivered_and_forgotten(later: Later) -> None:
    ear = Ear(then=poisoned(1))
    hear(ear)
    ring(1, 2)
    drain_expecting_failures()

    ear.then = poisoned()
    later(outbox.WAITS[0])
    outbox.drain_all()

    assert work_done() == [2, 1]
    assert (waiting(), outbox.get_failures()) == ([], [])


def test_new_facts_do_not_wait_for_a_failed_one_nor_share_its_call(later: Later) -> None:
    ear = Ear(then=poisoned(1))
    hear(ear)
    ring(1)
    drain_expecting_failures()
    ear.calls.clear()

    ring(2, 3)
    later(outbox.WAITS[0])
    drain_expecting_failures()

    assert ear.calls == [[2, 3], [1]]
    assert work_done() == [2, 3]


def test_a_listener_that_fails_on_everything_is_asked_once_about_each_and_the_drain_ends() -> None:
    ear = Ear(then=poisoned(*range(9)))
    hear(ear)
    ring(*range(9))

    failed = drain_expecting_failures()

    assert failed_numbers(failed) == list(range(9))
    assert [one.attempt_count for one in outbox.get_failures()] == [1] * 9
    assert work_done() == []


def test_what_one_listener_fails_on_another_has_heard_and_does_not_hear_again(later: Later) -> None:
    good, bad = Ear("test.good"), Ear("test.bad", then=poisoned(1))
    hear(bad, good)
    ring(1, 2)

    drain_expecting_failures()
    assert waiting() == [1]
    bad.then = poisoned()
    later(outbox.WAITS[0])
    outbox.drain_all()

    assert (work_done("test.good"), work_done("test.bad")) == ([1, 2], [2, 1])
    assert waiting() == []


def test_a_listener_that_leaves_does_not_keep_its_facts_waiting_for_ever() -> None:
    good, gone = Ear("test.good"), Ear("test.gone", then=poisoned(1))
    hear(good, gone)
    ring(1)
    drain_expecting_failures()

    outbox.LISTENERS.clear()
    hear(good)
    outbox.drain_all()

    assert waiting() == []


def test_half_done_work_of_a_listener_that_fails_leaves_nothing() -> None:
    def then(fact: outbox.Heard) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1 / %s", [fact.ids["number"]])

    hear(Ear(then=then))
    ring(1, 0, 2)

    failed = drain_expecting_failures()

    assert failed_numbers(failed) == [0]
    assert work_done() == [1, 2]
    assert rows("select count(*) from kernel_delivery where listener = 'test.ear'") == [(2,)]


def test_an_error_of_the_database_gets_a_second_look_and_one_of_the_program_does_not() -> None:
    looks: list[int] = []

    def then(fact: outbox.Heard) -> None:
        looks.append(fact.ids["number"])
        if fact.ids["number"] == 1 and looks.count(1) == 1:
            with connection.cursor() as cursor:
                cursor.execute("select 1 / 0")
        if fact.ids["number"] == 2:
            raise KeyError

    hear(Ear(then=then), at_once=1)
    ring(1, 2)

    failed = drain_expecting_failures()

    assert looks == [1, 1, 2]
    assert failed_numbers(failed) == [2]


def test_a_command_is_told_of_its_own_facts_only(later: Later) -> None:
    ear = Ear(then=poisoned(1, 3))
    hear(ear)
    ring(1)
    began = later(timedelta(minutes=1))
    ring(2)

    # The old one fails in this very drain; whoever drains without a question hears of it, this command does not.
    assert outbox.drain_all(since=began) == 1
    ring(3)
    with pytest.raises(outbox.DeliveriesFailed) as raised:
        outbox.drain_all(since=began)

    assert failed_numbers(raised.value) == [3]


def test_a_command_that_drains_twice_is_told_again_although_nothing_was_tried() -> None:
    hear(Ear(then=poisoned(1)))
    began = clock.now()
    ring(1)

    for _again in range(2):
        with pytest.raises(outbox.DeliveriesFailed):
            outbox.drain_all(since=began)


def test_the_causes_are_there_for_a_programmer_and_end_in_no_log() -> None:
    hear(Ear(then=poisoned(*range(30), error=ValueError("13900001234"))))
    ring(*range(30))

    failed = drain_expecting_failures()

    assert (len(failed.failed), len(failed.causes)) == (30, 10)
    assert "test.ear (ValueError)" in str(failed)
    assert "13900001234" not in "".join(traceback.format_exception(failed))


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    poison=st.sets(st.integers(0, 19)),
    count=st.integers(0, 20),
    at_once=st.integers(1, 25),
    database=st.booleans(),
)
def test_whatever_fails_all_else_is_done_once_and_in_order(
    db: None, poison: set[int], count: int, at_once: int, database: bool
) -> None:
    def then(fact: outbox.Heard) -> None:
        if fact.ids["number"] in poison:
            with connection.cursor() as cursor:
                cursor.execute("select 1 / 0" if database else "select 1")
            raise KeyError

    savepoint = transaction.savepoint()
    outbox.LISTENERS.clear()
    hear(Ear(then=then), at_once=at_once)
    ring(*range(count))
    wrong = sorted(poison & set(range(count)))

    try:
        outbox.drain_all()
        failed = []
    except outbox.DeliveriesFailed as raised:
        failed = failed_numbers(raised)

    assert failed == wrong == waiting()
    assert work_done() == [number for number in range(count) if number not in poison]
    transaction.savepoint_rollback(savepoint)
