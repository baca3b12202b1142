"""
Owns a worker's hand on a task: locked, open, under an order in force, within the household's budget. Refuses a form
that comes twice with other answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from gridward.dispatch import contacts, queries, rules
from gridward.dispatch.models import BudgetExcess, PassResult, Task
from gridward.dispatch.queries import PURPOSE, TaskView
from gridward.dispatch.supervised import may_handle
from gridward.governance import api as governance
from gridward.kernel import bulk, clock, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse

LEAST_REASON = 4


@dataclass(frozen=True)
class Hand:
    """
    A locked open task in its worker's hand, with the order it stands under, and when it was dealt with.

    `until` is the end of that day where it is over by now: what was asked since does not count for it.
    """

    task: TaskView
    order: governance.OrderView
    profile: governance.ProfileView
    at: datetime
    until: datetime | None = None


def in_hand(task_id: UUID, by: Actor, now: datetime, done_at: datetime | None = None) -> Hand | Refusal:
    """
    Lock a task of this worker and return it with its order; refuse one that is closed or stands under none.

    `done_at` is when a phone without network recorded it; what nobody can have done then counts as done now.
    """
    task = queries.access_task(task_id, by=by, now=now, lock=True)
    if isinstance(task, Refusal):
        return task
    if task.state != "open":
        return refuse("task_closed")
    if refusal := may_handle(task_id, by):
        return refusal
    order = gate(task, now)
    if isinstance(order, Refusal):
        return order
    at = rules.happened_at(done_at, since=task.released_at, now=now)
    next_day = clock.midnight(at) + timedelta(days=1)
    return Hand(task, order, governance.profile_of(order), at, next_day if next_day <= now else None)


@dataclass(frozen=True)
class Known:
    """A task whose form was recorded when it came before; nothing was counted twice."""

    id: UUID
    state: str


@dataclass(frozen=True)
class Form:
    """What a form says: which one it is, for which pass, and what was found for whom."""

    ask: UUID | None
    pass_kind: str
    result: str
    outcomes: Mapping[UUID, str]


def recorded(task_id: UUID, form: Form, by: Actor) -> Known | Refusal | None:
    """
    Return the task when this very form was recorded before, refuse one that says something else by then.

    To be asked with the task's row locked or gone from the hand: whoever sends a form twice at once waits there, and
    the form that closed a task took its worker's grants with it.
    """
    if form.ask is None:
        return None
    passes = list(
        PassResult.objects.filter(
            task_id=task_id, ask=form.ask, pass_kind=form.pass_kind, by=by.ledger_name
        ).select_related("subject")
    )
    if not passes:
        return None
    found = {one.subject.person_id: one.subject.outcome for one in passes}
    if passes[0].result != form.result or any(found.get(who) != what for who, what in form.outcomes.items()):
        return refuse("form_recorded")
    return Known(task_id, Task.objects.values_list("state", flat=True).get(id=task_id))


def gate(task: TaskView, now: datetime) -> governance.OrderView | Refusal:
    """Return the order in force that a task stands under, or refuse."""
    return governance.gate_ask(purpose=PURPOSE, area_pos=task.area_pos, now=now, order_id=task.order_id)


def may_ask(hand: Hand, excess: str) -> Refusal | None:
    """Refuse an enquiry in quiet time or over the household's budget; P1 goes on with a reason of the list (H-21)."""
    hours = rules.Hours.of(hand.profile, settings.TIME_ZONE)
    # Before its time a task is in a hand only because somebody released it; that opens this night, and no other.
    released_by_hand = hand.at < hand.task.release_at
    if hours.quiet(hand.at) and not released_by_hand and hand.task.priority != "P1":
        return refuse("quiet_hours", **{"from": hours.quiet_from, "until": hours.quiet_until})
    if not (asked := asked_out(hand)):
        return None
    if hand.task.priority != "P1":
        return refuse("contact_budget", count=asked)
    return None if excess in rules.EXCESSES else refuse("excess_reason", count=asked)


def asked_out(hand: Hand) -> int:
    """Return how often a household was asked that day when that is as often as it may be; 0 while there is room."""
    # Two tasks of one household, under two orders, must not both count the same last attempt as free.
    bulk.run("select pg_advisory_xact_lock(hashtextextended(%s, 9))", [str(hand.task.household_id)])
    asked, most = contacts.asks_today(hand.task, hand.at, until=hand.until)
    return asked if asked >= most else 0


def excess_keep(hand: Hand, excess: str, *, by: Actor, now: datetime) -> None:
    """Keep that P1 goes over its household's budget, and why; nothing while there is room."""
    task = hand.task
    if not asked_out(hand):
        return
    BudgetExcess.objects.bulk_create([
        BudgetExcess(
            id=new_id(), order_id=task.order_id, task_id=task.id, area_pos=task.area_pos, budget="household",
            reason=excess, by=by.ledger_name, at=now,
        )
    ])  # fmt: skip
    ledger.record(
        "budget.exceed", obj=("task", task.id), by=by, now=now, purpose=PURPOSE, basis=str(task.order_id),
        task=str(task.id), reason=excess, budget="household",
    )  # fmt: skip
