"""
Owns what dispatch does by the clock, without anybody asking: tasks whose time has come, tasks whose worker is no longer
on duty in the grid, hand-overs that nobody took. Refuses orders that are not about finding cases.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.conf import settings

from gridward.dispatch import planning
from gridward.dispatch.following import follow_roster
from gridward.dispatch.models import DayPlan, PlanStop, Task
from gridward.dispatch.queries import PURPOSE
from gridward.dispatch.rules import Hours
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger, live
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refused


def tasks_release_due(*, now: datetime) -> int:
    """Release every task whose time has come, order by order; run every minute by the schedule."""
    return in_each_order(_release_due, now)


def tasks_follow_roster(*, now: datetime) -> int:
    """Give each open task to whoever is on duty in its grid now, order by order; run every minute as well."""
    return in_each_order(follow_roster, now)


def batches_ahead(*, day: date, by: Actor, now: datetime) -> list[dict[str, object]]:
    """
    Return what would go out in the actor's areas at the first set time of that day which is not past. Writes nothing.

    Everything that waits now and is due to go out by then is planned beside what is in the workers' hands now.
    """
    ahead: list[dict[str, object]] = []
    for order in governance.get_active_orders(now=now, scopes=by.scopes):
        hours = Hours.of(governance.profile_of(order), settings.TIME_ZONE)
        if (at := hours.set_time(day, now)) is None:
            continue
        try:
            with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
                made = [one for one in planning.batches_make(order, at=at) if by.covers(one.area_pos)]
                ahead += [planning.told(order, at, one) for one in made]
        except Refused:  # about something else, or over since it was asked for
            continue
    return ahead


def handovers_return_due(*, now: datetime) -> int:
    """Leave every hand-over that nobody took in time to the street above both sides; run every minute."""
    return in_each_order(_return_due, now)


RETURN = """
update dispatch_handover set state = 'street', area_pos = street_pos
 where order_id = %(order)s and state = 'proposed' and due_at <= %(now)s
returning id, street_pos
"""


def _return_due(order: governance.OrderView, now: datetime) -> int:
    late = bulk.answers(Rows(RETURN, {"order": order.id, "now": now}))
    if late:
        ledger.record(
            "handover.return",
            obj=("order", order.id),
            by=SYSTEM,
            now=now,
            basis=str(order.id),
            count=len(late),
        )
        for pos in {pos for _id, pos in late}:
            live.ring("task", pos=pos)
    return len(late)


def in_each_order(work: Callable[[governance.OrderView, datetime], int], now: datetime) -> int:
    """Do a piece of the clock's work under every order in force, each in its own transaction and scope."""
    done = 0
    for order in governance.get_active_orders(now=now):
        try:
            with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
                done += work(order, now)
        except Refused:  # it is about something else, or ended since it was asked for: the others go on
            continue
    return done


def _release_due(order: governance.OrderView, now: datetime) -> int:
    """Send out the batches of this moment, keep each as a plan, and say how much of P1 went over a day's budget."""
    made = list(planning.batches_make(order, at=now))
    going = [stop.task_id for one in made for stop in one.batch.fresh]
    count = Task.objects.filter(id__in=going, state="open", released_at__isnull=True).update(released_at=now)
    _plans_keep(order, [one for one in made if one.batch.fresh or one.batch.held], now)
    if count:
        over = sum(one.batch.over_count for one in made)
        ledger.record(
            "task.release_due", obj=("order", order.id), by=SYSTEM, now=now, basis=str(order.id), count=count,
            workers_count=len(made), held_count=sum(len(one.batch.held) for one in made), over_count=over,
            reason="P1" if over else "",
        )  # fmt: skip
        _ring(order)
    return count


def _plans_keep(order: governance.OrderView, made: Sequence[planning.WorkerBatch], now: datetime) -> None:
    plans = [
        DayPlan(
            id=new_id(), order_id=order.id, account_id=one.account_id, area_pos=one.area_pos,
            plan_date=one.plan_date, batch_hour=one.batch_hour, released_at=now,
            fresh_count=len(one.batch.fresh), held_count=len(one.batch.held), over_count=one.batch.over_count,
            metres=one.batch.order.metres, arrival_metres=one.batch.order.arrival_metres,
            minutes=one.batch.order.minutes,
        )
        for one in made
    ]  # fmt: skip
    DayPlan.objects.bulk_create(plans, batch_size=2_000)
    PlanStop.objects.bulk_create(
        [
            PlanStop(plan=plan, area_pos=stop.area_pos, task_id=stop.task_id, place=place)
            for plan, one in zip(plans, made, strict=True)
            for place, stop in enumerate(one.batch.order.stops, start=1)
        ],
        batch_size=5_000,
    )


def _ring(order: governance.OrderView) -> None:
    live.ring("task", pos=order.area_pos, end=order.area_end)
