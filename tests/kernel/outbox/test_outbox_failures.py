"""What keeps failing is counted, waits longer each time, is set aside in the end, and can be called back."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.kernel import outbox, scope, walls
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ledger import object_hash
from gridward.kernel.outcomes import Refusal, Refused, refuse
from tests.kernel.outbox.listening import Ear, fact_id_of, hear, poisoned, ring, rows, waiting, work_done

pytestmark = pytest.mark.django_db

Later = Callable[[timedelta], datetime]
OPERATOR = Actor(id=UUID(int=9), handle="operator", role="system_operator")
SECRET = "13900001234"


def drain() -> int:
    """Drain and return how many facts failed."""
    try:
        outbox.drain_all()
    except outbox.DeliveriesFailed as failed:
        return len(failed.failed)
    return 0


def set_aside(later: Later, *numbers: int) -> Ear:
    """Let these facts fail until they are set aside."""
    ear = Ear(then=poisoned(*numbers))
    hear(ear)
    ring(*numbers)
    for wait in (*outbox.WAITS, timedelta(0)):
        assert drain() == len(numbers)
        later(wait)
    return ear


def ledger_of(action: str) -> list[tuple]:
    return rows(
        "select actor, result, object_hash, detail::jsonb->>'listener', detail::jsonb->>'attempts_count'"
        " from kernel_ledgerentry where action = %s order by id", action,
    )  # fmt: skip


def test_each_failure_waits_longer_than_the_one_before_it(later: Later) -> None:
    hear(Ear(then=poisoned(1)))
    ring(1)
    for count, wait in enumerate(outbox.WAITS, 1):
        assert drain() == 1
        (failure,) = outbox.get_failures()
        assert (failure.attempt_count, failure.set_aside_at) == (count, None)
        assert failure.next_at == failure.failed_at + wait
        later(wait - timedelta(seconds=1))
        assert drain() == 0, "too early"
        later(timedelta(seconds=1))

    assert list(outbox.WAITS) == sorted(outbox.WAITS)


def test_after_the_last_try_a_fact_is_set_aside_and_the_ledger_says_so(later: Later) -> None:
    ear = set_aside(later, 1)
    tried = ear.tried

    later(timedelta(days=365))

    (failure,) = outbox.get_failures()
    assert (failure.attempt_count, failure.next_at) == (len(outbox.WAITS) + 1, None)
    assert failure.set_aside_at == failure.failed_at
    assert ledger_of("outbox.set_aside") == [
        ("SYSTEM", "keyerror", object_hash("fact", fact_id_of(1)), "test.ear", "6")
    ]
    assert (drain(), ear.tried, waiting()) == (0, tried, [])


def test_what_is_set_aside_for_one_listener_still_waits_for_another(later: Later) -> None:
    slow = Ear("test.slow", then=poisoned(1))
    set_aside(later, 1)
    hear(slow)
    rows("update kernel_fact set drained_at = null")

    assert drain() == 1
    assert waiting() == [1]
    slow.then = poisoned()
    later(outbox.WAITS[0])

    assert drain() == 0
    assert (waiting(), work_done("test.slow")) == ([], [1])


def test_a_fact_that_was_set_aside_is_tried_anew_when_asked_and_the_ledger_says_who_asked(
    later: Later,
) -> None:
    ear = set_aside(later, 1)
    ear.then = poisoned()

    asked = outbox.facts_retry(by=OPERATOR, now=later(timedelta(0)))

    assert (asked, waiting()) == (1, [1])
    assert ledger_of("outbox.retry") == [
        (str(UUID(int=9)), "ok", object_hash("fact", fact_id_of(1)), "test.ear", "6")
    ]
    assert (drain(), work_done(), waiting(), outbox.get_failures()) == (0, [1], [], [])


def test_a_fact_tried_anew_has_all_its_tries_again_and_may_be_set_aside_again(later: Later) -> None:
    set_aside(later, 1)
    outbox.facts_retry(by=OPERATOR, now=later(timedelta(0)))

    for wait in (*outbox.WAITS, timedelta(0)):
        assert outbox.get_failures()[0].set_aside_at is None
        assert drain() == 1
        later(wait)

    assert outbox.get_failures()[0].set_aside_at is not None
    assert len(ledger_of("outbox.set_aside")) == 2


def test_one_fact_is_called_back_by_its_number_and_the_others_stay_aside(later: Later) -> None:
    ear = set_aside(later, 1, 2)
    ear.then = poisoned()

    assert outbox.facts_retry(fact_ids=[fact_id_of(2)], by=OPERATOR, now=later(timedelta(0))) == 1
    drain()

    assert work_done() == [2]
    assert [failure.fact_id for failure in outbox.get_failures()] == [fact_id_of(1)]


def test_a_waiting_fact_need_not_wait_when_it_is_named_but_is_left_alone_when_nothing_is(
    later: Later,
) -> None:
    ear = Ear(then=poisoned(1))
    hear(ear)
    ring(1)
    drain()
    ear.then = poisoned()
    now = later(timedelta(0))

    assert outbox.facts_retry(by=OPERATOR, now=now) == 0
    assert (drain(), work_done()) == (0, [])
    assert outbox.facts_retry(fact_ids=[fact_id_of(1)], by=OPERATOR, now=now) == 1
    assert (drain(), work_done()) == (0, [1])


def test_a_fact_that_never_failed_cannot_be_called_back_and_nothing_else_is_either(later: Later) -> None:
    set_aside(later, 1)
    hear(Ear("test.other"))
    ring(2)

    refusal = outbox.facts_retry(
        fact_ids=[fact_id_of(1), fact_id_of(2)], by=OPERATOR, now=later(timedelta(0))
    )

    assert isinstance(refusal, Refusal) and refusal.code == "not_found"
    assert outbox.get_failures()[0].set_aside_at is not None
    assert ledger_of("outbox.retry") == []


def _violation(_fact: outbox.Heard) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into kernel_delivery (fact_id, listener, delivered_at) values (-1, %s, null)", [SECRET]
        )


def _refused(_fact: outbox.Heard) -> None:
    raise Refused(refuse("conflict"))


def _too_long(_fact: outbox.Heard) -> None:
    raise type("Quite" * 40, (Exception,), {})(SECRET)


@pytest.mark.parametrize(
    ("then", "error"),
    [
        (poisoned(1, error=ValueError(SECRET)), "ValueError"),
        (_violation, "IntegrityError:23502"),
        (_refused, "Refused:conflict"),
        (_too_long, ("Quite" * 40)[:60]),
    ],
    ids=["the program", "the database", "a refusal", "a name without end"],
)
def test_of_an_error_only_its_class_and_code_are_kept(
    then: Callable[[outbox.Heard], None], error: str, later: Later
) -> None:
    hear(Ear(then=then))
    ring(1)
    for wait in (*outbox.WAITS, timedelta(0)):
        assert drain() == 1
        later(wait)

    assert [failure.error for failure in outbox.get_failures()] == [error]
    kept = rows("select f::text from kernel_failure f union all select e::text from kernel_ledgerentry e")
    assert SECRET not in str(kept)
    assert ledger_of("outbox.set_aside")[0][1] == error.lower()


def test_failures_are_told_by_fact_and_listener_and_by_the_time_their_facts_were_announced(
    later: Later,
) -> None:
    hear(Ear("test.b", then=poisoned(1, 2)), Ear("test.a", then=poisoned(2)))
    ring(1)
    began = later(timedelta(minutes=1))
    ring(2)
    drain()

    told = [(one.fact_id, one.listener) for one in outbox.get_failures()]
    assert told == [(fact_id_of(1), "test.b"), (fact_id_of(2), "test.a"), (fact_id_of(2), "test.b")]
    assert [one.fact_id for one in outbox.get_failures(since=began)] == [fact_id_of(2)] * 2


READING_AND_MARKING = [
    "select count(*) from kernel_fact",
    "select count(*) from kernel_failure",
    "select count(*) from kernel_delivery",
    "update kernel_fact set drained_at = now()",
    "delete from kernel_failure",
    "insert into kernel_delivery (fact_id, listener, delivered_at) values (1, 'x', now())",
]


@pytest.mark.parametrize("role", [walls.CENTRE, walls.WORKER, walls.AGENCY, walls.AUDIT, walls.SEALER])
def test_no_page_reads_the_outbox_or_marks_anything_as_delivered(role: str) -> None:
    for statement in READING_AND_MARKING:
        denied(statement, scope.as_role(role))


@pytest.mark.parametrize("statement", ["update kernel_fact set ids = '{}'", "delete from kernel_fact"])
def test_even_the_drain_cannot_change_or_take_back_what_was_said(statement: str) -> None:
    denied(statement, nullcontext())


def denied(statement: str, inside: AbstractContextManager[None]) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        inside,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "columns",
    [
        "next_at, set_aside_at) values (%s, 'x', 1, 'x', now(), null, null)",
        "next_at, set_aside_at) values (%s, 'x', 1, 'x', now(), now(), now())",
    ],
)
def test_a_failure_either_waits_or_is_set_aside(columns: str) -> None:
    ring(1)
    with pytest.raises(DatabaseError, match="failure_waits_or_is_set_aside"), transaction.atomic():
        rows(
            f"insert into kernel_failure (fact_id, listener, attempt_count, error, failed_at, {columns}",
            fact_id_of(1),
        )


def test_a_system_job_may_ask_for_a_retry_as_well(later: Later) -> None:
    set_aside(later, 1)

    assert outbox.facts_retry(by=SYSTEM, now=later(timedelta(0))) == 1
    assert ledger_of("outbox.retry")[0][0] == "SYSTEM"
