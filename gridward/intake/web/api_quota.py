"""The part of the JSON API about a channel's share of a day: what its own department has sent and may still send."""

from datetime import datetime

from ninja import P, QueryEx, Router, Schema

from gridward.intake.actions.quota import access_own_share, get_own_shares
from gridward.intake.quota import Share, Standing
from gridward.intake.web.shares import share_says
from gridward.kernel.endpoint import Request
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.operations import Page, Words, operation

router = Router()
Rows = QueryEx[
    int | None, P(ge=0, le=100_000_000, description="How many rows the list has that shall be sent.")
]


class ChannelQuota(Schema):
    """
    What a channel of the department may send today; null where no order in force names it.

    `refusal` is the code under which a list (of `rows` rows, where they were given) would be refused now, empty where
    it would come in; `says` tells the same in words.
    """

    channel_code: str
    name: str
    standing: Standing
    lists: int | None
    lists_used: int
    lists_left: int | None
    rows: int | None
    rows_used: int
    rows_left: int | None
    renews_at: datetime
    refusal: str
    says: Words


@operation(router, "GET", "/quotas", right="returns.read", answers=Page[ChannelQuota])
def quotas(request: Request) -> object:
    """Give today's quota of each of the department's own channels: what is used, what is left, when it renews."""
    return {"items": [_quota(one) for one in get_own_shares(now=request.now)]}


@operation(router, "GET", "/quotas/{channel_code}", right="returns.read", answers=ChannelQuota)
def quota_get(request: Request, channel_code: str, rows: Rows = None) -> object:
    """
    Give today's quota of one of the department's own channels.

    With `rows` it says before a list is sent whether one of that length would be refused.
    """
    seen = access_own_share(channel_code, now=request.now)
    return seen if isinstance(seen, Refusal) else _quota(seen, rows or 0)


def _quota(share: Share, rows: int = 0) -> dict[str, object]:
    quota, is_set, over = share.quota, share.standing != "unset", share.over(rows)
    return {
        "channel_code": share.channel_code,
        "name": share.name,
        "standing": share.standing,
        "lists": quota.lists,
        "lists_used": quota.lists_used,
        "lists_left": quota.lists_left if is_set else None,
        "rows": quota.rows,
        "rows_used": quota.rows_used,
        "rows_left": quota.rows_left if is_set else None,
        "renews_at": share.renews_at,
        "refusal": over.code if over else "",
        "says": f"{over.title} {over.advice}" if over and is_set else share_says(share),
    }
