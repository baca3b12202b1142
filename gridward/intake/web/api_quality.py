"""The part of the JSON API about how good senders' rows were: counts by channel and by list, and nobody."""

from datetime import datetime
from uuid import UUID

from ninja import P, QueryEx, Router, Schema

from gridward.intake import reckoned, reckoning
from gridward.intake.queries import PAGE
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import AFTER, Page, operation
from gridward.kernel.web.tokens import after_of, moment_and_id

router = Router()
After = QueryEx[str, P(description=AFTER, max_length=80)]
Since = QueryEx[
    str, P(alias="from", description="First day on which lists came in: 2026-11-27.", max_length=10)
]
Until = QueryEx[str, P(alias="to", description="Last day on which lists came in.", max_length=10)]


class Quality(Schema):
    """
    How good the rows of some lists were. Every row stands in exactly one of `classes`.

    `rejects` says why the rejected ones were; what is `beside` stands in a class as well.
    """

    rows: int
    classes: dict[str, int]
    rejects: dict[str, int]
    beside: dict[str, int]


class ChannelQuality(Schema):
    """How good the lists of a channel were."""

    channel_code: str
    lists: int
    quality: Quality


class ListQuality(Schema):
    """How good one list was."""

    id: UUID
    channel_code: str
    received_at: datetime
    quality: Quality


@operation(router, "GET", "/quality", right="quality.read", answers=Page[ChannelQuality])
def quality(request: Request, since: Since = "", until: Until = "") -> object:
    """
    Give how good the lists of each channel were: to a department of its own channels, to the city of all.

    Counts only. What each class counts is said on the page `/quality/<channel>`.
    """
    period = reckoning.period_of(since, until)
    if isinstance(period, Refusal):
        return period
    found = reckoned.get_channel_qualities(period, by=request.actor)
    return {
        "items": [
            {"channel_code": one.channel_code, "lists": one.quality.lists, "quality": one.quality}
            for one in found
        ]
    }


@operation(router, "GET", "/quality/{channel}", right="quality.read", answers=Page[ListQuality])
def quality_of_lists(
    request: Request, channel: str, since: Since = "", until: Until = "", after: After = ""
) -> object:
    """Give how good each list of a channel was, newest first. A channel of another department does not exist."""
    period = reckoning.period_of(since, until)
    if isinstance(period, Refusal):
        return period
    seen = reckoned.access_channel(channel, by=request.actor)
    if isinstance(seen, Refusal):
        return seen
    found = reckoned.get_list_qualities(
        period, by=request.actor, channel_code=seen.code, after=moment_and_id(after)
    )
    more = after_of(found[-1].received_at, found[-1].id) if len(found) == PAGE else ""
    return {"items": found, "next": more}
