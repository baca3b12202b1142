"""Owns counting how often a household was asked: what its budget of a day is held against, in whichever task (H-21)."""

from datetime import datetime
from uuid import UUID

from gridward.dispatch.models import PassResult, Task
from gridward.dispatch.queries import TaskView
from gridward.governance import api as governance
from gridward.kernel import clock


def count_asks(household_id: UUID, *, since: datetime, until: datetime | None = None) -> int:
    """Return how often a household was called or visited since a moment, and before another, in whichever task."""
    # Each of the two has its index; together they would be looked for in all tasks.
    tasks = [
        Task.objects.filter(household_id=household_id, state=one).values("id") for one in ("open", "closed")
    ]
    asks = PassResult.objects.filter(
        task_id__in=tasks[0].union(*tasks[1:], all=True), pass_kind__in=("phone", "visit"), at__gte=since
    )
    if until:
        asks = asks.filter(at__lt=until)
    return asks.exclude(result="skipped").values("at").distinct().count()


def asks_today(task: TaskView, now: datetime, *, until: datetime | None = None) -> tuple[int, int]:
    """Return how often the household was asked on the day of a moment, up to another, and how often it may be."""
    order = governance.get_order(task.order_id, now=now)
    if order is None:
        return 0, 0
    most = int(governance.profile_of(order).number("household_attempts_a_day"))
    return count_asks(task.household_id, since=clock.midnight(now), until=until), most
