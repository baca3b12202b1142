"""
What the tests of dispatch share: lists that come at a chosen moment, a worker's hand on a task, and what is there.

Moments are of the days after today, inside the order: dispatch is handed `now`, so no test waits for the evening.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from gridward.dispatch import actions
from gridward.dispatch.merging import DispatchReport, clues_dispatch
from gridward.dispatch.models import PassResult, Task, TaskSubject
from gridward.dispatch.queries import TaskView
from gridward.governance import api as governance
from gridward.governance.models import AccessGrant
from gridward.intake import api as intake
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people

NANJING = ZoneInfo("Asia/Shanghai")
STUDENT, MOTHER, ACROSS = people.returning_student, people.students_mother, people.neighbour_across
_files = count(1)


def moment(hour: int, minute: int = 0, *, day: int = 1, second: int = 0) -> datetime:
    """Return a local moment of a day after today."""
    today = clock.now().astimezone(NANJING).date()
    return datetime.combine(today + timedelta(days=day), time(hour, minute, second), tzinfo=NANJING)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block does, so that the rows of a table are asked of one and the same street."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def code_of(outcome: object) -> str:
    """Return the code of a refusal, or `ok`."""
    return outcome.code if isinstance(outcome, Refusal) else "ok"


@dataclass
class Desk:
    """The small street under an order, its worker, and lists as they come."""

    order: governance.OrderView
    worker: Actor
    folder: Path
    officer: Actor
    person_of: dict[people.Neighbour, UUID] = field(default_factory=dict)

    @classmethod
    def founded(cls, folder: Path) -> "Desk":
        """The street under an order, with a responsible worker in its first grid."""
        city, order = people.city(), people.signed_order()
        people.found_street(order, folder)
        worker = people.actor_of("grid_worker", city.grid, responsible=True)
        return cls(order, worker, folder, people.actor_of("intake_officer", city.city))

    def list_comes(
        self, channel: str, *asked: people.Neighbour, at: datetime, out: bool = True
    ) -> DispatchReport:
        """Take in a list about these people and put its clues into tasks at that moment; by day they go `out`."""
        batch = self.list_resolved(channel, *asked)
        with governance.job_transaction(order_id=self.order.id, purpose="case_finding"):
            rows = Clue.objects.filter(batch_id=batch, state="ready").order_by("row_number")
            found = rows.values_list("person_id", flat=True)
            self.person_of |= dict(zip(asked, found, strict=True))  # type: ignore[arg-type]
            ready = intake.ready_clues(batch_id=batch)
            report = clues_dispatch(ready=ready, order=self.order, by=SYSTEM, now=at)
        if out:
            goes_out(at)
        connection.check_constraints()  # as the commit does
        return report

    def list_resolved(self, channel: str, *asked: people.Neighbour) -> UUID:
        """Take in a list about these people; its clues are ready and in no task."""
        number = next(_files)  # in the list too: the same bytes would be the same list
        path = self.folder / f"list-{number}.csv"
        rows = [(*people.row_about(person), str(number)) for person in asked]
        lines = ["姓名,证件号码,手机号,现住址,备注", *map(",".join, rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with people.acting(self.officer):
            batch = intake.batch_receive(
                channel_code=channel, path=path, filename=path.name, by=self.officer, now=clock.now()
            )
        assert not isinstance(batch, Refusal), batch
        intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=clock.now())
        return batch.id

    def channel(
        self,
        code: str,
        *,
        agency: str = "police",
        priority: str = "P2",
        kind: str = "returnee",
        purpose: str = "case_finding",
    ) -> str:
        """Open one more channel."""
        intake.channel_create(
            code=code, agency_code=agency, name=code, purpose=purpose, clue_kind=kind,
            priority=priority, by=SYSTEM, now=clock.now(),
        )  # fmt: skip
        return code

    def call(
        self,
        person: people.Neighbour,
        result: str,
        *,
        at: datetime,
        outcome: str = "",
        reason: str = "",
        by: Actor | None = None,
        excess: str = "",
    ) -> TaskView | actions.Known | Refusal:
        """Record a telephone call as the worker."""
        task = self.task_of(person)
        actor = by or self.worker
        with people.acting(actor):
            return actions.phone_record(
                task_id=task.id, person_id=self.person_of[person], result=result, reason=reason,
                outcome=outcome, by=actor, now=at, excess=excess,
            )  # fmt: skip

    def visit(
        self,
        task: Task,
        result: str,
        outcomes: Mapping[people.Neighbour, str] | None = None,
        *,
        at: datetime,
        reason: str = "",
        by: Actor | None = None,
        excess: str = "",
    ) -> TaskView | actions.Known | Refusal:
        """Record a visit as the worker, with an outcome for each person."""
        actor = by or self.worker
        found = {self.person_of[person]: outcome for person, outcome in (outcomes or {}).items()}
        with people.acting(actor):
            return actions.visit_record(
                task_id=task.id, result=result, outcomes=found, reason=reason, by=actor, now=at, excess=excess
            )

    def task_of(self, person: people.Neighbour) -> Task:
        """Return the newest task in which somebody asks about this person."""
        with people.as_owner():
            subjects = TaskSubject.objects.filter(person_id=self.person_of[person])
            return Task.objects.filter(id__in=subjects.values("task")).order_by("opened_at", "id").last()  # type: ignore[return-value]

    def task(self) -> Task:
        """Return the one task there is."""
        (task,) = tasks()
        return task


def goes_out(at: datetime) -> None:
    """Let what waits go out at this moment of the day as if it were a set time: most tests are not about those."""
    if not 9 <= at.astimezone(NANJING).hour < 20:
        return
    with people.as_owner():
        for task in Task.objects.filter(state="open", released_at__isnull=True, release_at__gt=at):
            early = task.release_at - at
            Task.objects.filter(id=task.id).update(
                released_at=at,
                release_at=at,
                due_at=task.due_at - early if early < timedelta(hours=19) else task.due_at,
            )


def tasks(**wanted: object) -> list[Task]:
    """Return tasks, oldest first."""
    with people.as_owner():
        return list(Task.objects.filter(**wanted).order_by("opened_at", "id"))


def subjects(task: Task) -> list[TaskSubject]:
    """Return what is asked in a task, oldest first."""
    with people.as_owner():
        return list(TaskSubject.objects.filter(task=task).order_by("id"))


def passes(task: Task, kind: str = "") -> list[tuple[str, str, str]]:
    """Return (pass, result, reason) of everything recorded in a task, in the order it was recorded."""
    with people.as_owner():
        rows = PassResult.objects.filter(task_id=task.id).order_by("at", "id")
        return [(p.pass_kind, p.result, p.reason) for p in rows if kind in ("", p.pass_kind)]


def clues(**wanted: object) -> list[Clue]:
    """Return clues in the order they came."""
    with people.as_owner():
        return list(Clue.objects.filter(**wanted).order_by("received_at", "id"))


def live_grants(**wanted: object) -> set[tuple[UUID, UUID | None, str]]:
    """Return (account, task, purpose) of every grant that has not ended; fails when one is written twice."""
    with people.as_owner():
        rows = list(
            AccessGrant.objects.filter(ended_at__isnull=True, **wanted).values_list(
                "account_id", "task_id", "purpose"
            )
        )
    assert len(rows) == len(set(rows)), "a grant is written twice"
    return set(rows)


def entries(action: str) -> list[LedgerEntry]:
    """Return the ledger's entries of an action, oldest first."""
    with people.as_owner():
        return list(LedgerEntry.objects.filter(action=action).order_by("id"))


def details(action: str) -> list[dict[str, Any]]:
    """Return what the ledger's entries of an action say beside who, what and when."""
    return [json.loads(entry.detail) for entry in entries(action)]


def digest() -> tuple[Any, ...]:
    """Return everything dispatch holds and what clues and grants say of it: equal when nothing was changed."""
    with people.as_owner():
        return tuple(
            tuple(model.objects.order_by("id").values_list(*columns))
            for model, columns in (
                (Task, ("id", "state", "priority", "assignee_id", "due_at", "released_at", "closed_at")),
                (TaskSubject, ("id", "next_pass", "outcome", "outcome_at")),
                (PassResult, ("id",)),
                (Clue, ("id", "state", "outcome", "task_id")),
                (AccessGrant, ("id", "ended_at")),
            )
        )
