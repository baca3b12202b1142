"""The operations by which a phone confirms instructions, calls for help, and keeps its worker's duty clock."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from gridward.dispatch import api as dispatch
from gridward.field import clocking, duty, helping, instructing, rules, told
from gridward.field.web.proving import proven, router
from gridward.kernel.actor import Actor
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import operation

MOST_WORDS = 200


class InstructionTold(Schema):
    """An instruction that holds now for this worker; `from` is the centre it comes from."""

    id: UUID
    at: datetime
    until: datetime
    urgent: bool
    text: str
    sender: str = Field(serialization_alias="from")
    received_at: datetime | None
    done_at: datetime | None


class AnswerTold(Schema):
    """A department that is called: until when it answers, what it said, and when this worker received that."""

    id: UUID
    agency: str
    is_lead: bool
    state: str
    reply_by: datetime
    words: str
    answered_at: datetime | None
    received_at: datetime | None


class WhistleTold(Schema):
    """A whistle about a household in hand, or one of the worker's street about none; `from` is who blew it."""

    id: UUID
    task_id: UUID | None
    sender: str = Field(serialization_alias="from")
    question: str
    words: str
    priority: str
    at: datetime
    closed_at: datetime | None
    closing: str
    calls: list[AnswerTold]


class HelpTold(Schema):
    """The worker's newest call for help of the last twelve hours: who takes care of it, whether it is closed."""

    id: UUID
    at: datetime
    taken_by: str
    closed_at: datetime | None


class DutyTold(Schema):
    """Since when the worker is on duty, how many hours this duty has, and what is advised."""

    since: datetime | None
    hours: float
    advice: Literal["", "break", "rest", "stop"]


class AdvisedFrom(Schema):
    """What is advised from a moment on, if the duty goes on; a phone without a network says it by itself."""

    at: datetime
    advice: Literal["", "break", "rest", "stop"]


class DayWorked(Schema):
    """The worker's own hours of a day; nobody else reads them."""

    day: date
    hours: float


class Beside(Schema):
    """What a phone is told beside its day."""

    instructions: list[InstructionTold]
    whistles: list[WhistleTold]
    help: HelpTold | None
    duty: DutyTold
    advised: list[AdvisedFrom]
    own_hours: list[DayWorked]


class ReceiptsSent(Schema):
    """
    What the worker confirms, oldest first, each `{id: the instruction's, kind: received or done, at}`, or
    `{id: the call's, kind: the answer that was received, at}`.

    `sent_at` is the phone's clock as it sends them.
    """

    sent_at: AwareDatetime
    receipts: list[dict[str, Any]] = Field(min_length=1, max_length=instructing.MOST_RECEIPTS)


class ReceiptTaken(Schema):
    """What became of one; `stored` and `known` let the phone forget it."""

    id: str
    status: Literal["stored", "known", "refused"]
    code: str
    title: str
    advice: str


class ReceiptsTaken(Schema):
    """What became of each, in the order they were sent."""

    results: list[ReceiptTaken]


class HelpSent(Schema):
    """A call for help: the phone's own id, when, of which kind. No place and no words."""

    id: UUID
    sent_at: AwareDatetime
    at: AwareDatetime
    kind: str = Field(max_length=40, description=" | ".join(helping.KINDS))


class DutySent(Schema):
    """That the worker's own duty begins or ends: the phone's own id, when."""

    id: UUID
    sent_at: AwareDatetime
    at: AwareDatetime
    kind: str = Field(max_length=40, description=" | ".join(clocking.KINDS))


class RaiseSent(Schema):
    """A household that needs more than its worker can give: the phone's own id, which, why, and what is needed."""

    id: UUID
    sent_at: AwareDatetime
    at: AwareDatetime
    task: UUID
    kind: str = Field(max_length=40, description="a code of the list raise_kinds")
    words: str = Field(max_length=MOST_WORDS)


class SaidOnce(Schema):
    """`known`: this very id was stored before."""

    status: Literal["stored", "known"]


def beside(by: Actor, now: datetime) -> dict[str, object]:
    """Return what `sync` says beside the day."""
    found = told.get_told(by=by, now=now)
    return {
        "instructions": found.instructions,
        "whistles": dispatch.get_told_whistles(by=by, now=now),
        "help": found.help,
        "duty": found.duty,
        "advised": found.advised,
        "own_hours": [{"day": day, "hours": hours} for day, hours in found.own_hours],
    }


@operation(router, "POST", "/sync/receipts", right="task.work", answers=ReceiptsTaken, status=201)
def receipts(request: Request, said: ReceiptsSent) -> object:
    """Take in that instructions were received or done, and answers to whistles received; the first moment counts."""
    proven(request)
    taken = duty.receipts_take(said.receipts, sent_at=said.sent_at, by=request.actor, now=request.now)
    return {"results": taken}


@operation(router, "POST", "/sync/help", right="task.work", answers=SaidOnce, status=201)
def help_call(request: Request, said: HelpSent) -> object:
    """Call for help: the worker's community and street see it at once."""
    proven(request)
    at = rules.done_at(said.at, sent_at=said.sent_at, now=request.now)
    return _once(duty.help_call(call_id=said.id, kind=said.kind, at=at, by=request.actor, now=request.now))


@operation(router, "POST", "/sync/duty", right="task.work", answers=SaidOnce, status=201)
def duty_say(request: Request, said: DutySent) -> object:
    """Keep that the worker's own duty begins or ends."""
    proven(request)
    at = rules.done_at(said.at, sent_at=said.sent_at, now=request.now)
    return _once(duty.duty_say(said_id=said.id, kind=said.kind, at=at, by=request.actor, now=request.now))


@operation(router, "POST", "/sync/raise", right="task.work", answers=SaidOnce, status=201)
def task_raise(request: Request, said: RaiseSent) -> object:
    """Raise a household in the worker's hand to the level above the grid. Its time there counts from the arrival."""
    proven(request)
    found = dispatch.task_raise_once(
        ask=said.id, task_id=said.task, kind=said.kind, words=said.words, by=request.actor, now=request.now
    )
    if isinstance(found, Refusal):
        return found
    return {"status": "known" if isinstance(found, dispatch.Known) else "stored"}


def _once(status: str | Refusal) -> object:
    return status if isinstance(status, Refusal) else {"status": status}
