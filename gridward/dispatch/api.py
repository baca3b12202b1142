"""The door of dispatch: what rooms above may call."""

from gridward.dispatch.actions.merges import merge_confirm, merge_undo
from gridward.dispatch.actions.withdraw import clue_withdraw
from gridward.dispatch.coverage import coverage_by_part
from gridward.dispatch.duties import DutyRow, get_duty
from gridward.dispatch.merging import DispatchReport, clues_dispatch
from gridward.dispatch.queries import TaskRow, access_task, get_tasks
from gridward.dispatch.rising import tasks_rise, whistles_rise
from gridward.dispatch.rollups import (
    Step,
    counts_fold,
    escalation_counts,
    hourly_progress,
    run,
    task_counts_by_part,
    task_counts_by_place,
)
from gridward.dispatch.schedule import (
    batches_ahead,
    handovers_return_due,
    tasks_follow_roster,
    tasks_release_due,
)

__all__ = [
    "DispatchReport",
    "DutyRow",
    "Step",
    "TaskRow",
    "access_task",
    "batches_ahead",
    "clue_withdraw",
    "clues_dispatch",
    "counts_fold",
    "coverage_by_part",
    "escalation_counts",
    "get_duty",
    "get_tasks",
    "handovers_return_due",
    "hourly_progress",
    "merge_confirm",
    "merge_undo",
    "run",
    "task_counts_by_part",
    "task_counts_by_place",
    "tasks_follow_roster",
    "tasks_release_due",
    "tasks_rise",
    "whistles_rise",
]
