"""Owns what a fact is, which kinds there are, who listens, and announcing. Refuses to deliver."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

import orjson
from django.db import connection


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


#: A listener takes newly heard facts of one kind in their order, inside a transaction that is theirs alone.
Listener = Callable[[Sequence[Heard], datetime], None]


@dataclass(frozen=True)
class Subscription:
    """Who hears a kind of facts: the stable name that marks what was delivered, and how many facts at once."""

    name: str
    listener: Listener
    at_once: int


LISTENERS: dict[str, list[Subscription]] = defaultdict(list)
_KINDS: dict[str, type[FactBody]] = {}


def fact_kind(cls: type[FactBody]) -> type[FactBody]:
    """Register a fact class, so that the reference can list it (decorator for `events` modules)."""
    _KINDS[cls.kind] = cls
    return cls


def fact_kinds() -> Mapping[str, type[FactBody]]:
    """Return every registered fact class by kind."""
    return _KINDS


def subscribe(kind: str, name: str, listener: Listener, *, at_once: int = 1_000) -> None:
    """
    Let `listener` hear facts of this kind.

    `at_once` is how many facts one call and its transaction may hold: 1 for long work, so that each is done and
    committed by itself.
    """
    LISTENERS[kind].append(Subscription(name, listener, at_once))


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
