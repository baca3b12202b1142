"""Answers about what went out to workers at set times: the kept plans of a day, for those who answer for the area."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridward.dispatch.models import DayPlan, PlanStop
from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from gridward.workforce import api as workforce

#: Plans of a day in one answer: two a worker in a street of five hundred grids.
MOST = 1_000


@dataclass(frozen=True)
class PlanView:
    """The batch of one worker at a set time, with its tasks in the order of the walk."""

    worker: str
    area: territory.AreaLabel
    plan_date: date
    batch_hour: int
    released_at: datetime
    fresh_count: int
    held_count: int
    over_count: int
    metres: int
    arrival_metres: int
    minutes: int
    tasks: tuple[UUID, ...]


def get_plans(*, by: Actor, day: date) -> list[PlanView]:
    """Return the kept plans of a day in the actor's areas, by grid and set time: never by how much anybody did."""
    plans: list[DayPlan] = []
    for scope in by.scopes:
        found = DayPlan.objects.filter(area_pos__gte=scope.pos, area_pos__lt=scope.end, plan_date=day)
        plans += found.order_by("area_pos", "batch_hour", "released_at")[:MOST]
    stops: dict[UUID, list[UUID]] = defaultdict(list)
    rows = PlanStop.objects.filter(plan__in=plans).order_by("plan_id", "place")
    for plan_id, task_id in rows.values_list("plan_id", "task_id"):
        stops[plan_id].append(task_id)
    labels = territory.get_labels({plan.area_pos for plan in plans})
    handles = workforce.get_handles({plan.account_id for plan in plans})
    return [
        _view(plan, labels[plan.area_pos], handles.get(plan.account_id, ""), stops[plan.id]) for plan in plans
    ]


#: What a plan's view shows just as the plan's row holds it.
COPIED = (
    "plan_date", "batch_hour", "released_at", "fresh_count", "held_count", "over_count", "metres", "arrival_metres",
    "minutes",
)  # fmt: skip


def _view(plan: DayPlan, area: territory.AreaLabel, worker: str, tasks: list[UUID]) -> PlanView:
    return PlanView(
        worker=worker, area=area, tasks=tuple(tasks), **{name: getattr(plan, name) for name in COPIED}
    )
