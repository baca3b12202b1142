"""The corrections of the JSON API: entering one from a task, what waits, one of them in hand, accepting, rejecting."""

from datetime import datetime
from uuid import UUID

from ninja import P, QueryEx, Router, Schema

from gridward.dispatch import actions
from gridward.dispatch.web.corrections import more_token
from gridward.dispatch.web.parse import after_of
from gridward.dispatch.web.schemas import Area, Reason
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import AFTER, Masked, Page, operation
from gridward.registry import api as registry

router = Router()
After = QueryEx[str, P(description=AFTER, max_length=80)]


class CorrectionSaid(Schema):
    """
    What is wrong about a person of a task, what is right, how one knows, and a reason.

    `kind`: name, phone, id_number, address (of the whole household), household (the person lives at that address),
    not_here, deceased. `found_by`: person, family, document, property_staff, department.
    """

    person: UUID
    kind: str
    value: str = ""
    found_by: str
    reason: str


class Correction(Schema):
    """A correction without what it says: what is wrong, where, how far it is and until when."""

    id: UUID
    task_id: UUID | None
    area: Area
    kind: str
    is_small: bool
    state: str
    found_by: str
    by: str
    entered_at: datetime
    due_at: datetime
    is_overdue: bool
    acknowledged_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    answer: str


class CorrectionCase(Schema):
    """A correction in hand: about whom (masked), and what it shall be, masked too; the page shows it in the open."""

    correction: Correction
    name: Masked
    value: Masked
    reason: str


@operation(
    router, "POST", "/today/{task_id}/corrections", right="task.work", answers=Correction, collects=True
)
def correct(request: Request, task_id: UUID, said: CorrectionSaid) -> object:
    """Enter a correction as the worker at the door."""
    return _entered(request, task_id, said)


@operation(
    router, "POST", "/tasks/{task_id}/corrections", right="task.read", answers=Correction, collects=True
)
def correct_by_centre(request: Request, task_id: UUID, said: CorrectionSaid) -> object:
    """Enter a correction as a centre that has opened the household; a small one is accepted at once."""
    return _entered(request, task_id, said)


def _entered(request: Request, task_id: UUID, said: CorrectionSaid) -> object:
    return actions.correction_enter(
        task_id=task_id,
        person_id=said.person,
        kind=said.kind[:20],
        value=said.value[:200].strip(),
        found_by=said.found_by[:20],
        reason=said.reason[:200].strip(),
        by=request.actor,
        now=request.now,
    )


@operation(router, "GET", "/corrections", right="correction.decide", answers=Page[Correction])
def corrections(request: Request, after: After = "") -> object:
    """Give the corrections that wait in the account's area, those overdue first."""
    rows = registry.get_corrections(by=request.actor, now=request.now, after=after_of(after))
    return {"items": rows, "next": more_token(rows)}


@operation(router, "GET", "/corrections/{correction_id}", right="correction.decide", answers=CorrectionCase)
def correction(request: Request, correction_id: UUID) -> object:
    """Give a correction that the account has in hand, masked."""
    case = registry.access_correction(correction_id, by=request.actor, now=request.now)
    if isinstance(case, Refusal):
        return case
    return {
        "correction": case.correction, "name": case.person.name, "value": case.value, "reason": case.reason,
    }  # fmt: skip


@operation(router, "POST", "/corrections/{correction_id}/open", right="correction.decide", answers=Correction)
def correction_open(request: Request, correction_id: UUID, said: Reason) -> object:
    """Take a correction into hand with a reason; what it says opens for half an hour."""
    return actions.correction_acknowledge(
        correction_id=correction_id, reason=said.reason[:200], by=request.actor, now=request.now
    )


@operation(
    router,
    "POST",
    "/corrections/{correction_id}/accept",
    right="correction.decide",
    answers=Correction,
    collects=True,
)
def correction_accept(request: Request, correction_id: UUID) -> object:
    """Accept a correction: every copy is renewed at once, and everybody who asked is told."""
    return actions.correction_accept(correction_id=correction_id, by=request.actor, now=request.now)


@operation(
    router, "POST", "/corrections/{correction_id}/reject", right="correction.decide", answers=Correction
)
def correction_reject(request: Request, correction_id: UUID, said: Reason) -> object:
    """Leave everything as it is, with a reason."""
    return actions.correction_reject(
        correction_id=correction_id, reason=said.reason[:200], by=request.actor, now=request.now
    )
