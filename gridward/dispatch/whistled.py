"""
Answers about whistles: those of a centre, one with what each department says, and those to a department.

A department reads the place at the community's level at most, and neither task nor person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridward.dispatch.escalated import lies_with
from gridward.dispatch.handed import UUID_LENGTH
from gridward.dispatch.models import Whistle, WhistleCall, WhistleReceipt
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory
from gridward.workforce import api as workforce

PAGE = 50


@dataclass(frozen=True)
class CallView:
    """
    One department that was called: whether it leads, until when it answers, and what it said.

    `received_at` is when the worker who holds the household received what it says now.
    """

    agency_code: str
    agency: str
    is_lead: bool
    state: str
    reply_by: datetime
    words: str
    answered_at: datetime | None
    received_at: datetime | None


@dataclass(frozen=True)
class WhistleView:
    """A whistle as centres see it."""

    id: UUID
    task_id: UUID | None
    level: str
    lies_at: territory.AreaLabel
    place: territory.AreaLabel
    area_pos: int
    from_pos: int
    question: str
    words: str
    priority: str
    state: str
    blown_by: str
    blown_at: datetime
    closed_at: datetime | None
    closing: str
    calls: tuple[CallView, ...]


@dataclass(frozen=True)
class CalledView:
    """A whistle as one of the departments that are called sees it."""

    id: UUID
    place: territory.AreaLabel
    question: str
    words: str
    priority: str
    blown_at: datetime
    is_lead: bool
    lead: str
    agencies: tuple[str, ...]
    state: str
    answer: str
    reply_by: datetime
    risen_at: datetime | None
    risen_level: str


def get_whistles(
    *, by: Actor, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[WhistleView]:
    """Return a keyset page of open whistles the actor's centre blew or that have risen to it, the oldest first."""
    own = [scope.pos for scope in by.scopes]
    found: dict[UUID, Whistle] = {}
    for column in ("from_pos__in", "area_pos__in"):
        rows = Whistle.objects.filter(**{column: own}, state="open")
        if after:
            at, row_id = after
            rows = rows.filter(blown_at__gte=at).exclude(blown_at=at, id__lte=row_id)
        found |= {row.id: row for row in rows.order_by("blown_at", "id")[:limit]}
    return views(sorted(found.values(), key=lambda row: (row.blown_at, row.id))[:limit])


def access_whistle(whistle_id: UUID, *, by: Actor) -> WhistleView | Refusal:
    """Return a whistle of the actor's areas, open or closed; any other does not exist for the caller."""
    row = Whistle.objects.filter(id=whistle_id).first()
    if row is None or not (by.covers(row.from_pos) or lies_with(by, row.area_pos)):
        return refuse("not_found")
    return views([row])[0]


def whistles_of(task_id: UUID) -> tuple[WhistleView, ...]:
    """Return the whistles about a task, the first first."""
    return tuple(views(list(Whistle.objects.filter(task_id=task_id).order_by("blown_at", "id"))))


def views(rows: Sequence[Whistle]) -> list[WhistleView]:
    """Return whistles with the names of their places and departments, and what each said."""
    labels = territory.get_labels({pos for row in rows for pos in (row.area_pos, row.place_pos)})
    names = {agency.code: agency.name for agency in workforce.get_agencies()} if rows else {}
    accounts = {UUID(row.blown_by) for row in rows if len(row.blown_by) == UUID_LENGTH}
    handles = {str(account): handle for account, handle in workforce.get_handles(accounts).items()}
    calls: dict[UUID, list[CallView]] = {row.id: [] for row in rows}
    receipts = WhistleReceipt.objects.filter(call__whistle__in=rows).order_by("-received_at")
    received = {(one.call_id, one.answer): one.received_at for one in receipts}
    for one in WhistleCall.objects.filter(whistle__in=rows).order_by("-is_lead", "agency_code"):
        calls[one.whistle_id].append(
            CallView(
                one.agency_code, names.get(one.agency_code, ""), one.is_lead, one.state, one.reply_by, one.words,
                one.answered_at, received.get((one.id, one.state)),
            )
        )  # fmt: skip
    return [
        WhistleView(
            row.id, row.task_id, row.level, labels[row.area_pos], labels[row.place_pos], row.area_pos, row.from_pos,
            row.question, row.words, row.priority, row.state, handles.get(row.blown_by, ""), row.blown_at,
            row.closed_at, row.closing, tuple(calls[row.id]),
        )
        for row in rows
    ]  # fmt: skip


#: What a department may read of a whistle; the walls grant these columns and no other.
FOR_AGENCY = ("id", "place_pos", "question", "words", "priority", "blown_at", "lead_code", "agency_codes")


def get_called(
    *, by: Actor, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[CalledView]:
    """Return a keyset page of the open whistles to the actor's department, those to be answered first at the top."""
    calls = WhistleCall.objects.filter(agency_code=by.agency, is_open=True)
    if after:
        at, row_id = after
        calls = calls.filter(reply_by__gte=at).exclude(reply_by=at, id__lte=row_id)
    columns = ("id", "whistle_id", "is_lead", "state", "words", "reply_by", "risen_at", "risen_level")
    found = list(calls.order_by("reply_by", "id").only(*columns)[:limit])
    whistles = {
        row.id: row
        for row in Whistle.objects.filter(id__in=[one.whistle_id for one in found]).only(*FOR_AGENCY)
    }
    labels = territory.get_labels({row.place_pos for row in whistles.values()})
    names = {agency.code: agency.name for agency in workforce.get_agencies()} if found else {}
    return [_called(one, whistles[one.whistle_id], labels, names) for one in found]


def _called(
    call: WhistleCall, whistle: Whistle, labels: dict[int, territory.AreaLabel], names: dict[str, str]
) -> CalledView:
    return CalledView(
        id=call.id,
        place=labels[whistle.place_pos],
        question=whistle.question,
        words=whistle.words,
        priority=whistle.priority,
        blown_at=whistle.blown_at,
        is_lead=call.is_lead,
        lead=names.get(whistle.lead_code, ""),
        agencies=tuple(names.get(code, code) for code in whistle.agency_codes),
        state=call.state,
        answer=call.words,
        reply_by=call.reply_by,
        risen_at=call.risen_at,
        risen_level=call.risen_level,
    )
