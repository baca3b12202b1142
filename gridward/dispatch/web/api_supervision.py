"""Supervision in the JSON API: what has risen in an area, set times, checks, and what is said."""

from datetime import datetime
from uuid import UUID

from ninja import Router, Schema

from gridward.dispatch import actions, supervised
from gridward.dispatch.web.api_escalations import Escalation
from gridward.dispatch.web.parse import after_of
from gridward.dispatch.web.raising import more_token
from gridward.dispatch.web.schemas import After, Area, Recorded
from gridward.kernel.endpoint import Request
from gridward.kernel.web.operations import Page, operation

router = Router()
MOST = 200


class Supervised(Schema):
    """A time that is set for a task, or the check of a closed one. Nobody's name."""

    id: UUID
    task_id: UUID
    place: Area
    kind: str
    state: str
    words: str
    priority: str
    due_at: datetime | None
    at: datetime


class SetTime(Schema):
    """Within how many hours a task is to be dealt with, and why."""

    hours: int
    words: str


class Verdict(Schema):
    """fair or again, and why."""

    verdict: str
    words: str


@operation(router, "GET", "/supervision/risen", right="task.supervise", answers=Page[Escalation])
def supervision_risen(request: Request, after: After = "") -> object:
    """Give the tasks of the account's areas that have risen, with whichever level they lie."""
    rows = supervised.get_risen(by=request.actor, after=after_of(after))
    return {"items": rows, "next": more_token(rows)}


@operation(router, "GET", "/supervision/times", right="task.supervise", answers=Page[Supervised])
def supervision_times(request: Request) -> object:
    """Give the tasks of the account's areas that a time is set for, those due first at the top."""
    return {"items": supervised.get_set_times(by=request.actor)}


@operation(router, "GET", "/supervision/checks", right="task.supervise", answers=Page[Supervised])
def supervision_checks(request: Request) -> object:
    """Give the closed tasks of the sample that wait to be checked."""
    return {"items": supervised.get_checks(by=request.actor)}


@operation(router, "POST", "/supervision/tasks/{task_id}/order", right="task.supervise", answers=Recorded)
def supervision_order(request: Request, task_id: UUID, said: SetTime) -> object:
    """Order a task to be dealt with by a time."""
    return actions.supervision_order(
        task_id=task_id, hours=said.hours, words=said.words[:MOST], by=request.actor, now=request.now
    )


@operation(router, "POST", "/supervision/checks/{check_id}", right="task.supervise", answers=Recorded)
def check_judge(request: Request, check_id: UUID, said: Verdict) -> object:
    """Say of a closed task of the sample whether it was properly done or is to be done again."""
    return actions.check_judge(
        check_id=check_id,
        verdict=said.verdict[:10],
        words=said.words[:MOST],
        by=request.actor,
        now=request.now,
    )
