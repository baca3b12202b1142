"""
Owns letting open questions follow people who move: to the task of the household they live in now, in the hand of the
worker who answers for it. Nobody registers anybody again, and a grid that is the wrong one has the task no more.

Refuses to move what is answered. One open task a household stays one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.dispatch.actions.escalation import escalations_end, escalations_follow
from gridward.dispatch.events import TaskClosed
from gridward.dispatch.following import within_budget
from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.dispatch.queries import PURPOSE
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import bulk, ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.registry import api as registry
from gridward.workforce import api as workforce


@dataclass(frozen=True)
class _Move:
    order: governance.OrderView
    by: Actor
    now: datetime


def tasks_follow_people(
    *, order: governance.OrderView, resident_ids: Sequence[UUID], by: Actor, now: datetime
) -> int:
    """
    Let what is still asked about these residents follow them; return how many tasks changed.

    Runs inside a job's scope. Doing it again changes nothing.
    """
    # As in merging: whoever opens a task of a household waits here for whoever does the same.
    bulk.run("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(order.id)])
    move = _Move(order, by, now)
    places = registry.get_resident_places([*resident_ids, *registry.get_merged(resident_ids)])
    asked = list(
        TaskSubject.objects.select_related("task")
        .filter(task__order_id=order.id, task__state="open", resident_id__in=places, outcome="")
        .order_by("id")
    )
    tasks = {subject.task_id: subject.task for subject in asked}
    list(Task.objects.select_for_update().filter(id__in=tasks).order_by("id"))
    workers = workforce.on_duty({place.area_pos for place in places.values()}, now=now)
    replaced = _replaced(asked, places, workers, move)
    changed = _transferred(asked, places, workers, move)
    standing = TaskSubject.objects.filter(task_id__in=replaced | changed, outcome="").select_related("task")
    intake.clues_follow(
        order_id=order.id,
        moved=[intake.Moved(one.resident_id, one.household_id, one.area_pos) for one in places.values()],
        placed=[
            intake.Placed(one.clue_id, one.task_id, one.task.household_id, one.task.area_pos)
            for one in standing
        ],
        by=by,
        now=now,
    )
    if count := len(replaced | changed):
        ledger.record(
            "task.transfer", obj=("order", order.id), by=by, now=now, purpose=PURPOSE, basis=str(order.id),
            count=count,
        )  # fmt: skip
        live.ring("task", pos=order.area_pos, end=order.area_end)
    return len(replaced | changed)


Places = Mapping[UUID, registry.ResidentPlace]
Workers = Mapping[int, UUID]


def _replaced(asked: Sequence[TaskSubject], places: Places, workers: Workers, move: _Move) -> set[UUID]:
    """Give the tasks of households that moved as one to the grid where they are now."""
    found: dict[UUID, Task] = {}
    for subject in asked:
        task, place = subject.task, places[_who(subject)]
        if task.household_id == place.household_id and task.area_pos != place.area_pos:
            task.area_pos, task.assignee_id = place.area_pos, workers.get(place.area_pos)
            found[task.id] = task
    within_budget(list(found.values()), move.order, move.now)
    Task.objects.bulk_update(found.values(), ["area_pos", "assignee_id", "released_at"], batch_size=2_000)
    for task in found.values():
        TaskSubject.objects.filter(task=task).update(area_pos=task.area_pos)
    escalations_follow(task_ids=list(found))
    governance.grants_end(task_ids=list(found), by=move.by, now=move.now)
    _grants(found.values(), move)
    return set(found)


def _transferred(asked: Sequence[TaskSubject], places: Places, workers: Workers, move: _Move) -> set[UUID]:
    """Put what is asked about people of another household now into its task; return the tasks that changed."""
    leaving = [one for one in asked if one.task.household_id != places[_who(one)].household_id]
    left_behind = {one.task_id for one in leaving}
    homes = {places[_who(one)].household_id for one in leaving}
    there = {
        task.household_id: task
        for task in Task.objects.select_for_update()
        .filter(order_id=move.order.id, state="open", household_id__in=homes)
        .order_by("id")
    }
    joined: dict[UUID, list[TaskSubject]] = defaultdict(list)
    for subject in leaving:
        place, left = places[_who(subject)], subject.task
        task = there.get(place.household_id) or _opened(left, place, workers, move)
        there[place.household_id] = task
        task.priority = min(task.priority, left.priority)
        task.due_at, task.release_at = min(task.due_at, left.due_at), min(task.release_at, left.release_at)
        task.released_at = task.released_at or left.released_at
        subject.task_id, subject.area_pos = task.id, task.area_pos
        joined[task.id].append(subject)
    tasks = [task for task in there.values() if task.id in joined]
    Task.objects.bulk_update(tasks, ["priority", "due_at", "release_at", "released_at"], batch_size=2_000)
    _subjects_write(leaving)
    governance.grants_end(task_ids=list(joined), by=move.by, now=move.now)
    _grants(tasks, move)
    _close_empty(left_behind, move)
    return set(joined) | left_behind


def _who(subject: TaskSubject) -> UUID:
    """Return about whom a subject is that was asked for by its resident."""
    if subject.resident_id is None:
        raise LookupError("nobody registered")
    return subject.resident_id


def _subjects_write(subjects: Sequence[TaskSubject]) -> None:
    bulk.run(
        "update dispatch_tasksubject s set task_id = w.task_id, area_pos = w.area_pos"
        " from unnest(%s::uuid[], %s::uuid[], %s::int8[]) as w(id, task_id, area_pos) where s.id = w.id",
        [
            [one.id for one in subjects],
            [one.task_id for one in subjects],
            [one.area_pos for one in subjects],
        ],
    )


def _opened(left: Task, place: registry.ResidentPlace, workers: Workers, move: _Move) -> Task:
    """Open the household's task with the times of the one that is left: who moves waits no longer for it."""
    return Task.objects.create(
        id=new_id(),
        order_id=move.order.id,
        household_id=place.household_id,
        area_pos=place.area_pos,
        priority=left.priority,
        state="open",
        assignee_id=workers.get(place.area_pos),
        opened_at=move.now,
        due_at=left.due_at,
        release_at=left.release_at,
        released_at=left.released_at,
    )


def tasks_close_empty(
    task_ids: Iterable[UUID], *, order: governance.OrderView, by: Actor, now: datetime
) -> None:
    """Close those of these tasks in which nothing is asked any more, as a correction leaves them. In a job's scope."""
    _close_empty(task_ids, _Move(order, by, now))


def _close_empty(task_ids: Iterable[UUID], move: _Move) -> None:
    """Close the tasks in which nothing is asked any more: what was wrong there is retracted."""
    asked = TaskSubject.objects.filter(task_id__in=task_ids, outcome="").values_list("task_id", flat=True)
    empty = sorted(set(task_ids) - set(asked))
    PassResult.objects.bulk_create(
        PassResult(
            id=new_id(), subject=subject, task_id=subject.task_id, area_pos=subject.area_pos, pass_kind="update",
            result="closed", reason="", by=move.by.ledger_name, at=move.now,
        )
        for subject in TaskSubject.objects.filter(task_id__in=empty).order_by("id")
    )  # fmt: skip
    Task.objects.filter(id__in=empty).update(state="closed", closed_at=move.now)
    governance.grants_end(task_ids=empty, by=move.by, now=move.now)
    for task_id in empty:
        escalations_end(task_id=task_id, by=move.by, now=move.now)
        outbox.announce(TaskClosed(task_id, move.order.id), now=move.now)


def _grants(tasks: Iterable[Task], move: _Move) -> None:
    by_id = {task.id: task for task in tasks}
    asked = (
        TaskSubject.objects.filter(task_id__in=by_id).order_by().values_list("task_id", "purpose").distinct()
    )
    governance.grants_write(
        grants=[
            governance.NewGrant(
                account_id=account_id,
                household_id=by_id[task_id].household_id,
                area_pos=by_id[task_id].area_pos,
                purpose=purpose,
                basis_id=move.order.id,
                task_id=task_id,
                ends_at=move.order.ends_at,
            )
            for task_id, purpose in asked
            if (account_id := by_id[task_id].assignee_id) is not None
        ],
        by=move.by,
        now=move.now,
    )
