"""Owns counting how often a household was asked: what its budget of a day is held against, in whichever task (H-21)."""

from datetime import datetime
from uuid import UUID

from gridward.dispatch.models import PassResult, Task
from gridward.dispatch.queries import TaskView
from gridward.governance import api as governance
from gridward.kernel import clock


def count_asks(household_id: UUID, *, since: datetime) -> int:
    """Return how often a household was called or visited since a moment, in whichever task."""
    # Each of the two has its index; together they would be looked for in all tasks.
    tasks = [
        Task.objects.filter(household_id=household_id, state=one).values("id") for one in ("open", "closed")
    ]
    asks = PassResult.objects.filter(
        task_id__in=tasks[0].union(*tasks[1:], all=True), pass_kind__in=("phone", "visit"), at__gte=since
    )
    return asks.exclude(result="skipped").values("at").distinct().count()


def asks_today(task: TaskView, now: datetime) -> tuple[int, int]:
    """Return how often the task's household was asked today, and how often it may be."""
    order = governance.get_order(task.order_id, now=now)
    if order is None:
        return 0, 0
    most = int(governance.profile_of(order).number("household_attempts_a_day"))
    return count_asks(task.household_id, since=clock.midnight(now)), most
