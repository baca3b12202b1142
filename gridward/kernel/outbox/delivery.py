"""
Owns delivering: each listener gets its facts in a transaction with its work, so that both are done or neither.

Facts are claimed with SKIP LOCKED, so any number of drains may run; a claim holds one listener's group and nothing
else. A group that fails is split until the facts that truly fail are alone: those are counted (see `failures`) and
wait for their next try, all others are done. Refuses to try a failed fact twice in one drain.
"""

from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import DatabaseError, connection, transaction

from gridward.kernel import clock
from gridward.kernel.outbox import failures
from gridward.kernel.outbox.facts import LISTENERS, Heard, Subscription
from gridward.kernel.outbox.failures import Failed

MOST_LOOKED_AT = 1_000
#: The errors themselves may quote rows; so many are kept for a programmer who asks to see them.
MOST_CAUSES = 10

#: Most drains find work for one or two of a house's many listeners; the others are not asked for one by one.
_WAITING = "select distinct kind from kernel_fact where drained_at is null"
_UNTOUCHED = """
select f.id from kernel_fact f
where f.drained_at is null and f.kind = %s and f.id > %s
  and not exists (select from kernel_delivery d where d.fact_id = f.id and d.listener = %s)
  and not exists (select from kernel_failure x where x.fact_id = f.id and x.listener = %s)
order by f.id limit %s
"""
# Not FOR UPDATE: writing a delivery or a failure refers to the fact and would wait for it.
_CLAIM = """
select id, kind, ids, announced_at from kernel_fact
where id = any(%s) order by id for no key update skip locked
"""
# The unique pair of fact and listener is what makes a delivery happen once, whatever was seen before the claim.
_DELIVERED = """
insert into kernel_delivery (fact_id, listener, delivered_at) select unnest(%s::bigint[]), %s, %s
on conflict do nothing returning fact_id
"""
_DRAINED = """
update kernel_fact set drained_at = %s where id in (
  select f.id from kernel_fact f where f.drained_at is null and not exists (
    select from unnest(%s::text[], %s::text[]) as heard (kind, listener)
    where heard.kind = f.kind
      and not exists (select from kernel_delivery d where d.fact_id = f.id and d.listener = heard.listener)
      and not exists (select from kernel_failure x where x.fact_id = f.id and x.listener = heard.listener
                        and x.set_aside_at is not null))
  for no key update skip locked)
"""
_WAIT_FOR_OTHERS = """
select count(*) from (
  select f.id from kernel_fact f
  where f.drained_at is null and f.announced_at >= %s
    and not exists (select from kernel_failure x where x.fact_id = f.id)
  order by f.id for share) others
"""


class DeliveriesFailed(Exception):
    """
    Listeners failed on these facts, which wait for another try or were set aside.

    Its words quote no row, so that it may end in a log. `causes` are what was raised: they may, and are not chained.
    """

    def __init__(self, failed: Sequence[Failed], causes: Sequence[Exception] = ()) -> None:
        self.failed = tuple(failed)
        self.causes = tuple(causes)
        named = sorted({f"{one.listener} ({one.error})" for one in failed})
        super().__init__(f"{len(failed)} facts could not be delivered: {', '.join(named[:5])}")


def drain_all(*, since: datetime | None = None) -> int:
    """
    Deliver everything that waits, also what is announced meanwhile, and return how many deliveries were made.

    Ends even if listeners fail: what failed waits for a later drain, and DeliveriesFailed is raised when all else is
    done. With `since` only facts announced from then on count, also those that another drain is at work on or has
    failed on: a command that announced them has finished its work before it answers.
    """
    run = _Run()
    while run.passed() or (since and _others_leave_something(since)):
        pass
    failed = failures.get_failures(since=since) if since else run.failed
    if failed:
        raise DeliveriesFailed(failed, run.causes)
    return run.count


def _others_leave_something(since: datetime) -> bool:
    """Wait until nobody holds a fact announced since then, and tell whether one is still to be delivered."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WAIT_FOR_OTHERS, [since])
        return bool(cursor.fetchone()[0])


class _Run:
    """One drain: what it delivered and what failed in it."""

    def __init__(self) -> None:
        self.count = 0
        self.failed: list[Failed] = []
        self.causes: list[Exception] = []
        self._tried: set[tuple[int, str]] = set()

    def passed(self) -> bool:
        """Go once through all that waits; tell whether anything was delivered: what that announced waits in turn."""
        before = self.count
        for kind in _waiting():
            for subscription in LISTENERS[kind]:
                self._untouched(kind, subscription)
                self._due(kind, subscription)
        _mark_drained()
        return self.count > before

    def _untouched(self, kind: str, subscription: Subscription) -> None:
        """Deliver what was never tried, in groups."""
        after = 0
        while ids := _untouched_ids(kind, subscription, after):
            for start in range(0, len(ids), subscription.at_once):
                self._group(subscription, ids[start : start + subscription.at_once])
            after = ids[-1]

    def _due(self, kind: str, subscription: Subscription) -> None:
        """Deliver what failed before and has waited long enough, each fact by itself."""
        for fact_id in failures.due_ids(kind, subscription.name, clock.now()):
            if (fact_id, subscription.name) not in self._tried:
                self._group(subscription, [fact_id])

    def _group(self, subscription: Subscription, ids: Sequence[int]) -> None:
        error = self._attempt(subscription, ids)
        if isinstance(error, DatabaseError) and len(ids) == 1:
            # What was true when a listener looked may not be true any more at the commit: an order for example, or a
            # connection. On the second look the listener sees it and decides for itself.
            error = self._attempt(subscription, ids)
        if error is None:
            return
        if len(ids) > 1:
            middle = len(ids) // 2
            self._group(subscription, ids[:middle])
            self._group(subscription, ids[middle:])
            return
        self._tried.add((ids[0], subscription.name))
        failed = failures.failure_count(
            fact_id=ids[0], listener=subscription.name, error=error, now=clock.now()
        )
        if failed:
            self.failed.append(failed)
            self.causes += [error] if len(self.causes) < MOST_CAUSES else []

    def _attempt(self, subscription: Subscription, ids: Sequence[int]) -> Exception | None:
        now = clock.now()
        try:
            with transaction.atomic():
                heard = _claimed(subscription.name, ids, now)
                if heard:
                    subscription.listener(heard, now)
        except Exception as error:
            return error
        self.count += len(heard)
        return None


def _waiting() -> list[str]:
    """Return the kinds of which anything waits, in the order in which their listeners were connected."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        found = {kind for (kind,) in cursor.fetchall()}
    return [kind for kind in LISTENERS if kind in found]


def _untouched_ids(kind: str, subscription: Subscription, after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNTOUCHED, [kind, after, subscription.name, subscription.name, MOST_LOOKED_AT])
        return [fact_id for (fact_id,) in cursor.fetchall()]


def _claimed(listener: str, ids: Sequence[int], now: datetime) -> list[Heard]:
    """Return those of the facts that nobody else is at work on and that this listener has not dealt with."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(ids)])
        rows = cursor.fetchall()
        cursor.execute(_DELIVERED, [[row[0] for row in rows], listener, now])
        fresh = {fact_id for (fact_id,) in cursor.fetchall()}
    failures.failures_forget(fact_ids=fresh, listener=listener)
    return [Heard(row[0], row[1], orjson.loads(row[2]), row[3]) for row in rows if row[0] in fresh]


def _mark_drained() -> None:
    """Mark the facts with which every listener is done; those that nobody listens to are done at once."""
    heard = [(kind, one.name) for kind, subscriptions in LISTENERS.items() for one in subscriptions]
    kinds, names = [kind for kind, _name in heard], [name for _kind, name in heard]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DRAINED, [clock.now(), kinds, names])
