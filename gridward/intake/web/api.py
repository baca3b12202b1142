"""
The lists and outcomes of the JSON API: send a list, see how it adds up, clear the review queue, fetch outcomes.

The same actions and queries as the pages; names leave masked.
"""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from ninja import P, QueryEx, Router, Schema

from gridward.intake import queries, reviewing, rules
from gridward.intake.actions.receive import Said, batch_receive
from gridward.intake.actions.review import review_decide
from gridward.intake.actions.undo import review_undo
from gridward.intake.actions.webhooks import delivery_retry, webhook_end, webhook_open
from gridward.intake.inbox import inbox_path
from gridward.intake.web import api_columns, api_quality, api_quota
from gridward.intake.web.forms import LIMIT_MB
from gridward.intake.web.parse import maybe_id, row_of
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.operations import AFTER, Masked, Page, Words, operation
from gridward.kernel.web.tokens import after_of, moment_and_id
from gridward.kernel.web.uploads import MB
from gridward.territory import api as territory

router = Router()
router.add_router("", api_columns.router)
router.add_router("", api_quality.router)
router.add_router("", api_quota.router)
PIECE = 256 * 1024
After = QueryEx[str, P(description=AFTER, max_length=80)]
ChannelCode = QueryEx[str, P(description="Code of the channel.", max_length=80)]
Filename = QueryEx[str, P(description="The file's name; its ending says what it is.", max_length=200)]
OrderId = QueryEx[UUID | None, P(description="The order it is sent under, where that is not clear.")]
Limit = QueryEx[int, P(ge=1, le=1_000)]
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself: csv, xlsx, xls, json or parquet, as it is.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class List(Schema):
    """A list and how its rows add up: rows = accepted + rejected, accepted = merged + new + waiting."""

    id: UUID
    channel_code: str
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
    merkle_root: str
    received_at: datetime
    resolved_at: datetime | None
    is_known: bool


class Reject(Schema):
    """A rejected row: where and why, never what stood in it."""

    row_number: int
    column: str
    code: str
    message: Words


class SentList(Schema):
    """One of the department's own lists, with how many rows are answered."""

    id: UUID
    channel_code: str
    filename: str
    state: str
    refusal: str
    rows: int
    rejected: int
    answered: int
    received_at: datetime


class Outcome(Schema):
    """All a sender learns about one of its rows."""

    row_number: int
    status: str
    outcome: str
    outcome_at: datetime | None
    reason: str


class Webhook(Schema):
    """An address the department's outcomes are pushed to."""

    id: UUID
    url: str
    created_at: datetime


class NewWebhook(Schema):
    """Where outcomes shall be pushed to."""

    url: str


class OpenedWebhook(Schema):
    """The webhook with its secret, which is shown this once."""

    id: UUID
    url: str
    secret: str


class Delivery(Schema):
    """One push: of how many rows, what became of it, and the last answer."""

    id: UUID
    url: str
    row_count: int
    state: str
    attempts: int
    answer: str
    created_at: datetime
    delivered_at: datetime | None


class Done(Schema):
    """It is done."""

    id: UUID


class Area(Schema):
    """An area: its national code, level and name."""

    code: str
    level: str
    name: str


class Waiting(Schema):
    """A row that waits for somebody to decide, masked."""

    id: UUID
    batch_id: UUID
    row_number: int
    channel_code: str
    reason: str
    name: Masked
    area: Area | None
    received_at: datetime


class Candidate(Schema):
    """Somebody a row may be about, masked; what agrees is true, false, or null where one side does not say."""

    id: UUID
    is_registered: bool
    name: Masked
    phone: Masked
    id_number: Masked
    address_text: str
    agrees: dict[str, bool | None]


class Earlier(Schema):
    """What was decided before about a row that says the same; without a candidate it was somebody new in `area`."""

    decided_at: datetime
    candidate_id: UUID | None
    area: Area | None


class Case(Schema):
    """A waiting row beside the people it may be about, and earlier decisions about rows that say the same."""

    waiting: Waiting
    address_text: str
    candidates: list[Candidate]
    beyond: int
    unseen: int
    earlier: list[Earlier]


class Decision(Schema):
    """What was decided about a row; `resident` or `person` for somebody known, `place` for somebody new."""

    decision: Literal["same_person", "new_person", "reject"]
    resident: UUID | None = None
    person: UUID | None = None
    place: str = ""
    reason: str = ""


class Decided(Schema):
    """The row after its decision."""

    id: UUID
    state: str


@operation(
    router, "POST", "/lists", right="batch.upload", answers=List, status=202, collects=True, takes_files=True,
    extra=BODY,
)  # fmt: skip
def list_send(
    request: Request,
    channel: ChannelCode,
    filename: Filename,
    order: OrderId = None,
    mapping: api_columns.Mapping = "",
    sure: api_columns.Sure = False,
) -> object:
    """
    Send a list in; the body is the file.

    The answer comes before the list is resolved: ask for it again until its state is `resolved`. The same file sent
    again is the same list, with `is_known`. In the state `mapping` it waits for somebody to confirm its columns: see
    `/lists/{batch_id}/mapping`, or name them with `mapping`.
    """
    layout = api_columns.said_of(mapping)
    if isinstance(layout, Refusal):
        return layout
    inbox = inbox_path(UUID(int=0)).parent
    inbox.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=inbox, suffix=Path(filename).suffix[:8]) as kept:
        length = 0
        while piece := request.read(PIECE):
            length += len(piece)
            if length > LIMIT_MB * MB:
                return refuse("too_large", limit=f"{LIMIT_MB} MB")
            kept.write(piece)
        kept.flush()
        return batch_receive(
            channel_code=channel,
            path=Path(kept.name),
            filename=filename,
            order_id=order,
            by=request.actor,
            now=request.now,
            said=Said("unsure", layout, sure),
        )


@operation(router, "GET", "/lists", right="batch.read", answers=Page[List])
def lists(request: Request, after: After = "") -> object:
    """Give the lists of the account's area, newest first."""
    found = queries.get_batches(after=moment_and_id(after))
    more = after_of(found[-1].received_at, found[-1].id) if len(found) == queries.PAGE else ""
    return {"items": found, "next": more}


@operation(router, "GET", "/lists/{batch_id}", right="batch.read", answers=List)
def list_get(request: Request, batch_id: UUID) -> object:
    """Give one list and how its rows add up."""
    return queries.access_batch(batch_id)


@operation(router, "GET", "/lists/{batch_id}/rejects", right="batch.read", answers=Page[Reject])
def list_rejects(request: Request, batch_id: UUID, after: After = "") -> object:
    """Give the rejected rows of a list, by row number."""
    seen = queries.access_batch(batch_id)
    if isinstance(seen, Refusal):
        return seen
    found = queries.get_rejects(batch_id, after=row_of(after))
    items = [
        {
            "row_number": one.row_number,
            "column": one.column,
            "code": one.code,
            "message": rules.REJECTS[one.code],
        }
        for one in found
    ]
    return {"items": items, "next": str(found[-1].row_number) if len(found) == queries.REJECTS_PAGE else ""}


@operation(router, "GET", "/returns", right="returns.read", answers=Page[SentList])
def returns(request: Request) -> object:
    """Give the department's own lists, newest first, with how many rows are answered."""
    return {"items": queries.get_sent_lists()}


@operation(router, "GET", "/returns/{batch_id}", right="returns.read", answers=Page[Outcome])
def outcomes(request: Request, batch_id: UUID, after: After = "", limit: Limit = 200) -> object:
    """Give the outcomes of the rows of one of the department's own lists, by row number."""
    seen = queries.get_sent_list(batch_id)
    if isinstance(seen, Refusal):
        return seen
    rows = queries.get_outcomes(batch_id, after=row_of(after), limit=limit)
    more = str(rows[-1].row_number) if len(rows) == limit else ""
    return {"items": [row._asdict() for row in rows], "next": more}


@operation(router, "GET", "/webhooks", right="returns.push", answers=Page[Webhook])
def webhooks(request: Request) -> object:
    """Give the addresses the department's outcomes are pushed to."""
    return {"items": queries.get_webhooks()}


@operation(router, "POST", "/webhooks", right="returns.push", answers=OpenedWebhook, status=201)
def webhook_create(request: Request, said: NewWebhook) -> object:
    """
    Have the department's outcomes pushed to an address.

    A push is a POST of `{"type": "outcomes", "id", "order_id", "rows": [{"list_id", "row_number", "status", "outcome",
    "outcome_at", "reason"}]}` with the headers of the Standard Webhooks convention: check `webhook-signature` with the
    secret, believe no `webhook-timestamp` older than five minutes, and do each `webhook-id` once. Answer 2xx within ten
    seconds; anything else is tried again, eight times in two days.
    """
    return webhook_open(url=said.url[:600].strip(), by=request.actor, now=request.now)


@operation(router, "DELETE", "/webhooks/{webhook_id}", right="returns.push", answers=Done)
def webhook_delete(request: Request, webhook_id: UUID) -> object:
    """Push nothing more to an address."""
    return webhook_end(webhook_id=webhook_id, by=request.actor, now=request.now) or {"id": webhook_id}


@operation(router, "GET", "/deliveries", right="returns.push", answers=Page[Delivery])
def deliveries(request: Request, after: After = "") -> object:
    """Give the department's pushes, newest first."""
    found = queries.get_deliveries(after=moment_and_id(after))
    more = after_of(found[-1].created_at, found[-1].id) if len(found) == queries.PAGE else ""
    return {"items": found, "next": more}


@operation(router, "POST", "/deliveries/{delivery_id}/retry", right="returns.push", answers=Done)
def delivery_again(request: Request, delivery_id: UUID) -> object:
    """Try a push again that was given up."""
    refusal = delivery_retry(delivery_id=delivery_id, by=request.actor, now=request.now)
    return refusal or {"id": delivery_id}


@operation(router, "GET", "/review", right="review.work", answers=Page[Waiting])
def review(request: Request, after: After = "") -> object:
    """Give what waits in the account's area, oldest first, masked; the page is one entry of the ledger."""
    rows = reviewing.access_review_page(by=request.actor, now=request.now, after=maybe_id(after))
    more = str(rows[-1].clue.id) if len(rows) == queries.PAGE else ""
    return {"items": [_waiting(row.clue, row.name, row.area) for row in rows], "next": more}


@operation(router, "POST", "/review/undo", right="review.work", answers=Decided, collects=True)
def review_undone(request: Request) -> object:
    """Take the account's own last decision back; its row waits again. Refused once somebody has gone on from it."""
    return review_undo(by=request.actor, now=request.now)


@operation(router, "GET", "/review/{clue_id}", right="review.work", answers=Case)
def review_case(request: Request, clue_id: UUID) -> object:
    """Give one waiting row beside the people it may be about, masked, with what agrees."""
    seen = reviewing.access_case(clue_id, by=request.actor, now=request.now)
    if isinstance(seen, Refusal):
        return seen
    return {
        "waiting": _waiting(seen.clue, seen.person.name, seen.area),
        "address_text": seen.address_text,
        "candidates": seen.candidates,
        "beyond": seen.beyond,
        "unseen": seen.unseen,
        "earlier": seen.earlier,
    }


@operation(
    router, "POST", "/review/{clue_id}/decision", right="review.work", answers=Decided, collects=True
)  # fmt: skip
def review_decided(request: Request, clue_id: UUID, said: Decision) -> object:
    """Decide about a waiting row. A second decision is refused (`clue_decided`)."""
    return review_decide(
        clue_id=clue_id,
        decision=said.decision,
        resident_id=said.resident,
        person_id=said.person,
        place=said.place[:200].strip(),
        reason=said.reason[:200].strip(),
        by=request.actor,
        now=request.now,
    )


def _waiting(clue: queries.ClueView, name: object, area: territory.AreaLabel | None) -> dict[str, object]:
    copied = ("id", "batch_id", "row_number", "channel_code", "received_at")
    said = {one: getattr(clue, one) for one in copied}
    return said | {"reason": clue.waiting_reason, "name": name, "area": area}
