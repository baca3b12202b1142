"""The door of dispatch: what rooms above may call."""

from gridward.dispatch.actions.corrections import correction_enter
from gridward.dispatch.actions.escalation import task_raise_once
from gridward.dispatch.actions.hand import Known
from gridward.dispatch.actions.merges import merge_confirm, merge_undo
from gridward.dispatch.actions.passes import phone_record, visit_record
from gridward.dispatch.actions.whistle import whistle_receive
from gridward.dispatch.actions.withdraw import clue_withdraw
from gridward.dispatch.contacts import asks_today
from gridward.dispatch.coverage import coverage_by_part
from gridward.dispatch.days import Day, DayRow, get_day
from gridward.dispatch.duties import DutyRow, get_duty
from gridward.dispatch.escalated import LiesView, get_lies
from gridward.dispatch.handed import HandoverView, get_handovers
from gridward.dispatch.merging import DispatchReport, clues_dispatch
from gridward.dispatch.queries import TaskRow, TaskView, access_task, get_tasks
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
from gridward.dispatch.synced import HeldPlace, Marks, closed_lists, get_held, get_marks
from gridward.dispatch.whistles_told import ToldAnswer, ToldWhistle, get_told_whistles

__all__ = [
    "Day",
    "DayRow",
    "DispatchReport",
    "DutyRow",
    "HandoverView",
    "HeldPlace",
    "Known",
    "LiesView",
    "Marks",
    "Step",
    "TaskRow",
    "TaskView",
    "ToldAnswer",
    "ToldWhistle",
    "access_task",
    "asks_today",
    "batches_ahead",
    "closed_lists",
    "clue_withdraw",
    "clues_dispatch",
    "correction_enter",
    "counts_fold",
    "coverage_by_part",
    "escalation_counts",
    "get_day",
    "get_duty",
    "get_handovers",
    "get_held",
    "get_lies",
    "get_marks",
    "get_tasks",
    "get_told_whistles",
    "handovers_return_due",
    "hourly_progress",
    "merge_confirm",
    "merge_undo",
    "phone_record",
    "run",
    "task_counts_by_part",
    "task_counts_by_place",
    "task_raise_once",
    "tasks_follow_roster",
    "tasks_release_due",
    "tasks_rise",
    "visit_record",
    "whistle_receive",
    "whistles_rise",
]
