"""What lies with a centre, in the JSON API: the list, one of them, and the decisions about it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Router, Schema

from gridward.dispatch import actions, escalated
from gridward.dispatch.web.parse import after_of
from gridward.dispatch.web.raising import more_token
from gridward.dispatch.web.schemas import After, Area
from gridward.kernel.endpoint import Request
from gridward.kernel.web.operations import Page, operation

router = Router()
MOST = 200
Level = Literal["community", "street", "district", "city"]


class Escalation(Schema):
    """A task at a level: where it is, how urgent, since when and why it lies there. Nobody's name."""

    id: UUID
    task_id: UUID
    level: Level
    lies_at: Area
    place: Area
    kind: str
    words: str
    state: str
    raised_by: str
    raised_at: datetime
    next_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    decision: str
    priority: str
    opened_at: datetime
    due_at: datetime
    assignee: str
    is_with_worker: bool


class EscalationState(Schema):
    """An escalation after what was decided; one that was raised is the new one, at the next level."""

    id: UUID
    task_id: UUID
    level: Level
    state: str


class Raise(Schema):
    """Why a task has to be raised (authority, department, boundary or disagreement), and what is needed."""

    kind: str
    words: str


class Extension(Schema):
    """How many hours from now a task gets, and why."""

    hours: int
    words: str


class Instruction(Schema):
    """What is to be done; nothing that points at a person."""

    words: str


@operation(router, "GET", "/escalations", right="escalation.decide", answers=Page[Escalation])
def escalations(request: Request, after: After = "") -> object:
    """Give the tasks that lie with the account's own centre, the longest first."""
    rows = escalated.get_escalations(by=request.actor, after=after_of(after))
    return {"items": rows, "next": more_token(rows)}


@operation(router, "GET", "/escalations/{escalation_id}", right="escalation.decide", answers=Escalation)
def escalation_get(request: Request, escalation_id: UUID) -> object:
    """Give one task at its level, in the account's areas."""
    return escalated.access_escalation(escalation_id, by=request.actor)


@operation(
    router, "POST", "/escalations/{escalation_id}/extend", right="escalation.decide", answers=EscalationState
)
def escalation_extend(request: Request, escalation_id: UUID, said: Extension) -> object:
    """Give a task a new time, once; when it is over the task comes back to this level."""
    return actions.escalation_extend(
        escalation_id=escalation_id,
        hours=said.hours,
        words=said.words[:MOST],
        by=request.actor,
        now=request.now,
    )


@operation(
    router, "POST", "/escalations/{escalation_id}/return", right="escalation.decide", answers=EscalationState
)
def escalation_return(request: Request, escalation_id: UUID, said: Instruction) -> object:
    """Send a task back down with an instruction that its worker reads."""
    return actions.escalation_return(
        escalation_id=escalation_id, words=said.words[:MOST], by=request.actor, now=request.now
    )


@operation(
    router, "POST", "/escalations/{escalation_id}/raise", right="escalation.decide", answers=EscalationState
)
def escalation_raise(request: Request, escalation_id: UUID, said: Raise) -> object:
    """Raise what lies with the account's centre to the next level."""
    return actions.escalation_raise(
        escalation_id=escalation_id, kind=said.kind[:40], words=said.words[:MOST], by=request.actor,
        now=request.now,
    )  # fmt: skip


@operation(router, "POST", "/tasks/{task_id}/raise", right="task.read", answers=EscalationState)
def task_raise(request: Request, task_id: UUID, said: Raise) -> object:
    """Raise a task by hand to the level above the account's own."""
    return actions.task_raise(
        task_id=task_id, kind=said.kind[:40], words=said.words[:MOST], by=request.actor, now=request.now
    )
