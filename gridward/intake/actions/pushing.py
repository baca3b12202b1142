"""
Sends what waits to be pushed: each try is claimed in one transaction, made outside of any, and noted in another.

Killed in between, the push is tried again after its lease: the receiver may get it twice, under the same id, and never
not at all.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction

from gridward.governance import api as governance
from gridward.intake import signing
from gridward.intake.models import Delivery
from gridward.kernel import clock, ledger, scope
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refused
from gridward.kernel.ports import Ports, PostFailed

AT_ONCE = 20

CLAIM = """
update intake_delivery d set next_at = %(lease)s, attempts = attempts + 1
  from intake_webhook w
 where w.id = d.webhook_id and d.id in (
         select id from intake_delivery where state = 'waiting' and next_at <= %(now)s
          order by next_at limit %(most)s for update skip locked)
returning d.id, d.webhook_id, d.order_id, d.clue_ids, d.attempts, d.agency_code, w.url, w.version, w.ended_at is null
"""
ROWS = """
select batch_id, row_number, state, outcome, outcome_at, outcome_reason from intake_clue
 where id = any(%s) and agency_code = %s order by batch_id, row_number
"""


@dataclass(frozen=True)
class _Push:
    """A claimed push."""

    id: UUID
    webhook_id: UUID
    order_id: UUID
    clue_ids: list[str]
    attempts: int
    agency_code: str
    url: str
    version: int
    is_wanted: bool


def deliveries_send(*, by: Actor = SYSTEM, now: datetime) -> int:
    """Push what is due; return how many pushes arrived. Runs outside of a transaction."""
    arrived = 0
    while claimed := _claimed(now):
        for push in claimed:
            arrived += _sent(push, by)
        if len(claimed) < AT_ONCE:
            break
    return arrived


def _claimed(now: datetime) -> list[_Push]:
    with transaction.atomic(), scope.as_role("gridward_job"), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "lease": now + signing.LEASE, "most": AT_ONCE})
        return [_push(*row) for row in cursor.fetchall()]


def _push(
    id_: UUID,
    webhook: UUID,
    order: UUID,
    clue_ids: str,
    attempts: int,
    agency: str,
    url: str,
    version: int,
    live: bool,
) -> _Push:
    # Django's cursor leaves JSON as the text it came as.
    return _Push(id_, webhook, order, orjson.loads(clue_ids), attempts, agency, url, version, live)


def _sent(push: _Push, by: Actor) -> bool:
    """Make one try and note what came of it."""
    now = clock.now()
    body = _body(push) if push.is_wanted else None
    if body is None:
        # The address was ended, or the order is over: nothing leaves any more.
        _note(push, by, state="given_up", answer="ended" if not push.is_wanted else "order_inactive")
        return False
    head = signing.headers(
        settings.SECRET_KEY, push.webhook_id, push.version, delivery_id=push.id, at=now, body=body
    )
    try:
        status = Ports.post(push.url, head, body)
    except PostFailed as failed:
        return _failed(push, by, failed.reason)
    if not 200 <= status < 300:
        return _failed(push, by, str(status))
    _note(push, by, state="delivered", answer=str(status))
    return True


def _body(push: _Push) -> bytes | None:
    """Return what is told, as the order's job sees it now; None when the order is over."""
    order = governance.get_order(push.order_id, now=clock.now())
    if order is None:
        return None
    try:
        with (
            governance.job_transaction(order_id=order.id, purpose=order.purposes[0]),
            connection.cursor() as cursor,
        ):
            cursor.execute(ROWS, [[UUID(clue_id) for clue_id in push.clue_ids], push.agency_code])
            rows = cursor.fetchall()
    except Refused:
        return None
    names = ("list_id", "row_number", "status", "outcome", "outcome_at", "reason")
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return orjson.dumps({"type": "outcomes", "id": push.id, "order_id": push.order_id, "rows": told})


def _failed(push: _Push, by: Actor, answer: str) -> bool:
    again = signing.next_try(push.attempts, clock.now())
    _note(push, by, state="waiting" if again else "given_up", answer=answer[:80], next_at=again)
    return False


def _note(push: _Push, by: Actor, *, state: str, answer: str, next_at: datetime | None = None) -> None:
    now = clock.now()
    with transaction.atomic(), scope.as_role("gridward_job"):
        Delivery.objects.filter(id=push.id, state="waiting").update(
            state=state,
            answer=answer,
            next_at=next_at or now,
            delivered_at=now if state == "delivered" else None,
        )
        ledger.record(
            "delivery.push",
            obj=("delivery", push.id),
            by=by,
            now=now,
            result=state,
            count=len(push.clue_ids),
        )
