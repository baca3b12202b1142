"""
Owns making one person of two entries, and taking them apart again.

The entry that goes keeps everything it has and is ended; its blind keys lead to who stays. So nothing is written that
could not be taken back: apart again, each is what it was. Refuses to decide which of two values is right: a correction
does that.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.registry import correcting, duplicates, matching
from gridward.registry.changing import followers_move
from gridward.registry.duplicates import PURPOSE, MergeView
from gridward.registry.models import Correction, Merge, PersonKey, Residence, Resident, ResidentValue
from gridward.registry.sameness import LEAST_REASON, UNDOING, Entry, may_merge, may_undo
from gridward.registry.standing import people_by_id

FOLLOWERS = (ResidentValue, Residence, Correction)


@transaction.atomic
def merge_propose(
    *, stays_id: UUID, goes_id: UUID, reason: str, by: Actor, now: datetime
) -> MergeView | Refusal:
    """
    Say that two entries are one person, and have both households open, masked, for half an hour.

    Both are in the actor's areas, or neither exists. The same pair said again is the same proposal.
    """
    if len(reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    if by.id is None:
        return refuse("forbidden")
    found = {
        one.id: one for one in Resident.objects.filter(id__in=(stays_id, goes_id)).select_related("household")
    }
    pair = [found.get(stays_id), found.get(goes_id)]
    stays, goes = pair
    if stays is None or goes is None or not all(by.covers(one.household.area_pos) for one in (stays, goes)):
        return refuse("not_found")
    order = governance.gate_ask(
        purpose=PURPOSE, area_pos=stays.area_pos, now=now, order_id=stays.household.order_id
    )
    if isinstance(order, Refusal):
        return order
    if refusal := _wrong(stays, goes):
        return refusal
    for one in (stays, goes):
        granted = governance.grant_brief(
            household_id=one.household_id, area_pos=one.area_pos, purpose=PURPOSE, basis_id=order.id, reason=reason,
            by=by, now=now,
        )  # fmt: skip
        if isinstance(granted, Refusal):
            return granted
    return duplicates.merge_views([_proposed(stays, goes, order, reason, by.id, by, now)])[0]


def _proposed(
    stays: Resident, goes: Resident, order: governance.OrderView, reason: str, account_id: UUID, by: Actor,
    now: datetime,
) -> Merge:  # fmt: skip
    if waiting := Merge.objects.filter(resident=stays, merged=goes, state="proposed").first():
        return waiting
    row = Merge(
        id=new_id(), resident=stays, merged=goes, domain=stays.domain, order_id=order.id, area_pos=stays.area_pos,
        state="proposed", proposed_by=account_id, proposed_at=now,
    )  # fmt: skip
    with governance.job_scope(order_id=order.id, purpose=PURPOSE):
        row.save(force_insert=True)
    _record("merge.propose", row, by, now, reason)
    return row


def _wrong(stays: Resident, goes: Resident) -> Refusal | None:
    both = (stays.id, goes.id)
    waiting = Correction.objects.filter(resident_id__in=both, state__in=correcting.WAITING)
    return may_merge(
        *(Entry(one.id, one.domain, one.ended_at is not None) for one in (stays, goes)),
        stayed=set(Merge.objects.filter(resident_id__in=both, state="merged").values_list("resident_id", flat=True)),
        corrected=set(waiting.values_list("resident_id", flat=True)),
    )  # fmt: skip


def residents_merge(*, merge_id: UUID, by: Actor, now: datetime) -> MergeView | Refusal:
    """
    Make one person of the two entries of a proposal. Runs inside the job's scope of its order.

    The caller has shown that the actor may see both, and lets follow what other rooms ask about the one that goes, in
    the same transaction.
    """
    row = Merge.objects.select_for_update().get(id=merge_id)
    if row.state != "proposed":
        return refuse("merge_decided")
    pair = {one.id: one for one in _locked(row)}
    stays, goes = pair[row.resident_id], pair[row.merged_id]
    if refusal := _wrong(stays, goes):
        return refusal
    row.state, row.merged_by, row.merged_at, row.area_pos = "merged", by.id, now, stays.area_pos
    row.save(update_fields=["state", "merged_by", "merged_at", "area_pos"])
    Resident.objects.filter(id=goes.id).update(ended_at=now)
    PersonKey.objects.filter(resident_id=goes.id).update(leads_to=stays.id)
    followers_move([stays.id])
    _record("resident.merge", row, by, now)
    return duplicates.merge_views([row])[0]


def _locked(row: Merge) -> list[Resident]:
    """Return both entries, locked in one order, whoever merges what at the same time."""
    both = Resident.objects.select_for_update().filter(id__in=(row.resident_id, row.merged_id))
    return list(both.order_by("id"))


def residents_part(*, merge_id: UUID, reason: str, by: Actor, now: datetime) -> MergeView | Refusal:
    """
    Take two entries apart that are no one person, or leave a proposal. Runs inside the job's scope of its order.

    The entry that had gone is what it was: it lives where its household is by now, and its keys are worked out from
    what it has. What came in meanwhile stays with the person who had stayed.
    """
    if len(reason.strip()) < LEAST_REASON:
        return refuse("reason_needed", least=LEAST_REASON)
    row = Merge.objects.select_for_update().get(id=merge_id)
    if refusal := may_undo(row.state):
        return refusal
    was_merged = row.state == "merged"
    row.state, row.undone_by, row.undone_at = UNDOING[row.state], by.id, now
    row.save(update_fields=["state", "undone_by", "undone_at"])
    if was_merged:
        _locked(row)
        _restored(row)
        _record("resident.part", row, by, now, reason)
    else:
        _record("merge.drop", row, by, now, reason)
    return duplicates.merge_views([row])[0]


def _restored(row: Merge) -> None:
    """Let the entry that had gone stand for itself again."""
    person = people_by_id(row.domain, [row.merged_id])[row.merged_id]
    home = person.home
    Resident.objects.filter(id=person.id).update(ended_at=None, area_pos=home.area_pos)
    name, number, phone = person.values
    sound = pack(settings.COUNTRY).read_name(name).sound
    asked = matching.PersonInput(number, phone, sound.partition(" ")[0], sound, home.door)
    (keys,) = matching.match_keys(domain=row.domain, people=[asked])
    PersonKey.objects.filter(resident_id=person.id).update(
        leads_to=None,
        household_id=home.id,
        area_pos=home.area_pos,
        **{f"{kind}_key": key for kind, key in keys._asdict().items()},
    )
    for table in FOLLOWERS:
        table.objects.filter(resident_id=person.id).update(area_pos=home.area_pos)


def _record(action: str, row: Merge, by: Actor, now: datetime, reason: str = "") -> None:
    ledger.record(
        action, obj=("merge", row.id), by=by, now=now, purpose=PURPOSE, basis=str(row.order_id),
        stays=str(row.resident_id), goes=str(row.merged_id), reason=reason.strip()[:200],
    )  # fmt: skip
