"""
Owns what supervision does: it sets a time for a task, and says of a closed one in the sample whether it was done well.

Refuses whoever has had a hand in the task; the database refuses it once more, whatever asks.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When

from gridward.dispatch import supervised, supervising
from gridward.dispatch.models import Supervision
from gridward.dispatch.queries import PURPOSE, TaskView
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger, live, notes
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse


@transaction.atomic
def supervision_order(
    *, task_id: UUID, hours: int, words: str, by: Actor, now: datetime
) -> Supervision | Refusal:
    """Order an open task to be dealt with by a time; its worker and every centre above read it."""
    task = supervised.access_supervised(task_id, by=by)
    if isinstance(task, Refusal):
        return task
    if task.state != "open":
        return refuse("task_closed")
    if supervised.is_handled_by(task_id, by):
        return refuse("supervise_own")
    order = governance.gate_ask(purpose=PURPOSE, area_pos=task.area_pos, now=now, order_id=task.order_id)
    if isinstance(order, Refusal):
        return order
    has_open = Supervision.objects.filter(task=task, kind="order", state="open").exists()
    if refusal := supervising.may_order(hours, words, has_open=has_open):
        return refusal
    made = Supervision(
        id=new_id(), task=task, order_id=task.order_id, area_pos=task.area_pos, kind="order", state="open",
        words=notes.kept(words), due_at=now + timedelta(hours=hours), by=by.ledger_name, at=now,
    )  # fmt: skip
    Supervision.objects.bulk_create([made])
    _recorded("supervision.order", made, by, now)
    return made


@transaction.atomic
def check_judge(
    *, check_id: UUID, verdict: str, words: str, by: Actor, now: datetime
) -> Supervision | Refusal:
    """Say of a closed task of the sample whether it was properly done or is to be done again."""
    check = Supervision.objects.filter(id=check_id, kind="check").first()
    if check is None or not by.covers(check.area_pos):
        return refuse("not_found")
    supervised.access_supervised(check.task_id, by=by)
    check = Supervision.objects.select_for_update().get(id=check_id)
    if check.state != "waiting":
        return refuse("check_done")
    if supervised.is_handled_by(check.task_id, by):
        return refuse("supervise_own")
    if refusal := supervising.may_judge(verdict, words):
        return refusal
    check.state, check.words, check.by, check.decided_at = verdict, notes.kept(words), by.ledger_name, now
    Supervision.objects.filter(id=check_id).update(
        state=verdict, words=check.words, by=check.by, decided_at=now
    )
    _recorded("supervision.judge", check, by, now)
    return check


def supervision_follow_close(
    *, task: TaskView, profile: governance.ProfileView, by: Actor, now: datetime
) -> None:
    """Say whether a set time was kept by a task that has just been closed, and draw whether it is to be checked."""
    Supervision.objects.filter(task_id=task.id, kind="order", state="open").update(
        state=Case(When(due_at__gte=now, then=Value("met")), default=Value("late")), decided_at=now
    )
    if not supervising.is_drawn(profile, secrets.randbelow(10_000) / 10_000):
        return
    bulk.run(DRAW, [new_id(), task.id, task.order_id, task.area_pos, now])


# No `returning`, as the model has it: that a task was drawn is not in sight of whoever closed it.
DRAW = """
insert into dispatch_supervision (id, task_id, order_id, area_pos, kind, state, at)
values (%s, %s, %s, %s, 'check', 'waiting', %s)
"""


def _recorded(action: str, row: Supervision, by: Actor, now: datetime) -> None:
    ledger.record(
        action, obj=("task", row.task_id), by=by, now=now, purpose=PURPOSE, basis=str(row.order_id),
        task=str(row.task_id), result=row.state, reason=row.words,
    )  # fmt: skip
    live.ring("task", pos=row.area_pos)
