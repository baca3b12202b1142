"""
Owns how much a channel may send a day: lists and rows, its own numbers or those of the order's profile. Pure.

A department that sends everything it has is no help; a machine gone wild is none either. Refuses to shorten a list.
"""

from dataclasses import dataclass

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
    """What a channel may send a day, and what it has sent."""

    lists: int
    rows: int
    lists_used: int
    rows_used: int

    def over(self, rows: int) -> Refusal | None:
        """Refuse a list that goes beyond the day's share."""
        if self.lists_used >= self.lists:
            return refuse("quota_lists", most=self.lists)
        if self.rows_used + rows > self.rows:
            return refuse("quota_rows", rows=rows, most=self.rows, left=max(self.rows - self.rows_used, 0))
        return None
