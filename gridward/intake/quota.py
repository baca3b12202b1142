"""
Owns how much a channel may send a day: lists and rows, its own numbers or those of the order's profile. Pure.

A department that sends everything it has is no help; a machine gone wild is none either. Refuses to shorten a list.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, Refusal, declare, refuse

declare(
    {
        "quota_lists": Problem(
            429,
            _("This channel has sent its %(most)s lists of today."),
            _("Send the rest tomorrow, or ask the city centre to let one list through."),
        ),
        "quota_rows": Problem(
            429,
            _(
                "With %(rows)s rows this list goes beyond the %(most)s a day of its channel; %(left)s are left today."
            ),
            _("Send only who the order is about, or ask the city centre to let one list through."),
        ),
        "quota_open": Problem(
            409,
            _("A list of this channel may come in already."),
            _("Send it in; it is let through once, today."),
        ),
    }
)


@dataclass(frozen=True)
class Quota:
    """What a channel may send a day, and what it has sent; None where no number is set."""

    lists: int | None
    rows: int | None
    lists_used: int
    rows_used: int

    @property
    def lists_left(self) -> int:
        """Return how many lists may still come in today."""
        return max((self.lists or 0) - self.lists_used, 0)

    @property
    def rows_left(self) -> int:
        """Return how many rows those lists may have together."""
        return max((self.rows or 0) - self.rows_used, 0)

    def over(self, rows: int) -> Refusal | None:
        """Refuse a list that goes beyond the day's share."""
        if not self.lists_left:
            return refuse("quota_lists", most=self.lists or 0)
        if self.rows_used + rows > (self.rows or 0):
            return refuse("quota_rows", rows=rows, most=self.rows or 0, left=self.rows_left)
        return None


#: How a channel's day stands: nothing is set, something is left, little is left, nothing is left, one is let through.
Standing = Literal["unset", "open", "near", "used_up", "let_through"]
#: Little is left: the last list, or a tenth of the rows.
NEAR_LISTS, NEAR_PART = 1, 10


@dataclass(frozen=True)
class Share:
    """A channel's share of today as its own department sees it, and when the next one begins."""

    channel_code: str
    name: str
    quota: Quota
    is_let: bool
    renews_at: datetime

    @property
    def standing(self) -> Standing:
        """Return how the day stands, before a list goes beyond it."""
        quota = self.quota
        if quota.lists is None or quota.rows is None:
            return "unset"
        if self.is_let:
            return "let_through"
        if not quota.lists_left or not quota.rows_left:
            return "used_up"
        is_near = quota.lists_left <= NEAR_LISTS < quota.lists or quota.rows_left * NEAR_PART <= quota.rows
        return "near" if is_near else "open"

    def over(self, rows: int) -> Refusal | None:
        """Return how a list of so many rows would be refused now, if it would."""
        if self.standing == "unset":
            return refuse("order_inactive")
        return None if self.is_let else self.quota.over(rows)
