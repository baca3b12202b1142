"""
Owns facts: announced in the transaction that made them true, drained afterwards in sets.

Refuses names and numbers of people: a fact carries ids, counts and codes. Who hears what stands in one file,
`wiring/subscriptions`, which fills LISTENERS at start.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

import orjson
from django.db import DatabaseError, connection, transaction

from gridward.kernel import clock
from gridward.kernel.models import Fact


@dataclass(frozen=True)
class FactBody:
    """Base of every fact class in a room's `events`; `kind` is its stable name, the fields are its ids."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class Heard:
    """A fact as a listener gets it: its own id, for idempotence, and its ids."""

    id: int
    kind: str
    ids: Mapping[str, Any]
    announced_at: datetime


#: A listener takes all newly heard facts of one kind at once, inside one transaction of its own.
Listener = Callable[[Sequence[Heard], datetime], None]

LISTENERS: dict[str, list[tuple[str, Listener]]] = defaultdict(list)
_KINDS: dict[str, type[FactBody]] = {}


def fact_kind(cls: type[FactBody]) -> type[FactBody]:
    """Register a fact class, so that the reference can list it (decorator for `events` modules)."""
    _KINDS[cls.kind] = cls
    return cls


def fact_kinds() -> Mapping[str, type[FactBody]]:
    """Return every registered fact class by kind."""
    return _KINDS


def subscribe(kind: str, name: str, listener: Listener) -> None:
    """Let `listener` hear facts of this kind; `name` is stable, for it marks what was delivered."""
    LISTENERS[kind].append((name, listener))


def announce(fact: FactBody, *, now: datetime) -> None:
    """Write a fact in the present transaction and wake the drain when it commits."""
    ids = {
        key: value if isinstance(value, (int, list)) else str(value) for key, value in asdict(fact).items()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into kernel_fact (kind, ids, announced_at) values (%s, %s::jsonb, %s)",
            [fact.kind, orjson.dumps(ids).decode(), now],
        )
        cursor.execute("select pg_notify('gridward_outbox', '')")


def drain(*, limit: int = 5_000) -> int:
    """
    Deliver up to `limit` waiting facts to their listeners and return how many were dealt with.

    Facts are claimed with SKIP LOCKED, so any number of drains may run. A listener that fails keeps its facts
    waiting; what other listeners have done stays done, because deliveries are recorded with their work.
    """
    try:
        return _drained(limit)
    except DatabaseError:
        # Only the commit gets here: what was true when a listener looked is not true any more, an order for example.
        # Nothing of this drain is left; on the second look the listener sees it and decides for itself.
        return _drained(limit)


def _drained(limit: int) -> int:
    with transaction.atomic():
        facts = list(
            Fact.objects.select_for_update(skip_locked=True).filter(drained_at=None).order_by("id")[:limit]
        )
        by_kind: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            by_kind[fact.kind].append(fact)
        failures: list[Exception] = []
        done: list[int] = []
        for kind, group in by_kind.items():
            failed = [error for name, call in LISTENERS[kind] if (error := _deliver(name, call, group))]
            failures += failed
            done += [] if failed else [fact.pk for fact in group]
        Fact.objects.filter(pk__in=done).update(drained_at=clock.now())
    if failures:
        raise ExceptionGroup("listeners failed; their facts wait for the next drain", failures)
    return len(done)


def _deliver(name: str, listener: Listener, facts: Sequence[Fact]) -> Exception | None:
    now = clock.now()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "insert into kernel_delivery (fact_id, listener, delivered_at)"
                " select unnest(%s::bigint[]), %s, %s on conflict do nothing returning fact_id",
                [[fact.pk for fact in facts], name, now],
            )
            fresh = {row[0] for row in cursor.fetchall()}
            heard = [Heard(f.pk, f.kind, f.ids, f.announced_at) for f in facts if f.pk in fresh]
            if heard:
                listener(heard, now)
    except Exception as error:
        return error
    return None


def drain_all() -> int:
    """Drain until nothing waits; commands use it to finish their work before they print."""
    total = 0
    while count := drain():
        total += count
    return total
