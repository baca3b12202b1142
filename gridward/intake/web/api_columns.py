"""The part of the JSON API about a list's columns: look at what is proposed, confirm it, throw the list away."""

from datetime import datetime
from uuid import UUID

import orjson
from ninja import P, QueryEx, Router, Schema

from gridward.intake import layouts, looking
from gridward.intake.actions.mapping import batch_discard, batch_map
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.operations import Masked, Words, operation

router = Router()
Mapping = QueryEx[
    str,
    P(description='Which heading is what, as JSON: {"name": "姓名", "phone": "手机号"}.', max_length=2000),
]
Sure = QueryEx[bool, P(description="The mapping is right although a column looks like something else.")]


class WaitingColumn(Schema):
    """A heading of a waiting list: what it is proposed as ("" is left alone) and why, beside three masked values."""

    header: str
    key: str
    field: str
    why: str
    why_words: Words
    looks: str
    samples: list[Masked]


class WaitingList(Schema):
    """A list that waits for its columns; `gone` and `come` say how its headings differ from the channel's last ones."""

    batch_id: UUID
    channel_code: str
    filename: str
    rows: int
    columns: list[WaitingColumn]
    gone: list[str]
    come: list[str]
    is_first: bool
    until_at: datetime


class Columns(Schema):
    """Which heading is read as what: `{"name": "姓名"}`; `sure` where it looks like something else."""

    columns: dict[str, str]
    sure: bool = False


class Settled(Schema):
    """The list after somebody's word on its columns."""

    id: UUID
    state: str
    columns: dict[str, str]


def said_of(text: str) -> dict[str, str] | Refusal:
    """Return the columns a sender named along with a list, or refuse what is no such object."""
    if not text:
        return {}
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return refuse("form_invalid")
    if not isinstance(said, dict) or not all(isinstance(value, str) and value for value in said.values()):
        return refuse("form_invalid")
    return {str(name)[:40]: value[:200] for name, value in said.items()}


@operation(router, "GET", "/lists/{batch_id}/mapping", right="batch.upload", answers=WaitingList)
def list_mapping(request: Request, batch_id: UUID) -> object:
    """Give what a list that waits for its columns looks like; the look is in the ledger."""
    seen = looking.access_waiting_list(batch_id, by=request.actor, now=request.now)
    if isinstance(seen, Refusal):
        return seen
    names = ("header", "key", "field", "why", "looks", "samples")
    columns = [
        {name: getattr(one, name) for name in names} | {"why_words": layouts.WHY[one.why]}
        for one in seen.columns
    ]
    return {name: getattr(seen, name) for name in WaitingList.model_fields} | {"columns": columns}


@operation(
    router, "POST", "/lists/{batch_id}/mapping", right="batch.upload", answers=Settled, collects=True
)  # fmt: skip
def list_map(request: Request, batch_id: UUID, said: Columns) -> object:
    """
    Confirm a waiting list's columns. They are remembered for the channel.

    `mapping_contradicts` when a column plainly looks like something else and `sure` is not set.
    """
    layout = {name[:40]: header[:200] for name, header in said.columns.items()}
    return batch_map(batch_id=batch_id, layout=layout, is_sure=said.sure, by=request.actor, now=request.now)


@operation(router, "DELETE", "/lists/{batch_id}/mapping", right="batch.upload", answers=Settled)
def list_discard(request: Request, batch_id: UUID) -> object:
    """Throw a list away that waits for its columns."""
    return batch_discard(batch_id=batch_id, by=request.actor, now=request.now)
