"""
Answers about entries that are one person: which share a key with somebody, which merges there are, two side by side.

Refuses to be a search: it begins at a person whose household is open, and opens nobody else without a grant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import queries
from gridward.registry.models import Merge, PersonKey, Resident
from gridward.registry.queries import ResidentView
from gridward.registry.sameness import SHARED
from gridward.territory import api as territory
from gridward.workforce import api as workforce

PURPOSE = "case_finding"
PAGE = 50
#: A key that so many share says nothing about who is one person.
MOST = 20


@dataclass(frozen=True)
class Duplicate:
    """An entry that shares blind keys (`SHARED`) with a person: where it is, and nobody's name."""

    resident_id: UUID
    household_id: UUID
    area: territory.AreaLabel
    shared: tuple[str, ...]


@dataclass(frozen=True)
class MergeView:
    """A merge without whom it is about: where, how far it is, by whom and when."""

    id: UUID
    order_id: UUID
    resident_id: UUID
    merged_id: UUID
    area_pos: int
    area: territory.AreaLabel
    state: str
    by: str
    proposed_at: datetime
    merged_by: str
    merged_at: datetime | None
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True)
class MergeCase:
    """A merge in hand: both entries, masked, each with its address; `same` are the values in which they agree."""

    merge: MergeView
    stays: ResidentView
    stays_at: str
    goes: ResidentView
    goes_at: str
    same: tuple[str, ...]


def access_duplicates(resident_id: UUID, *, by: Actor, now: datetime) -> list[Duplicate] | Refusal:
    """
    Return the entries in the actor's areas that share a key with a person whose household the actor has open.

    They are found by blind keys alone: nobody is opened, and the look is in the ledger.
    """
    resident = Resident.objects.filter(id=resident_id, ended_at__isnull=True).first()
    if resident is None:
        return refuse("no_grant")
    seen = queries.access_household(household_id=resident.household_id, purpose=PURPOSE, by=by, now=now)
    if isinstance(seen, Refusal):
        return seen
    order = governance.gate_ask(purpose=PURPOSE, area_pos=resident.area_pos, now=now, order_id=seen.order_id)
    if isinstance(order, Refusal):
        return order
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        shared = _sharing(resident)
        places = queries.get_resident_places(shared)
    mine = [one for one in places.values() if by.covers(one.area_pos)]
    ledger.record(
        "resident.duplicates", obj=("resident", resident_id), by=by, now=now, purpose=PURPOSE, basis=str(order.id),
        count=len(mine),
    )  # fmt: skip
    labels = territory.get_labels({one.area_pos for one in mine})
    return [
        Duplicate(one.resident_id, one.household_id, labels[one.area_pos], shared[one.resident_id])
        for one in sorted(mine, key=lambda one: (-len(shared[one.resident_id]), one.resident_id))
    ]


def _sharing(resident: Resident) -> dict[UUID, tuple[str, ...]]:
    """Return who shares which keys with a person or with an entry merged into the person."""
    own = list(PersonKey.objects.filter(Q(resident_id=resident.id) | Q(leads_to=resident.id)).values(*SHARED))
    wanted = {kind: [row[kind] for row in own if row[kind] is not None] for kind in SHARED}
    about = Q()
    for kind, keys in wanted.items():
        about |= Q(**{f"{kind}__in": keys}) if keys else Q()
    if not about:
        return {}
    rows = (
        PersonKey.objects.filter(about, domain=resident.domain, leads_to__isnull=True)
        .exclude(resident_id=resident.id)
        .order_by("resident_id")
    )
    told = {kind: {bytes(key) for key in keys} for kind, keys in wanted.items()}
    return {
        row.resident_id: tuple(
            kind for kind in SHARED if (key := getattr(row, kind)) is not None and bytes(key) in told[kind]
        )
        for row in rows[:MOST]
    }


def get_merges(
    *, by: Actor, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[MergeView]:
    """Return a keyset page of the merges in the actor's areas, the newest first."""
    rows: list[Merge] = []
    for scope in by.scopes:
        merges = Merge.objects.filter(area_pos__gte=scope.pos, area_pos__lt=scope.end)
        if after:
            at, merge_id = after
            merges = merges.filter(proposed_at__lte=at).exclude(proposed_at=at, id__gte=merge_id)
        rows += merges.order_by("-proposed_at", "-id")[:limit]
    rows.sort(key=lambda row: (row.proposed_at, row.id), reverse=True)
    return merge_views(rows[:limit])


def merge_views(rows: Sequence[Merge]) -> list[MergeView]:
    """Return merges with the names of their places and of who had a hand in them."""
    labels = territory.get_labels({row.area_pos for row in rows})
    hands = {
        who for row in rows for who in (row.proposed_by, row.merged_by, row.undone_by) if who is not None
    }
    handles = workforce.get_handles(hands)
    return [
        MergeView(
            id=row.id,
            order_id=row.order_id,
            resident_id=row.resident_id,
            merged_id=row.merged_id,
            area_pos=row.area_pos,
            area=labels[row.area_pos],
            state=row.state,
            by=handles.get(row.proposed_by, ""),
            proposed_at=row.proposed_at,
            merged_by=handles.get(row.merged_by, "") if row.merged_by else "",
            merged_at=row.merged_at,
            undone_by=handles.get(row.undone_by, "") if row.undone_by else "",
            undone_at=row.undone_at,
        )
        for row in rows
    ]


def get_merge(merge_id: UUID, *, by: Actor) -> MergeView | Refusal:
    """Return a merge of two entries that are both in the actor's areas; any other does not exist."""
    row = Merge.objects.filter(id=merge_id).first()
    if row is None or not by.covers(row.area_pos):
        return refuse("not_found")
    goes = Resident.objects.filter(id=row.merged_id).select_related("household").first()
    if goes is None or not by.covers(goes.household.area_pos):
        return refuse("not_found")
    return merge_views([row])[0]


def access_merge(merge_id: UUID, *, by: Actor, now: datetime) -> MergeCase | Refusal:
    """Return both entries of a proposed merge side by side, if live grants cover both households."""
    view = get_merge(merge_id, by=by)
    if isinstance(view, Refusal):
        return view
    if view.state != "proposed":
        return refuse("merge_decided")
    found = []
    for resident_id in (view.resident_id, view.merged_id):
        household = Resident.objects.values_list("household_id", flat=True).get(id=resident_id)
        seen = queries.access_household(household_id=household, purpose=PURPOSE, by=by, now=now)
        if isinstance(seen, Refusal):
            return seen
        person = next((one for one in seen.residents if one.id == resident_id), None)
        if person is None:
            return refuse("merge_ended")
        found.append((person, seen.address_text))
    (stays, stays_at), (goes, goes_at) = found
    same = tuple(
        name
        for name in ("name", "id_number", "phone")
        if getattr(stays, name).reveal() == getattr(goes, name).reveal() != ""
    )
    ledger.record(
        "merge.access", obj=("merge", view.id), by=by, now=now, purpose=PURPOSE, basis=str(view.order_id)
    )
    return MergeCase(view, stays, stays_at, goes, goes_at, same)
