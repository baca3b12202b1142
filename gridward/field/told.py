"""
Answers what a phone is told beside its day, in one statement: instructions, the worker's call for help, the duty clock.

Asked in the worker's scope: the walls let through what is addressed to this worker, and the own rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gridward.field import clocking, helping, instructing
from gridward.field.clocking import Advised, Clock, Piece
from gridward.kernel import prepared
from gridward.kernel.actor import Actor

TOLD = """
select
 (select json_agg(t) from (
   select i.id, i.written_at, i.expires_at, i.is_urgent, i.words, i.from_name, r.received_at, r.done_at
     from (select * from field_instruction
            where ended_at is null and (account_id is null or account_id = %(me)s)
              and given_at <= %(now)s and expires_at > %(now)s
            order by written_at desc, id desc limit %(most)s) i
     left join field_receipt r on r.instruction_id = i.id and r.account_id = %(me)s
    order by i.written_at desc, i.id desc) t),
 (select row_to_json(h) from (
   select id, called_at, taken_name, closed_at from field_helpcall
    where account_id = %(me)s and called_at > %(told_since)s order by called_at desc, id desc limit 1) h),
 (select json_agg(p) from (
   select id, began_at, ended_at, is_forgotten, minutes_before, break_minutes, is_rest_short, rest_at, stop_at
     from field_workpiece where account_id = %(me)s and began_at > %(worked_since)s
    order by began_at desc, id desc) p)
"""


@dataclass(frozen=True)
class HeldInstruction:
    """An instruction that holds now as its worker sees it."""

    id: UUID
    at: datetime
    until: datetime
    urgent: bool
    text: str
    sender: str
    received_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class OwnHelp:
    """The worker's newest call for help: who takes care of it, and whether it is closed."""

    id: UUID
    at: datetime
    taken_by: str
    closed_at: datetime | None


@dataclass(frozen=True)
class Told:
    """What a phone is told beside its day."""

    instructions: Sequence[HeldInstruction]
    help: OwnHelp | None
    duty: Clock
    advised: Sequence[Advised]
    own_hours: Sequence[tuple[date, float]]


def get_told(*, by: Actor, now: datetime) -> Told:
    """Return what a worker's phone is told beside its day."""
    asked = {
        "me": by.id,
        "now": now,
        "most": instructing.MOST_LIVE,
        "told_since": now - helping.TOLD_FOR,
        "worked_since": now - timedelta(days=clocking.OWN_DAYS + 2),
    }
    ((found, call, worked),) = prepared.ask(TOLD, asked)
    pieces = [_piece(one) for one in worked or ()]
    return Told(
        instructions=[_instruction(one) for one in found or ()],
        help=_help(call) if call else None,
        duty=clocking.clock_of(pieces, now),
        advised=clocking.advised(pieces, now),
        own_hours=clocking.own_hours(pieces, now),
    )


def _at(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)


def _instruction(row: Mapping[str, Any]) -> HeldInstruction:
    return HeldInstruction(
        id=UUID(row["id"]),
        at=datetime.fromisoformat(row["written_at"]),
        until=datetime.fromisoformat(row["expires_at"]),
        urgent=row["is_urgent"],
        text=row["words"],
        sender=row["from_name"],
        received_at=_at(row["received_at"]),
        done_at=_at(row["done_at"]),
    )


def _help(row: Mapping[str, Any]) -> OwnHelp:
    called_at = datetime.fromisoformat(row["called_at"])
    return OwnHelp(UUID(row["id"]), called_at, row["taken_name"], _at(row["closed_at"]))


def _piece(row: Mapping[str, Any]) -> Piece:
    return Piece(
        id=UUID(row["id"]),
        began_at=datetime.fromisoformat(row["began_at"]),
        ended_at=_at(row["ended_at"]),
        is_forgotten=row["is_forgotten"],
        minutes_before=row["minutes_before"],
        break_minutes=row["break_minutes"],
        is_rest_short=row["is_rest_short"],
        rest_at=datetime.fromisoformat(row["rest_at"]),
        stop_at=datetime.fromisoformat(row["stop_at"]),
    )
