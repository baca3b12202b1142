"""The merges of the JSON API: who is registered twice, two entries side by side, one of them, and apart again."""

from datetime import datetime
from uuid import UUID

from ninja import P, QueryEx, Router, Schema

from gridward.dispatch import actions
from gridward.dispatch.web.merges import more_token
from gridward.dispatch.web.parse import after_of
from gridward.dispatch.web.schemas import Area, Reason
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import AFTER, Masked, Page, operation
from gridward.registry import api as registry

router = Router()
After = QueryEx[str, P(description=AFTER, max_length=80)]


class Duplicate(Schema):
    """
    An entry that shares keys with a person: where it is, nobody's name.

    `shared`: id_key, phone_name_key, door_name_key.
    """

    resident_id: UUID
    area: Area
    shared: list[str]


class MergeSaid(Schema):
    """Which entry stays, which one goes, and a reason that the ledger keeps."""

    stays: UUID
    goes: UUID
    reason: str


class Merge(Schema):
    """A merge without whom it is about. `state`: proposed, merged, undone, dropped."""

    id: UUID
    area: Area
    state: str
    by: str
    proposed_at: datetime
    merged_by: str
    merged_at: datetime | None
    undone_by: str
    undone_at: datetime | None


class Entry(Schema):
    """One entry of the register, masked."""

    name: Masked
    id_number: Masked
    phone: Masked


class MergeCase(Schema):
    """Two entries side by side; `same` names the values in which they agree."""

    merge: Merge
    stays: Entry
    stays_at: str
    goes: Entry
    goes_at: str
    same: list[str]


@operation(
    router, "GET", "/residents/{resident_id}/duplicates", right="correction.decide", answers=list[Duplicate]
)
def duplicates(request: Request, resident_id: UUID) -> object:
    """Give the entries of the account's area that share a key with somebody whose household is open."""
    return registry.access_duplicates(resident_id, by=request.actor, now=request.now)


@operation(router, "GET", "/merges", right="correction.decide", answers=Page[Merge])
def merges(request: Request, after: After = "") -> object:
    """Give the merges of the account's area, the newest first."""
    rows = registry.get_merges(by=request.actor, after=after_of(after))
    return {"items": rows, "next": more_token(rows)}


@operation(router, "POST", "/merges", right="correction.decide", answers=Merge, collects=True)
def merge_propose(request: Request, said: MergeSaid) -> object:
    """Open two entries side by side for half an hour, with a reason; nothing is merged yet."""
    return registry.merge_propose(
        stays_id=said.stays, goes_id=said.goes, reason=said.reason[:200], by=request.actor, now=request.now
    )


@operation(router, "GET", "/merges/{merge_id}", right="correction.decide", answers=MergeCase)
def merge(request: Request, merge_id: UUID) -> object:
    """Give the two entries of a merge that is to be decided, masked."""
    case = registry.access_merge(merge_id, by=request.actor, now=request.now)
    if isinstance(case, Refusal):
        return case
    return {
        "merge": case.merge, "stays": case.stays, "stays_at": case.stays_at, "goes": case.goes,
        "goes_at": case.goes_at, "same": list(case.same),
    }  # fmt: skip


@operation(
    router, "POST", "/merges/{merge_id}/confirm", right="correction.decide", answers=Merge, collects=True
)
def merge_confirm(request: Request, merge_id: UUID) -> object:
    """Make one person of the two entries: whatever asks for the one that goes leads to who stays."""
    return actions.merge_confirm(merge_id=merge_id, by=request.actor, now=request.now)


@operation(router, "POST", "/merges/{merge_id}/undo", right="correction.decide", answers=Merge, collects=True)
def merge_undo(request: Request, merge_id: UUID, said: Reason) -> object:
    """Take two entries apart, or leave a proposal, with a reason: each is what it was."""
    return actions.merge_undo(merge_id=merge_id, reason=said.reason[:200], by=request.actor, now=request.now)
