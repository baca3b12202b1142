"""Whistles in the JSON API: a centre's own, blowing and closing one; a department's, and its answer."""

from datetime import datetime
from uuid import UUID

from ninja import Router, Schema

from gridward.dispatch import actions, whistled
from gridward.dispatch.web.blowing import called_token, more_token
from gridward.dispatch.web.parse import after_of
from gridward.dispatch.web.schemas import After, Area, Recorded
from gridward.kernel.endpoint import Request
from gridward.kernel.web.operations import Page, operation

router = Router()
MOST = 200


class Call(Schema):
    """One department that was called, until when it answers, what it said, and when the worker received that."""

    agency_code: str
    agency: str
    is_lead: bool
    state: str
    reply_by: datetime
    words: str
    answered_at: datetime | None
    received_at: datetime | None


class Whistle(Schema):
    """A whistle: where, what is asked, how urgent, with which level it lies, and who is called."""

    id: UUID
    task_id: UUID | None
    level: str
    lies_at: Area
    place: Area
    question: str
    words: str
    priority: str
    state: str
    blown_by: str
    blown_at: datetime
    closed_at: datetime | None
    closing: str
    calls: list[Call]


class Called(Schema):
    """A whistle to a department: a community at most, what is asked, until when, whether it rose. No people."""

    id: UUID
    place: Area
    question: str
    words: str
    priority: str
    blown_at: datetime
    is_lead: bool
    lead: str
    agencies: list[str]
    state: str
    answer: str
    reply_by: datetime
    risen_at: datetime | None
    risen_level: str


class NewWhistle(Schema):
    """Which departments are called, which of them leads, and to what. About a task it is as urgent as the task."""

    agencies: list[str]
    lead: str
    question: str
    words: str
    priority: str = ""
    task: UUID | None = None


class Said(Schema):
    """coming, answered or not_ours, and why."""

    answer: str
    words: str


class Closing(Schema):
    """What came of it."""

    words: str


@operation(router, "GET", "/whistles", right="whistle.blow", answers=Page[Whistle])
def whistles(request: Request, after: After = "") -> object:
    """Give the open whistles of the account's centre and those that have risen to it."""
    rows = whistled.get_whistles(by=request.actor, after=after_of(after))
    return {"items": rows, "next": more_token(rows)}


@operation(router, "POST", "/whistles", right="whistle.blow", answers=Recorded)
def whistle_blow(request: Request, said: NewWhistle) -> object:
    """Call departments to a place."""
    return actions.whistle_blow(
        agencies=[code[:40] for code in said.agencies[:40]], lead=said.lead[:40], question=said.question[:40],
        words=said.words[:MOST], priority=said.priority[:4], task_id=said.task, by=request.actor, now=request.now,
    )  # fmt: skip


@operation(router, "GET", "/whistles/{whistle_id}", right="whistle.blow", answers=Whistle)
def whistle_get(request: Request, whistle_id: UUID) -> object:
    """Give one whistle of the account's areas, open or closed."""
    return whistled.access_whistle(whistle_id, by=request.actor)


@operation(router, "POST", "/whistles/{whistle_id}/close", right="whistle.blow", answers=Recorded)
def whistle_close(request: Request, whistle_id: UUID, said: Closing) -> object:
    """Close a whistle, saying what came of it."""
    return actions.whistle_close(
        whistle_id=whistle_id, words=said.words[:MOST], by=request.actor, now=request.now
    )


@operation(router, "GET", "/called", right="whistle.answer", answers=Page[Called])
def called(request: Request, after: After = "") -> object:
    """Give the open whistles to the account's department, those to be answered first at the top."""
    rows = whistled.get_called(by=request.actor, after=after_of(after))
    return {"items": rows, "next": called_token(rows)}


@operation(router, "POST", "/called/{call_id}/answer", right="whistle.answer", answers=Recorded)
def whistle_answer(request: Request, call_id: UUID, said: Said) -> object:
    """Answer a whistle for the account's department."""
    return actions.whistle_answer(
        call_id=call_id, answer=said.answer[:40], words=said.words[:MOST], by=request.actor, now=request.now
    )
