"""
Owns taking in what a phone recorded: each record on its own, once, at the time it was made. Refuses to decide what a
record means: that is the room's whose record it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from gridward.dispatch import api as dispatch
from gridward.field import rules
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused, refuse

Code = Annotated[str, Field(max_length=40)]
Remark = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]


class VisitMade(BaseModel):
    """A visit as a phone sends it; see `dispatch.visit_record`."""

    id: UUID
    kind: Literal["visit"]
    task: UUID
    at: AwareDatetime
    result: Code
    outcomes: dict[UUID, Code] = Field(default={}, max_length=200)
    found_by: Code = ""
    reason: Remark = ""
    excess: Code = ""
    phones: list[UUID] = Field(default=[], max_length=200)


class CallMade(BaseModel):
    """A call as a phone sends it; see `dispatch.phone_record`."""

    id: UUID
    kind: Literal["phone"]
    task: UUID
    at: AwareDatetime
    person: UUID
    result: Code
    outcome: Code = ""
    said: Code = ""
    reason: Remark = ""
    excess: Code = ""


RECORD: TypeAdapter[VisitMade | CallMade] = TypeAdapter(
    Annotated[VisitMade | CallMade, Field(discriminator="kind")]
)


@dataclass(frozen=True)
class Taken:
    """What became of one record: stored, known from before, or refused and why."""

    id: str
    status: str
    task_state: str = ""
    code: str = ""
    title: str = ""
    advice: str = ""


def records_take(
    records: Sequence[Mapping[str, object]], *, sent_at: datetime, by: Actor, now: datetime
) -> list[Taken]:
    """
    Take in what a phone recorded, in the order it was made. A record that is refused keeps no other one out.

    `sent_at` is the phone's clock as it sent them, by which each one's age is told.
    """
    return [_take(said, sent_at, by, now) for said in records]


def _take(said: Mapping[str, object], sent_at: datetime, by: Actor, now: datetime) -> Taken:
    name = str(said.get("id", ""))[:36]
    try:
        with transaction.atomic():
            record = RECORD.validate_python(said)
            outcome = _record(record, rules.done_at(record.at, sent_at=sent_at, now=now), by, now)
            if isinstance(outcome, Refusal):
                raise Refused(outcome)
        status = "known" if isinstance(outcome, dispatch.Known) else "stored"
        return Taken(name, status, task_state=outcome.state)
    except ValidationError:
        return refused_as(name, refuse("form_invalid"))
    except Refused as refused:
        # The endpoint does this for what is asked alone; here one of many is refused and the others stay.
        ledger.record("endpoint.refuse", obj=("view", "records"), by=by, now=now, result=refused.refusal.code)
        return refused_as(name, refused.refusal)


def refused_as(name: str, refusal: Refusal) -> Taken:
    """Return one of many that is refused, in words; the others stay."""
    return Taken(name, "refused", "", refusal.code, str(refusal.title), str(refusal.advice))


def _record(
    record: VisitMade | CallMade, done_at: datetime, by: Actor, now: datetime
) -> dispatch.TaskView | dispatch.Known | Refusal:
    if isinstance(record, VisitMade):
        return dispatch.visit_record(
            task_id=record.task, result=record.result, outcomes=record.outcomes, reason=record.reason.strip(), by=by,
            now=now, ask=record.id, found_by=record.found_by, excess=record.excess, phones=record.phones,
            done_at=done_at,
        )  # fmt: skip
    result, _sep, why = record.result.partition(":")
    return dispatch.phone_record(
        task_id=record.task, person_id=record.person, result=result, reason=why or record.reason.strip(),
        outcome=record.outcome, by=by, now=now, ask=record.id, said=record.said, excess=record.excess,
        done_at=done_at,
    )  # fmt: skip
