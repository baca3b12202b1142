"""
Answers about corrections: which wait, what became of them, and one of them with what it is about.

Refuses whoever has no live grant on the household: without one a correction is a kind, a place and a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.masking import Masked
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.sealing import blob_key_id
from gridward.registry import correcting, queries
from gridward.registry.models import Correction
from gridward.registry.queries import ResidentView
from gridward.territory import api as territory
from gridward.workforce import api as workforce

TABLE = "registry_correction"
PURPOSE = "case_finding"
PAGE = 50


@dataclass(frozen=True)
class CorrectionView:
    """A correction without what it says: what is wrong, where, how far it is, until when, by whom."""

    id: UUID
    order_id: UUID
    resident_id: UUID
    household_id: UUID
    task_id: UUID | None
    area_pos: int
    area: territory.AreaLabel
    kind: str
    is_small: bool
    state: str
    found_by: str
    entered_by: UUID
    by: str
    entered_at: datetime
    due_at: datetime
    is_overdue: bool
    acknowledged_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    answer: str


@dataclass(frozen=True)
class CorrectionCase:
    """A correction with what it says: the person as registered (masked), what it shall be, and the reason."""

    correction: CorrectionView
    person: ResidentView
    address_text: str
    value: Masked
    reason: str


def get_corrections(
    *, by: Actor, now: datetime, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[CorrectionView]:
    """Return a keyset page of the corrections that wait in the actor's areas, those overdue first."""
    rows: list[Correction] = []
    for scope in by.scopes:
        waiting = Correction.objects.filter(
            area_pos__gte=scope.pos, area_pos__lt=scope.end, state__in=correcting.WAITING
        )
        if after:
            at, correction_id = after
            waiting = waiting.filter(due_at__gte=at).exclude(due_at=at, id__lte=correction_id)
        rows += waiting.select_related("resident").order_by("due_at", "id")[:limit]
    rows.sort(key=lambda row: (row.due_at, row.id))
    return correction_views(rows[:limit], now)


def get_corrections_of(
    resident_ids: Iterable[UUID], *, now: datetime, limit: int = PAGE
) -> list[CorrectionView]:
    """Return the newest corrections of these people, in the present scope."""
    rows = Correction.objects.filter(resident_id__in=set(resident_ids)).select_related("resident")
    return correction_views(list(rows.order_by("-entered_at", "id")[:limit]), now)


def correction_views(rows: Sequence[Correction], now: datetime) -> list[CorrectionView]:
    """Return corrections with the names of their places and of who entered and decided them."""
    labels = territory.get_labels({row.area_pos for row in rows})
    handles = workforce.get_handles(
        {who for row in rows for who in (row.entered_by, row.decided_by) if who is not None}
    )
    return [
        CorrectionView(
            id=row.id,
            order_id=row.order_id,
            resident_id=row.resident_id,
            household_id=row.resident.household_id,
            task_id=row.task_id,
            area_pos=row.area_pos,
            area=labels[row.area_pos],
            kind=row.kind,
            is_small=row.is_small,
            state=row.state,
            found_by=row.found_by,
            entered_by=row.entered_by,
            by=handles.get(row.entered_by, ""),
            entered_at=row.entered_at,
            due_at=row.due_at,
            is_overdue=row.state in correcting.WAITING and row.due_at < now,
            acknowledged_at=row.acknowledged_at,
            decided_at=row.decided_at,
            decided_by=handles.get(row.decided_by, "") if row.decided_by else "",
            answer=row.answer,
        )
        for row in rows
    ]


def get_correction(correction_id: UUID, *, by: Actor, now: datetime) -> CorrectionView | Refusal:
    """Return a correction in the actor's areas without what it says; any other does not exist."""
    row = Correction.objects.filter(id=correction_id).select_related("resident").first()
    if row is None or not by.covers(row.area_pos):
        return refuse("not_found")
    return correction_views([row], now)[0]


def access_correction(correction_id: UUID, *, by: Actor, now: datetime) -> CorrectionCase | Refusal:
    """Return a correction with what it says, if a live grant covers the household; it is in the ledger."""
    view = get_correction(correction_id, by=by, now=now)
    if isinstance(view, Refusal):
        return view
    seen = queries.access_household(
        household_id=view.household_id, purpose=PURPOSE, by=by, now=now, task_id=view.task_id
    )
    if isinstance(seen, Refusal):
        return seen
    person = next((one for one in seen.residents if one.id == view.resident_id), None)
    if person is None:
        return refuse("not_found")
    value, reason = opened(Correction.objects.get(id=correction_id))
    ledger.record(
        "correction.access", obj=("correction", view.id), by=by, now=now, purpose=PURPOSE, basis=str(view.order_id),
        task=str(view.task_id or ""), field=view.kind,
    )  # fmt: skip
    return CorrectionCase(view, person, seen.address_text, masked(view.kind, value), reason)


def masked(kind: str, text: str) -> Masked:
    """Return a value under the mask of its kind; an address is as open as the household's own."""
    masks = pack(settings.COUNTRY)
    mask = {"name": masks.mask_name, "id_number": masks.mask_id, "phone": masks.mask_phone}.get(kind)
    return Masked(text, mask(text) if mask else text)


DATA_KEYS = "select id, wrapped from kernel_datakey where id = any(%(ids)s)"


def opened(row: Correction) -> tuple[str, str]:
    """Return what a correction says it shall be, and its reason; '' when that is kept no more."""
    sealed = [(row.value_sealed, "value_sealed"), (row.reason_sealed, "reason_sealed")]
    ids = list({blob_key_id(blob) for blob, _column in sealed if blob is not None})
    sealer = governance.sealer(row.domain)
    keys = sealer.unwrap_many(bulk.answers(Rows(DATA_KEYS, {"ids": ids}))) if ids else {}
    value, reason = sealer.open_many(((blob, TABLE, column, row.id) for blob, column in sealed), keys)
    return value or "", reason or ""
