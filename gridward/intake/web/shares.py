"""Owns how a channel's share of today is drawn and worded. Refuses to count: the action does."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridward.intake.quota import Share, Standing
from gridward.kernel.outcomes import Text
from gridward.kernel.web import formats

STANDINGS: Mapping[Standing, tuple[Text, str]] = {
    "unset": (gettext_lazy("no quota"), "quiet"),
    "open": (gettext_lazy("enough left"), "good"),
    "near": (gettext_lazy("little left"), "warn"),
    "used_up": (gettext_lazy("used up"), "bad"),
    "let_through": (gettext_lazy("one let through"), "info"),
}
LEFT = gettext_lazy(
    "Left until %(renews)s: lists %(lists)s, rows %(rows)s. A list that goes beyond is refused whole."
)
SAYS: Mapping[Standing, Text] = {
    "unset": gettext_lazy("No quota is set: no order in force names this channel."),
    "open": LEFT,
    "near": LEFT,
    "used_up": gettext_lazy(
        "Today's quota is used up. A list sent before %(renews)s is refused, unless the city centre lets it through."
    ),
    "let_through": gettext_lazy("The city centre lets the next list through today, even beyond the quota."),
}
#: What a sender should read before it sends anything.
TOLD: Mapping[Standing, str] = {"near": "warning", "used_up": "error", "let_through": "info"}


def share_says(share: Share) -> str:
    """Return what the sender should know before it sends a list."""
    return str(SAYS[share.standing]) % {
        "renews": formats.moment(share.renews_at),
        "lists": formats.number(share.quota.lists_left),
        "rows": formats.number(share.quota.rows_left),
    }


def warnings(shares: Iterable[Share]) -> list[dict[str, str]]:
    """Return a sentence about each channel where little or nothing is left, or one list is let through."""
    return [
        {"tone": TOLD[one.standing], "channel": one.name, "words": share_says(one)}
        for one in shares
        if one.standing in TOLD
    ]


def share_columns() -> list[dict[str, str]]:
    """Return the columns of the shares of a department's channels."""
    return [
        {"key": "channel", "label": _("Channel")},
        {"key": "lists", "label": _("Lists today")},
        {"key": "lists_left", "label": _("Lists left"), "kind": "number"},
        {"key": "rows", "label": _("Rows today")},
        {"key": "rows_left", "label": _("Rows left"), "kind": "number"},
        {"key": "renews_at", "label": _("Renews"), "kind": "moment"},
        {"key": "state", "label": _("State"), "kind": "badge"},
    ]


def share_row(share: Share) -> dict[str, Any]:
    """Return a channel's share of today as a row; a share nobody set has only what was used."""
    words, tone = STANDINGS[share.standing]
    quota, is_set = share.quota, share.standing != "unset"
    return {
        "channel": share.name,
        "lists": _of(quota.lists_used, quota.lists),
        "lists_left": quota.lists_left if is_set else None,
        "rows": _of(quota.rows_used, quota.rows),
        "rows_left": quota.rows_left if is_set else None,
        "renews_at": share.renews_at,
        "state": (str(words), tone),
    }


def _of(used: int, most: int | None) -> str:
    return formats.number(used) if most is None else f"{formats.number(used)} / {formats.number(most)}"
