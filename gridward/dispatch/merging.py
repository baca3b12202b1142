"""
Owns putting clues into tasks: one open task per household and order, whoever asks.

Set-based: one read of the open tasks, bulk inserts, one ledger entry. The database holds the rule itself (a partial
unique index), so two lists at once cannot open two tasks for one door.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from gridward.dispatch import rules
from gridward.dispatch.events import BatchDispatched
from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.workforce import api as workforce


@dataclass(frozen=True)
class DispatchReport:
    """What became of clues: how many there were, how many tasks were opened, how many asks were avoided."""

    clues: int
    opened: int
    joined: int
    asks_avoided: int


def clues_dispatch(
    *, clues: Sequence[intake.DispatchClue], order: governance.OrderView, by: Actor, now: datetime
) -> DispatchReport:
    """
    Put each clue into its household's open task, or open one; give the worker what the task needs.

    Runs inside a job's scope. An ask is avoided by every clue that did not have to open a task of its own.
    """
    households = {clue.household_id for clue in clues}
    _lock_households(order.id, households)
    present = {
        task.household_id: task
        # Locked, in one order: a task that its worker is closing now is waited for, and then is open no more.
        for task in Task.objects.select_for_update()
        .filter(order_id=order.id, household_id__in=households, state="open")
        .order_by("id")
    }
    opened = _tasks_open([clue for clue in clues if clue.household_id not in present], order, now)
    tasks = present | opened
    _priorities_raise(present, clues, order, now)
    granted = _granted(present)
    _subjects_add(clues, tasks, by, now)
    _grants_give(clues, tasks, granted, order, by, now)
    avoided = _asks_avoided(clues, opened)
    intake.clues_dispatched(
        task_by_clue={clue.id: tasks[clue.household_id].id for clue in clues},
        asks_avoided=avoided,
        by=by,
        now=now,
    )
    report = DispatchReport(len(clues), len(opened), len(clues) - len(opened), sum(avoided.values()))
    _tell(clues, order, report, by, now)
    return report


def _lock_households(order_id: UUID, households: set[UUID]) -> None:
    # Two drains may bring clues of one household at the same time: they queue here instead of colliding below.
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(pg_advisory_xact_lock(key)) from (select distinct hashtextextended(h::text, 7) as key"
            " from unnest(%s::uuid[]) h order by 1) k",
            [list(households)],
        )


def _tasks_open(
    clues: Sequence[intake.DispatchClue], order: governance.OrderView, now: datetime
) -> dict[UUID, Task]:
    by_household: dict[UUID, list[intake.DispatchClue]] = defaultdict(list)
    for clue in clues:
        by_household[clue.household_id].append(clue)
    profile = governance.profile_of(order)
    hours = rules.Hours.of(profile, settings.TIME_ZONE)
    workers = workforce.responsible_workers(clue.area_pos for clue in clues)
    tasks = {}
    for household_id, group in by_household.items():
        priority = rules.priority_of([clue.priority for clue in group])
        release_at = hours.release_at(priority, now)
        tasks[household_id] = Task(
            id=new_id(),
            order_id=order.id,
            household_id=household_id,
            area_pos=group[0].area_pos,
            priority=priority,
            state="open",
            assignee_id=workers.get(group[0].area_pos),
            opened_at=now,
            due_at=rules.due_at(priority, release_at, profile),
            release_at=release_at,
            released_at=now if release_at <= now else None,
        )
    Task.objects.bulk_create(tasks.values(), batch_size=2_000)
    return tasks


def _priorities_raise(
    present: dict[UUID, Task],
    clues: Sequence[intake.DispatchClue],
    order: governance.OrderView,
    now: datetime,
) -> None:
    """Make open tasks as urgent as what joins them: due no later, and released no later, than if it stood alone."""
    raised = {}
    for clue in clues:
        task = present.get(clue.household_id)
        if task and clue.priority < task.priority:
            task.priority = clue.priority
            raised[task.id] = task
    profile = governance.profile_of(order)
    hours = rules.Hours.of(profile, settings.TIME_ZONE)
    for task in raised.values():
        release_at = hours.release_at(task.priority, now)
        task.due_at = min(task.due_at, rules.due_at(task.priority, release_at, profile))
        if task.released_at is None:
            task.release_at = min(task.release_at, release_at)
            task.released_at = now if task.release_at <= now else None
    changed = ["priority", "due_at", "release_at", "released_at"]
    Task.objects.bulk_update(raised.values(), changed, batch_size=2_000)


def _subjects_add(
    clues: Sequence[intake.DispatchClue], tasks: dict[UUID, Task], by: Actor, now: datetime
) -> None:
    subjects = [
        TaskSubject(
            id=new_id(),
            task=tasks[clue.household_id],
            area_pos=clue.area_pos,
            clue_id=clue.id,
            person_id=clue.person_id,
            resident_id=clue.resident_id,
            channel_code=clue.channel_code,
            purpose=clue.purpose,
            kind=clue.kind,
            priority=clue.priority,
            next_pass="phone",  # the desk check is what resolving the clue was; it is recorded below
        )
        for clue in clues
    ]
    TaskSubject.objects.bulk_create(subjects, batch_size=2_000)
    PassResult.objects.bulk_create(
        [
            PassResult(
                id=new_id(),
                subject=subject,
                task_id=subject.task_id,
                area_pos=subject.area_pos,
                pass_kind="desk",
                result=desk_result(clue.match_rule),
                evidence={"match_rule": clue.match_rule or "none"},
                by=by.ledger_name,
                at=now,
            )
            for subject, clue in zip(subjects, clues, strict=True)
        ],
        batch_size=2_000,
    )


def desk_result(match_rule: str) -> str:
    """Return what the desk check found, from the rule that resolved the clue."""
    if match_rule == "review":
        return "decided"
    return "matched" if match_rule else "not_in_register"


def _granted(present: dict[UUID, Task]) -> set[tuple[UUID, str]]:
    """Return the purposes for which the workers of open tasks hold their grants: those asked about already."""
    asked = TaskSubject.objects.filter(task__in=present.values()).order_by()
    return set(asked.values_list("task_id", "purpose").distinct())


def _grants_give(
    clues: Sequence[intake.DispatchClue],
    tasks: dict[UUID, Task],
    granted: set[tuple[UUID, str]],
    order: governance.OrderView,
    by: Actor,
    now: datetime,
) -> None:
    wanted: dict[tuple[UUID, str], governance.NewGrant] = {}
    for clue in clues:
        task = tasks[clue.household_id]
        if task.assignee_id is None or (task.id, clue.purpose) in granted:
            continue
        wanted[(task.id, clue.purpose)] = governance.NewGrant(
            account_id=task.assignee_id,
            household_id=clue.household_id,
            area_pos=task.area_pos,
            purpose=clue.purpose,
            basis_id=order.id,
            task_id=task.id,
            ends_at=order.ends_at,
        )
    governance.grants_write(grants=list(wanted.values()), by=by, now=now)


def _asks_avoided(clues: Sequence[intake.DispatchClue], opened: dict[UUID, Task]) -> dict[UUID, int]:
    """Return, per batch, how many of its clues did not need a task of their own."""
    first: dict[UUID, UUID] = {}
    for clue in clues:
        if clue.household_id in opened:
            first.setdefault(clue.household_id, clue.id)
    openers = set(first.values())
    return dict(Counter(clue.batch_id for clue in clues if clue.id not in openers))


def _tell(
    clues: Sequence[intake.DispatchClue],
    order: governance.OrderView,
    report: DispatchReport,
    by: Actor,
    now: datetime,
) -> None:
    ledger.record(
        "clue.dispatch",
        obj=ledger.page_hash("clue", [clue.id for clue in clues]),
        by=by,
        now=now,
        purpose=clues[0].purpose if clues else "",
        basis=str(order.id),
        clues_count=report.clues,
        opened_count=report.opened,
    )
    for batch_id in {clue.batch_id for clue in clues}:
        outbox.announce(BatchDispatched(batch_id, order.id), now=now)
    live.ring("task", pos=order.area_pos, end=order.area_end)
    live.ring("batch", pos=order.area_pos, end=order.area_end)
