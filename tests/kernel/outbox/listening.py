"""What the tests of the outbox share: a kind of fact, a listener whose work can be seen, and a clock to be moved."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.db import connection

from gridward.kernel import clock, ledger, outbox
from gridward.kernel.actor import SYSTEM
from tests import people


@dataclass(frozen=True)
class Rung(outbox.FactBody):
    """A bell was rung; only the tests know of it."""

    number: int
    kind: ClassVar[str] = "test.rung"


@dataclass(frozen=True)
class Echoed(outbox.FactBody):
    """A second kind, so that one can stand beside the other."""

    number: int
    kind: ClassVar[str] = "test.echoed"


@dataclass
class Ear:
    """A listener that writes a ledger entry for every fact it hears and then does what `then` says."""

    name: str = "test.ear"
    then: Callable[[outbox.Heard], object] = lambda _fact: None
    calls: list[list[int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, facts: Sequence[outbox.Heard], now: datetime) -> None:
        with self._lock:
            self.calls.append([fact.ids["number"] for fact in facts])
        ledger.record_many(
            ledger.entry("test.hear", by=SYSTEM, now=now, listener=self.name, number=fact.ids["number"])
            for fact in facts
        )
        for fact in facts:
            self.then(fact)

    @property
    def tried(self) -> int:
        """How many facts it was handed in all, those it failed on included."""
        return sum(len(call) for call in self.calls)


def poisoned(*numbers: int, error: Exception | None = None) -> Callable[[outbox.Heard], None]:
    """Fail on these numbers."""

    def then(fact: outbox.Heard) -> None:
        if fact.ids["number"] in numbers:
            raise error or KeyError("synthetic")

    return then


def hear(*ears: Ear, kind: str = Rung.kind, at_once: int = 1_000) -> None:
    for ear in ears:
        outbox.subscribe(kind, ear.name, ear, at_once=at_once)


def ring(*numbers: int, fact: type[Rung] | type[Echoed] = Rung) -> None:
    for number in numbers:
        outbox.announce(fact(number), now=clock.now())


def ring_a_thousand() -> None:
    """Announce 0 … 999 in one statement."""
    rows(
        "insert into kernel_fact (kind, ids, announced_at)"
        " select 'test.rung', jsonb_build_object('number', n), now() from generate_series(0, 999) n order by n"
    )


def rows(sql: str, *params: object) -> list[tuple]:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def work_done(listener: str = "test.ear") -> list[int]:
    """The work that is really there: the numbers in the ledger, in the order they were written."""
    found = rows(
        "select (detail::jsonb->>'number')::int from kernel_ledgerentry"
        " where action = 'test.hear' and detail::jsonb->>'listener' = %s order by id", listener,
    )  # fmt: skip
    return [number for (number,) in found]


def waiting() -> list[int]:
    """The numbers of the facts with which not every listener is done."""
    found = rows("select (ids->>'number')::int from kernel_fact where drained_at is null order by id")
    return [number for (number,) in found]


def failed_numbers(failed: outbox.DeliveriesFailed) -> list[int]:
    ids = [one.fact_id for one in failed.failed]
    return [
        n
        for (n,) in rows("select (ids->>'number')::int from kernel_fact where id = any(%s) order by id", ids)
    ]


def fact_id_of(number: int) -> int:
    return rows("select id from kernel_fact where (ids->>'number')::int = %s", number)[0][0]
