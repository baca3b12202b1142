"""Answers about lists and clues. Names come only masked; a department sees only the outcomes of its own rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet, Sum

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake.models import (
    AnswerCount,
    Batch,
    BatchReject,
    Channel,
    Clue,
    Delivery,
    Webhook,
)
from gridward.kernel.bulk import Rows
from gridward.kernel.masking import Masked
from gridward.kernel.models import DataKey as DataKeyRow
from gridward.kernel.outcomes import Refusal, refuse

PAGE = 50
REJECTS_PAGE = 200


@dataclass(frozen=True)
class BatchView:
    """A list as those see it who took it in: counts, never rows."""

    id: UUID
    channel_code: str
    agency_code: str
    order_id: UUID
    filename: str
    format: str
    state: str
    refusal: str
    rows: int
    accepted: int
    rejected: int
    merged: int
    new: int
    waiting: int
    asks_avoided: int
    columns: dict[str, str]
    notes: dict[str, int | dict[str, str | int]]
    merkle_root: str
    received_at: datetime
    resolved_at: datetime | None
    is_known: bool = False


def batch_view(batch: Batch, *, is_known: bool = False) -> BatchView:
    """Return the view of a batch row."""
    return BatchView(
        id=batch.id,
        channel_code=batch.channel_id,
        agency_code=batch.agency_code,
        order_id=batch.order_id,
        filename=batch.filename,
        format=batch.format,
        state=batch.state,
        refusal=batch.refusal,
        rows=batch.row_count or 0,
        accepted=batch.accepted_count or 0,
        rejected=batch.rejected_count or 0,
        merged=batch.merged_count or 0,
        new=batch.new_count or 0,
        waiting=batch.waiting_count or 0,
        asks_avoided=batch.asks_avoided_count or 0,
        columns=batch.columns if isinstance(batch.columns, dict) else {},
        notes=batch.notes if isinstance(batch.notes, dict) else {},
        merkle_root=bytes(batch.merkle_root or b"").hex(),
        received_at=batch.received_at,
        resolved_at=batch.resolved_at,
        is_known=is_known,
    )


def get_channels() -> list[Channel]:
    """Return every channel, by code."""
    return list(Channel.objects.order_by("code"))


def get_channel_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of channels, by code."""
    return dict(Channel.objects.filter(code__in=set(codes)).values_list("code", "name"))


def get_batches(*, after: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> list[BatchView]:
    """Return a keyset page of lists in the present scope, newest first."""
    batches = Batch.objects.order_by("-received_at", "id")
    if after:
        at, batch_id = after
        batches = batches.filter(received_at__lte=at).exclude(received_at=at, id__lte=batch_id)
    return [batch_view(batch) for batch in batches[:limit]]


def access_batch(batch_id: UUID) -> BatchView | Refusal:
    """Return a list in the present scope; any other does not exist for the caller."""
    batch = Batch.objects.filter(id=batch_id).first()
    return batch_view(batch) if batch else refuse("not_found")


def get_rejects(batch_id: UUID, *, after: int = 0, limit: int = REJECTS_PAGE) -> list[BatchReject]:
    """Return a page of a list's rejected rows, by row number."""
    rejects = BatchReject.objects.filter(batch_id=batch_id, row_number__gt=after)
    return list(rejects.order_by("row_number")[:limit])


def count_rejects(batch_id: UUID) -> dict[str, int]:
    """Return how many rows of a list were rejected for each reason."""
    rows = BatchReject.objects.filter(batch_id=batch_id).values_list("code").annotate(count=Count("id"))
    return dict(rows.order_by("code"))


def get_reject_rows(batch_id: UUID, code: str, *, limit: int = 12) -> list[int]:
    """Return the first row numbers of a list that were rejected for a reason."""
    rejects = BatchReject.objects.filter(batch_id=batch_id, code=code).order_by("row_number")
    return list(rejects.values_list("row_number", flat=True)[:limit])


def count_waiting(*, pos: int, end: int) -> int:
    """Return how many clues wait for review in `[pos, end)`, in the present scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(waiting), 0) from intake_waitcount where area_pos >= %s and area_pos < %s",
            [pos, end],
        )
        (waiting,) = cursor.fetchone()
    return int(waiting)


def waiting_clues() -> QuerySet[Clue]:
    """Return the clues that wait for review, in the present scope, by the index that holds those about nobody yet."""
    return Clue.objects.filter(state="waiting", person_id__isnull=True)


class OutcomeRow(NamedTuple):
    """All a sender ever learns about one of its rows."""

    row_number: int
    status: str
    outcome: str
    outcome_at: datetime | None
    reason: str


def get_outcomes(batch_id: UUID, *, after: int = 0, limit: int = PAGE) -> list[OutcomeRow]:
    """Return a page of a list's rows as its sender sees them, rejected ones included, by row number."""
    clues = Clue.objects.filter(batch_id=batch_id, row_number__gt=after).order_by("row_number")
    columns = ("row_number", "state", "outcome", "outcome_at", "outcome_reason")
    rows = list(map(OutcomeRow._make, clues.values_list(*columns)[:limit]))
    rejects = BatchReject.objects.filter(batch_id=batch_id, row_number__gt=after).order_by("row_number")
    if len(rows) == limit:
        rejects = rejects.filter(row_number__lt=rows[-1].row_number)
    rows += [
        OutcomeRow(number, "rejected", "", None, code)
        for number, code in rejects.values_list("row_number", "code")[:limit]
    ]
    return sorted(rows, key=lambda row: row.row_number)[:limit]


@dataclass(frozen=True)
class SentList:
    """One of a department's own lists with what has come back so far."""

    id: UUID
    channel_code: str
    filename: str
    state: str
    refusal: str
    rows: int
    rejected: int
    received_at: datetime
    answered: int


SENT_COLUMNS = (
    "id", "channel_id", "filename", "state", "refusal", "row_count", "rejected_count", "received_at",
)  # fmt: skip

SENT_FIELDS = tuple(SentList.__dataclass_fields__)


def get_sent_lists(*, limit: int = 200) -> list[SentList]:
    """Return the department's own lists, newest first; row-level security decides which those are."""
    batches = list(Batch.objects.order_by("-received_at").values_list(*SENT_COLUMNS)[:limit])
    answered = count_answers([row[0] for row in batches])
    return [
        SentList(**dict(zip(SENT_FIELDS, (*row, answered.get(row[0], 0)), strict=True))) for row in batches
    ]


def get_sent_list(batch_id: UUID) -> SentList | Refusal:
    """Return one of the department's own lists; any other does not exist for it."""
    row = Batch.objects.filter(id=batch_id).values_list(*SENT_COLUMNS).first()
    if row is None:
        return refuse("not_found")
    answered = count_answers([batch_id])
    return SentList(**dict(zip(SENT_FIELDS, (*row, answered.get(batch_id, 0)), strict=True)))


def count_answers(batch_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many rows of these lists are answered; a list without an answer is left out."""
    counts = AnswerCount.objects.filter(batch_id__in=batch_ids).values_list("batch_id")
    return {
        batch_id: int(answered) for batch_id, answered in counts.annotate(sum=Sum("answered")) if answered
    }


def counts_fold() -> int:
    """Put the counts of lists and places together, row by row as they came; return how many rows there were."""
    with connection.cursor() as cursor:
        cursor.execute("select intake_fold_counts() + intake_fold_clues()")
        (folded,) = cursor.fetchone()
    return int(folded)


#: What each place has of one range: the steps of a roll-up are put together from it. Asks for [orders], pos, end.
CLUES_COUNTED = (
    "select area_pos, kind, received, closed, verified, proved from intake_cluecount"
    " where order_id = any(%s) and area_pos >= %s and area_pos < %s"
)


READY = """
select id as clue_id, batch_id, household_id, person_id, resident_id, area_pos, priority, purpose, kind,
       channel_id as channel_code, match_rule, row_number
  from intake_clue where state = 'ready' and {which}
"""


def ready_clues(*, batch_id: UUID | None = None, clue_ids: Sequence[UUID] = ()) -> Rows:
    """Return the clues of a batch (or these) that are ready and in no task yet, as rows of ids and codes."""
    if batch_id is not None:
        return Rows(READY.format(which="batch_id = %(batch)s"), {"batch": batch_id})
    return Rows(READY.format(which="id = any(%(clues)s)"), {"clues": list(clue_ids)})


@dataclass(frozen=True)
class CluePerson:
    """Whom a clue is about, masked."""

    name: Masked
    phone: Masked
    id_number: Masked
    address_text: Masked


SEALED = ("name_sealed", "phone_sealed", "id_number_sealed", "address_sealed")


def open_clue_people(*, clue_ids: Iterable[UUID]) -> dict[UUID, CluePerson]:
    """
    Return whom clues are about, masked, by clue.

    The caller has been let in (a task or a review with a grant) and has written the ledger.
    """
    clues = list(
        Clue.objects.filter(id__in=list(clue_ids)).values_list("id", "order_id", "data_key", *SEALED)
    )
    wrapped = dict(DataKeyRow.objects.filter(id__in=[row[2] for row in clues]).values_list("id", "wrapped"))
    country = pack(settings.COUNTRY)
    people = {}
    for clue_id, order_id, key_id, *blobs in clues:
        sealer = governance.sealer(governance.order_domain(order_id))
        key = sealer.unwrap(key_id, wrapped[key_id])
        opened = sealer.open_many(
            [(blob, "intake_clue", column, clue_id) for column, blob in zip(SEALED, blobs, strict=True)],
            {key.id: key},
        )
        name, phone, number, address = (text or "" for text in opened)
        people[clue_id] = CluePerson(
            Masked(name, country.mask_name(name)),
            Masked(phone, country.mask_phone(phone)),
            Masked(number, country.mask_id(number)),
            Masked(address, address[:6] + "…" if address else ""),
        )
    return people


def get_clue_persons(clue_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return as which person each of these clues is counted, in the present scope."""
    rows = Clue.objects.filter(id__in=list(clue_ids), person_id__isnull=False)
    return {clue: person for clue, person in rows.values_list("id", "person_id") if person}


def get_decided_at(clue_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when a person decided about these clues in review, or about earlier ones that say the same."""
    rows = Clue.objects.filter(id__in=list(clue_ids)).values_list("id", "decided_at")
    return {clue_id: decided_at for clue_id, decided_at in rows if decided_at}


@dataclass(frozen=True)
class ClueView:
    """A row in review: ids, codes and moments, nobody's name."""

    id: UUID
    batch_id: UUID
    order_id: UUID
    channel_code: str
    row_number: int
    purpose: str
    area_pos: int
    state: str
    waiting_reason: str
    received_at: datetime
    candidates: tuple[UUID, ...]


def clue_view(clue: Clue) -> ClueView:
    """Return the view of a clue row."""
    return ClueView(
        id=clue.id,
        batch_id=clue.batch_id,
        order_id=clue.order_id,
        channel_code=clue.channel_id,
        row_number=clue.row_number,
        purpose=clue.purpose,
        area_pos=clue.area_pos,
        state=clue.state,
        waiting_reason=clue.waiting_reason,
        received_at=clue.received_at,
        candidates=tuple(UUID(text) for text in clue.candidates),
    )


def get_webhooks() -> list[Webhook]:
    """Return where the department's outcomes are pushed to; row-level security decides whose."""
    return list(Webhook.objects.filter(ended_at__isnull=True).order_by("created_at", "id"))


@dataclass(frozen=True)
class DeliveryView:
    """One push as its department sees it."""

    id: UUID
    url: str
    row_count: int
    state: str
    attempts: int
    answer: str
    created_at: datetime
    delivered_at: datetime | None


def get_deliveries(*, after: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> list[DeliveryView]:
    """Return a keyset page of the department's pushes, newest first."""
    found = Delivery.objects.select_related("webhook").order_by("-created_at", "id")
    if after:
        at, delivery_id = after
        found = found.filter(created_at__lte=at).exclude(created_at=at, id__lte=delivery_id)
    return [
        DeliveryView(
            one.id,
            one.webhook.url,
            len(one.clue_ids),
            one.state,
            one.attempts,
            one.answer,
            one.created_at,
            one.delivered_at,
        )
        for one in found[:limit]
    ]
