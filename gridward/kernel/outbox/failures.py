"""
Owns what listeners fail on: how often, with which kind of error, when it is tried again, and when no more.

After the last wait a fact is set aside: it is tried no more until a person asks for it, and the ledger says both.
Refuses the words of an error: they may quote a row. Kept are its class and its SQLSTATE or refusal code.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from gridward.kernel import ledger
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import Fact, Failure
from gridward.kernel.outcomes import Refusal, Refused, refuse

#: How long a fact waits after its first, second, … failure. After one more failure than this it is set aside.
WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
MOST_CODE = 60


@dataclass(frozen=True)
class Failed:
    """One fact that one listener failed on, and when it is tried again; never, once it is set aside."""

    fact_id: int
    kind: str
    listener: str
    attempt_count: int
    error: str
    failed_at: datetime
    next_at: datetime | None
    set_aside_at: datetime | None


def get_failures(*, since: datetime | None = None) -> list[Failed]:
    """Return what listeners fail on, oldest fact first; with `since` only facts announced from then on."""
    rows = Failure.objects.select_related("fact").order_by("fact_id", "listener")
    return [_failed(row) for row in (rows.filter(fact__announced_at__gte=since) if since else rows)]


def due_ids(kind: str, listener: str, now: datetime) -> list[int]:
    """Return the facts that this listener failed on and that have waited long enough."""
    due = Failure.objects.filter(fact__kind=kind, listener=listener, next_at__lte=now)
    return list(due.order_by("fact_id").values_list("fact_id", flat=True))


@transaction.atomic
def failure_count(*, fact_id: int, listener: str, error: Exception, now: datetime) -> Failed | None:
    """
    Count one failed try, in a transaction of its own; after the last one set the fact aside.

    Returns None when another drain is at work on the fact or has done it meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from kernel_delivery d where d.fact_id = f.id and d.listener = %s)"
            " from kernel_fact f where f.id = %s for no key update skip locked",
            [listener, fact_id],
        )
        if cursor.fetchone() != (False,):
            return None
    row = Failure.objects.filter(fact_id=fact_id, listener=listener).first() or Failure(
        fact_id=fact_id, listener=listener, attempt_count=0
    )
    row.attempt_count += 1
    row.error = _code_of(error)
    row.failed_at = now
    is_last = row.attempt_count > len(WAITS)
    row.next_at = None if is_last else now + WAITS[row.attempt_count - 1]
    row.set_aside_at = now if is_last else None
    row.save()
    if is_last:
        ledger.record(
            "outbox.set_aside",
            obj=("fact", fact_id),
            by=SYSTEM,
            now=now,
            result=row.error.lower(),
            kind=row.fact.kind,
            listener=listener,
            attempts_count=row.attempt_count,
        )
    return _failed(row)


def failures_forget(*, fact_ids: Collection[int], listener: str) -> None:
    """Forget what was counted against facts that are being delivered now; a rollback remembers it again."""
    Failure.objects.filter(fact_id__in=fact_ids, listener=listener).delete()


@transaction.atomic
def facts_retry(*, fact_ids: Sequence[int] | None = None, by: Actor, now: datetime) -> int | Refusal:
    """
    Let failed facts be tried again by the next drain, as if for the first time; return how many.

    Without ids: everything that is set aside. With ids: these, whether set aside or waiting for their next try.
    """
    rows = Failure.objects.select_for_update(of=("self",)).select_related("fact").order_by("fact_id")
    chosen = list(
        rows.filter(set_aside_at__isnull=False) if fact_ids is None else rows.filter(fact_id__in=fact_ids)
    )
    if fact_ids is not None and {row.fact_id for row in chosen} != set(fact_ids):
        return refuse("not_found")
    ids = [row.pk for row in chosen]
    Failure.objects.filter(pk__in=ids).update(attempt_count=0, next_at=now, set_aside_at=None)
    Fact.objects.filter(pk__in=[row.fact_id for row in chosen]).update(drained_at=None)
    ledger.record_many(
        ledger.entry(
            "outbox.retry",
            obj=("fact", row.fact_id),
            by=by,
            now=now,
            kind=row.fact.kind,
            listener=row.listener,
            attempts_count=row.attempt_count,
        )
        for row in chosen
    )
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify('gridward_outbox', '')")
    return len(chosen)


def _code_of(error: Exception) -> str:
    """Return the error's class, and its SQLSTATE or the refusal's code."""
    if isinstance(error, Refused):
        code = error.refusal.code
    else:
        code = getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None) or ""
    return ":".join(part for part in (type(error).__name__, code) if part)[:MOST_CODE]


def _failed(row: Failure) -> Failed:
    return Failed(
        row.fact_id, row.fact.kind, row.listener, row.attempt_count, row.error, row.failed_at, row.next_at,
        row.set_aside_at,
    )  # fmt: skip
