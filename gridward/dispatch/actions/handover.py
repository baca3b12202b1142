"""
Owns handing a task over to another grid: offered by its worker or its centre, taken over or declined on the other side.

Nobody is registered anew: household, people, clues, passes and outcomes go along. What lies in two areas at once is
done in the order's own scope, after the rule and the lock.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from gridward.dispatch import handing, queries
from gridward.dispatch.actions.escalation import escalations_follow
from gridward.dispatch.actions.hand import LEAST_REASON, gate
from gridward.dispatch.following import grants_of, within_budget
from gridward.dispatch.models import Handover, PassDisagreement, PassResult, Task, TaskSubject
from gridward.dispatch.queries import PURPOSE
from gridward.dispatch.supervised import may_handle
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import ledger, live
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.workforce import api as workforce


@transaction.atomic
def handover_propose(*, task_id: UUID, kind: str, to: str, by: Actor, now: datetime) -> Handover | Refusal:
    """
    Offer an open task to another grid or community, named by code, name or address; it stays in its hand until taken.
    """
    task = queries.access_task(task_id, by=by, now=now, lock=True)
    if isinstance(task, Refusal):
        return task
    if task.state != "open":
        return refuse("task_closed")
    if refusal := may_handle(task_id, by):
        return refusal
    if isinstance(order := gate(task, now), Refusal):
        return order
    here, there = territory.get_area_at(task.area_pos), _place(to)
    if refusal := handing.may_propose(kind, from_pos=task.area_pos, to=there):
        return refusal
    if here is None or there is None:
        return refuse("handover_place")
    if Handover.objects.filter(task_id=task_id, state__in=handing.WAITING).exists():
        return refuse("handover_waits")
    street = handing.street_above(territory.get_path(here.code), territory.get_path(there.code))
    proposed = Handover(
        id=new_id(), task_id=task_id, order_id=task.order_id, kind=kind, state="proposed", area_pos=there.pos,
        from_pos=task.area_pos, to_pos=there.pos, street_pos=street.pos, priority=task.priority,
        people_count=len(task.people), proposed_by=by.ledger_name, proposed_at=now,
        due_at=handing.accept_until(governance.profile_of(order), now),
    )  # fmt: skip
    # No `returning`: where it lies now is not in sight of whoever offers it.
    Handover.objects.bulk_create([proposed])
    _recorded("handover.propose", proposed, by, now)
    return proposed


def _place(text: str) -> territory.AreaView | None:
    """Return the area somebody means: by its code, or the narrowest sure one of an address or a name."""
    if (known := territory.get_area(text.strip())) is not None:
        return known
    found = territory.locate_text(text)
    return territory.get_area(found.area_code) if found.area_code else None


@transaction.atomic
def handover_accept(*, handover_id: UUID, grid: str, by: Actor, now: datetime) -> Handover | Refusal:
    """Take a task over into a grid of one's own area: new place, new worker, new grants; the old ones end."""
    offered = _waiting(handover_id, by)
    if isinstance(offered, Refusal):
        return offered
    area = territory.get_area(grid)
    if area is None or area.level != "grid" or not by.covers(area.pos) or area.pos == offered.from_pos:
        return refuse("handover_grid")
    order = governance.gate_ask(purpose=PURPOSE, area_pos=area.pos, now=now, order_id=offered.order_id)
    if isinstance(order, Refusal):
        return order
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        task = Task.objects.select_for_update().get(id=offered.task_id)
        if task.state != "open":
            return refuse("task_closed")
        _task_move(task, area.pos, keeps_door=offered.kind == "wrong_grid", order=order, by=by, now=now)
        _decided(offered, "accepted", area.pos, "", by, now)
    _recorded("handover.accept", offered, by, now)
    return offered


def _task_move(
    task: Task, area_pos: int, *, keeps_door: bool, order: governance.OrderView, by: Actor, now: datetime
) -> None:
    task.area_pos = area_pos
    task.assignee_id = workforce.on_duty([area_pos], now=now).get(area_pos)
    within_budget([task], order, now)
    task.save(update_fields=["area_pos", "assignee_id", "released_at"])
    TaskSubject.objects.filter(task=task).update(area_pos=area_pos)
    PassResult.objects.filter(task_id=task.id).update(area_pos=area_pos)
    PassDisagreement.objects.filter(task_id=task.id).update(area_pos=area_pos)
    escalations_follow(task_ids=[task.id])
    registry.household_move(
        household_id=task.household_id, area_pos=area_pos, keeps_door=keeps_door, by=by, now=now
    )
    intake.clues_move(task_id=task.id, area_pos=area_pos, by=by, now=now)
    governance.grants_end(task_ids=[task.id], by=by, now=now)
    governance.grants_write(grants=grants_of([task], order), by=by, now=now)


@transaction.atomic
def handover_decline(*, handover_id: UUID, reason: str, by: Actor, now: datetime) -> Handover | Refusal:
    """Leave a task where it is, with a reason that its worker reads."""
    if len(reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    offered = _waiting(handover_id, by)
    if isinstance(offered, Refusal):
        return offered
    with governance.job_scope(order_id=offered.order_id, purpose=PURPOSE):
        _decided(offered, "declined", offered.area_pos, reason.strip()[:100], by, now)
    _recorded("handover.decline", offered, by, now)
    return offered


def handover_void(*, task_id: UUID, by: Actor, now: datetime) -> None:
    """Let go of a hand-over that waits: its task has just been closed."""
    for offered in Handover.objects.filter(task_id=task_id, state__in=handing.WAITING):
        handover_drop(offered, by, now)


def handover_drop(offered: Handover, by: Actor, now: datetime) -> None:
    """Let go of a hand-over: what it offered is closed, or lies elsewhere by now."""
    _decided(offered, "void", offered.from_pos, "", by, now)
    _recorded("handover.void", offered, by, now)


def _waiting(handover_id: UUID, by: Actor) -> Handover | Refusal:
    """Lock the hand-over that lies in this actor's area; whoever only offered it may read it and not decide."""
    offered = Handover.objects.select_for_update().filter(id=handover_id).first()
    if offered is None or not by.covers(offered.area_pos):
        return refuse("not_found")
    if offered.state not in handing.WAITING:
        return refuse("handover_decided")
    return may_handle(offered.task_id, by) or offered


def _decided(offered: Handover, state: str, area_pos: int, reason: str, by: Actor, now: datetime) -> None:
    offered.state, offered.area_pos, offered.reason = state, area_pos, reason
    offered.decided_by, offered.decided_at = by.ledger_name, now
    Handover.objects.filter(id=offered.id).update(
        state=state, area_pos=area_pos, reason=reason, decided_by=offered.decided_by, decided_at=now
    )


def _recorded(action: str, offered: Handover, by: Actor, now: datetime) -> None:
    ledger.record(
        action, obj=("task", offered.task_id), by=by, now=now, purpose=PURPOSE, basis=str(offered.order_id),
        task=str(offered.task_id), result=offered.kind, reason=offered.reason,
    )  # fmt: skip
    for pos in {offered.from_pos, offered.to_pos, offered.street_pos}:
        live.ring("task", pos=pos)
