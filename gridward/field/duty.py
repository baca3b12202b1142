"""
All writes of what a centre and its workers tell each other: instructions and their receipts, calls for help, the duty
clock. Each is recorded by id and code; the words of an instruction stay in their own row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from pydantic import AwareDatetime, BaseModel, ValidationError

from gridward.dispatch import api as dispatch
from gridward.field import clocking, helping, instructing, rules
from gridward.field.clocking import Piece
from gridward.field.instructed import access_instruction
from gridward.field.models import HelpCall, Instruction, Receipt, WorkPiece
from gridward.field.taking import Taken, refused_as
from gridward.governance import api as governance
from gridward.kernel import ledger, live
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.territory import api as territory
from gridward.workforce import api as workforce

#: The receipts of an instruction; any other is of a department's answer to a whistle.
OF_INSTRUCTIONS = ("received", "done")
#: The bell of a centre's screens; a call for help rings it as whistles do.
TOPIC = "task"


def _numbers(by: Actor, now: datetime) -> governance.ProfileView:
    """Return the numbers that hold where the actor works: an order's that is in force there, else the standing ones."""
    orders = governance.get_active_orders(now=now, scopes=by.scopes)
    return governance.profile_of(orders[0]) if orders else governance.profile_standing()


# --- instructions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Audience:
    """Whom an instruction goes to: an area's workers, or one of them."""

    area_pos: int
    area_end: int
    account_id: UUID | None


def _audience(to: str, by: Actor) -> Audience | Refusal:
    """Return whom `area:<code>` or `worker:<handle>` names among the actor's own, or refuse."""
    kind, _sep, name = to.partition(":")
    places = workforce.get_worker_places(by=by)
    if kind == "worker":
        place = next((one for one in places if one.handle == name), None)
        if place is None:
            return refuse("worker_unknown", worker=name[:40])
        return Audience(place.area_pos, place.area_pos + 1, place.account_id)
    area = territory.get_area(name) if kind == "area" else None
    if area is None or not by.covers(area.pos):
        return refuse("not_found")
    if not any(area.pos <= one.area_pos < area.end for one in places):
        return refuse("instruction_nobody")
    return Audience(area.pos, area.end, None)


@transaction.atomic
def instruction_write(
    *, to: str, words: str, expires_at: datetime, is_urgent: bool, by: Actor, now: datetime
) -> UUID | Refusal:
    """Tell all workers of one of the actor's areas, or one worker, something that holds for some days at most."""
    audience, numbers = _audience(to, by), _numbers(by, now)
    if isinstance(audience, Refusal) or by.id is None:
        return audience if isinstance(audience, Refusal) else refuse("not_found")
    words = " ".join(words.split())
    given_at = instructing.given_at(
        now,
        is_urgent=is_urgent,
        quiet_from=numbers.number("quiet_from_hour"),
        quiet_until=numbers.number("quiet_until_hour"),
    )
    if wrong := instructing.may_instruct(words, given_at=given_at, expires_at=expires_at):
        return wrong
    made = Instruction(
        id=new_id(), account_id=audience.account_id, area_pos=audience.area_pos, area_end=audience.area_end,
        words=words, is_urgent=is_urgent, from_name=by.area_name, written_by=by.id, written_at=now,
        given_at=given_at, expires_at=expires_at,
    )  # fmt: skip
    Instruction.objects.bulk_create([made])
    ledger.record(
        "instruction.write", obj=("instruction", made.id), by=by, now=now, kind=to.partition(":")[0],
        urgency="urgent" if is_urgent else "usual",
    )  # fmt: skip
    return made.id


@transaction.atomic
def instruction_end(*, instruction_id: UUID, by: Actor, now: datetime) -> Refusal | None:
    """Take an instruction back: it leaves the phones as they next ask."""
    found = access_instruction(instruction_id, by=by, now=now)
    if isinstance(found, Refusal):
        return found
    changed = Instruction.objects.filter(id=instruction_id, ended_at__isnull=True, expires_at__gt=now).update(
        ended_at=now, ended_by=by.id
    )
    if not changed:
        return refuse("instruction_over")
    ledger.record("instruction.end", obj=("instruction", instruction_id), by=by, now=now)
    return None


class ReceiptMade(BaseModel):
    """
    That an instruction was received, or that what it says is done, as a phone sends it; or, by the answer it gave, that
    what a department said to a whistle was received.
    """

    id: UUID
    kind: Literal["received", "done", "coming", "answered", "not_ours"]
    at: AwareDatetime


def receipts_take(
    receipts: Sequence[Mapping[str, object]], *, sent_at: datetime, by: Actor, now: datetime
) -> list[Taken]:
    """Take in what a worker confirms, each on its own; the first moment of each counts."""
    return [_receipt_take(said, sent_at, by, now) for said in receipts]


def _receipt_take(said: Mapping[str, object], sent_at: datetime, by: Actor, now: datetime) -> Taken:
    name = str(said.get("id", ""))[:36]
    try:
        with transaction.atomic():
            receipt = ReceiptMade.model_validate(said)
            at = rules.done_at(receipt.at, sent_at=sent_at, now=now)
            status = _receipt_keep(receipt, at, by, now)
            if isinstance(status, Refusal):
                raise Refused(status)
        return Taken(name, status)
    except ValidationError:
        return refused_as(name, refuse("form_invalid"))
    except Refused as refused:
        # As with records: one of many is refused and the others stay.
        ledger.record(
            "endpoint.refuse", obj=("view", "receipts"), by=by, now=now, result=refused.refusal.code
        )
        return refused_as(name, refused.refusal)


def _receipt_keep(receipt: ReceiptMade, at: datetime, by: Actor, now: datetime) -> str | Refusal:
    if receipt.kind not in OF_INSTRUCTIONS:
        return dispatch.whistle_receive(call_id=receipt.id, answer=receipt.kind, at=at, by=by, now=now)
    # The walls show a worker what is addressed to him or her, and no other instruction exists.
    told = Instruction.objects.filter(id=receipt.id, given_at__lte=now).first()
    if told is None or by.id is None:
        return refuse("not_found")
    at, is_done = max(at, told.given_at), receipt.kind == "done"
    made = Receipt(
        id=new_id(), instruction_id=told.id, account_id=by.id, area_pos=told.area_pos, received_at=at,
        done_at=at if is_done else None,
    )  # fmt: skip
    Receipt.objects.bulk_create([made], ignore_conflicts=True)
    mine = Receipt.objects.get(instruction_id=told.id, account_id=by.id)
    if mine.id != made.id:
        open_ones = Receipt.objects.filter(id=mine.id, done_at__isnull=True)
        if not is_done or not open_ones.update(done_at=max(at, mine.received_at)):
            return "known"
    if is_done:
        ledger.record("instruction.do", obj=("instruction", told.id), by=by, now=now)
    else:
        ledger.record("instruction.receive", obj=("instruction", told.id), by=by, now=now)
    return "stored"


# --- help -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def help_call(*, call_id: UUID, kind: str, at: datetime, by: Actor, now: datetime) -> str | Refusal:
    """Call for help: the worker's community and street see it at once. The same call again is known."""
    if kind not in helping.KINDS:
        return refuse("help_kind")
    if by.id is None or not by.scopes:
        return refuse("not_found")
    if HelpCall.objects.filter(id=call_id, account_id=by.id).exists():
        return "known"
    made = HelpCall(
        id=call_id, account_id=by.id, area_pos=by.scopes[0].pos, kind=kind, called_at=at, received_at=now
    )
    try:
        with transaction.atomic():
            HelpCall.objects.bulk_create([made])
    except IntegrityError:
        is_mine = HelpCall.objects.filter(id=call_id, account_id=by.id).exists()
        return "known" if is_mine else refuse("conflict")
    ledger.record("help.call", obj=("help", call_id), by=by, now=now, kind=kind)
    live.ring(TOPIC, pos=made.area_pos)
    return "stored"


def _call(call_id: UUID, by: Actor) -> HelpCall | None:
    found = HelpCall.objects.select_for_update().filter(id=call_id).first()
    return found if found and by.covers(found.area_pos) else None


@transaction.atomic
def help_take(*, call_id: UUID, by: Actor, now: datetime) -> Refusal | None:
    """Take care of a call: whoever presses first does, and the worker reads who."""
    call = _call(call_id, by)
    if call is None:
        return refuse("not_found")
    if wrong := helping.may_take(taken_at=call.taken_at, closed_at=call.closed_at):
        return wrong
    HelpCall.objects.filter(id=call_id).update(taken_by=by.id, taken_name=by.handle, taken_at=now)
    ledger.record("help.take", obj=("help", call_id), by=by, now=now)
    live.ring(TOPIC, pos=call.area_pos)
    return None


@transaction.atomic
def help_close(*, call_id: UUID, outcome: str, by: Actor, now: datetime) -> Refusal | None:
    """Close a call that somebody took care of, saying how it ended."""
    call = _call(call_id, by)
    if call is None:
        return refuse("not_found")
    if wrong := helping.may_close(outcome, taken_at=call.taken_at, closed_at=call.closed_at):
        return wrong
    HelpCall.objects.filter(id=call_id).update(closed_by=by.id, closed_at=now, outcome=outcome)
    ledger.record("help.close", obj=("help", call_id), by=by, now=now, result=outcome)
    live.ring(TOPIC, pos=call.area_pos)
    return None


@transaction.atomic
def help_rise(*, now: datetime) -> int:
    """Let every call that nobody took in time lie with the street as well; run every minute by the schedule."""
    with connection.cursor() as cursor:
        cursor.execute("select call, pos from field_help_rise(%s, %s)", [now - helping.RISES_AFTER, now])
        risen = cursor.fetchall()
    for call_id, pos in risen:
        ledger.record("help.rise", obj=("help", call_id), by=SYSTEM, now=now)
        live.ring(TOPIC, pos=pos)
    return len(risen)


# --- the duty clock -------------------------------------------------------------------------------------------------


@transaction.atomic
def duty_say(*, said_id: UUID, kind: str, at: datetime, by: Actor, now: datetime) -> str | Refusal:
    """Keep that the actor's own duty begins or ends at this moment. The same word again is known."""
    if kind not in clocking.KINDS:
        return refuse("duty_kind")
    if by.id is None or not by.scopes:
        return refuse("not_found")
    own = WorkPiece.objects.filter(account_id=by.id)
    if own.filter(id=said_id).exists() or own.filter(end_id=said_id).exists():
        return "known"
    row = own.order_by("-began_at", "-id").first()
    last = None if row is None else piece_of(row)
    try:
        with transaction.atomic():
            wrong = (
                _begin(last, said_id, at, by, now) if kind == "begin" else _end(last, said_id, at, by, now)
            )
    except IntegrityError:
        return refuse("conflict")
    return wrong or "stored"


def piece_of(row: WorkPiece) -> Piece:
    """Return a row as the rules of the clock see it."""
    return Piece(**{name: getattr(row, name) for name in Piece.__dataclass_fields__})


def _begin(last: Piece | None, said_id: UUID, at: datetime, by: Actor, now: datetime) -> Refusal | None:
    piece = clocking.begun(last, at, piece_id=said_id, numbers=_numbers(by, now), now=now)
    if isinstance(piece, Refusal):
        return piece
    if last and last.ended_at is None and not last.is_forgotten:
        WorkPiece.objects.filter(id=last.id).update(is_forgotten=True)
    stored = {name: getattr(piece, name) for name in Piece.__dataclass_fields__}
    stored |= {"account_id": by.id, "area_pos": by.scopes[0].pos}
    WorkPiece.objects.bulk_create([WorkPiece(**stored)])
    ledger.record("duty.begin", obj=("duty", said_id), by=by, now=now)
    return None


def _end(last: Piece | None, said_id: UUID, at: datetime, by: Actor, now: datetime) -> Refusal | None:
    if wrong := clocking.may_end(last, at):
        return wrong
    if last is not None:
        WorkPiece.objects.filter(id=last.id).update(ended_at=at, end_id=said_id)
        ledger.record("duty.end", obj=("duty", last.id), by=by, now=now)
    return None
