"""The door of dispatch: what rooms above may call."""

from gridward.dispatch.actions import tasks_release_due
from gridward.dispatch.merging import DispatchReport, clues_dispatch
from gridward.dispatch.queries import TaskRow, access_task, get_tasks
from gridward.dispatch.rollups import Step, hourly_progress, run, task_counts_by_place

__all__ = [
    "DispatchReport",
    "Step",
    "TaskRow",
    "access_task",
    "clues_dispatch",
    "get_tasks",
    "hourly_progress",
    "run",
    "task_counts_by_place",
    "tasks_release_due",
]
