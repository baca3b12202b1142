"""
Owns the rules of handing a task over to another grid: why, to where, until when, and where it lies when nobody takes
it. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from gridward.governance.api import ProfileView
from gridward.kernel.outcomes import Problem, Refusal, Text, declare, refuse
from gridward.territory.api import AreaView

#: Why a task belongs to another grid. Nothing else is said: what crosses a boundary carries no free text.
KINDS: Mapping[str, Text] = {
    "moved": _("The household has moved there"),
    "wrong_grid": _("The door lies in that grid"),
}
STATES: Mapping[str, Text] = {
    "proposed": _("waits for acceptance"),
    "street": _("not accepted in time: the street decides"),
    "accepted": _("taken over"),
    "declined": _("declined"),
    "void": _("closed before it was decided"),
}
WAITING = ("proposed", "street")
#: The levels at which a hand-over that nobody took may lie: the lowest of them that is above both sides.
STREET_AND_ABOVE = ("street", "district", "city")

declare(
    {
        "handover_kind": Problem(422, _("Say why the task belongs elsewhere."), _("Choose one from the list.")),
        "handover_place": Problem(
            422,
            _("That place is not known, or several are called so."),
            _("Write the name of the community, or an address in it, or the code of the grid."),
        ),
        "handover_here": Problem(
            422, _("The task lies there already."), _("Name another grid, or another community.")
        ),
        "handover_waits": Problem(
            409, _("A hand-over of this task waits already."), _("Wait until it is decided.")
        ),
        "handover_decided": Problem(
            409, _("This hand-over is decided."), _("Open the list again.")
        ),
        "handover_grid": Problem(
            422, _("Choose a grid of your own area, another than the task is in."), _("Choose one from the list.")
        ),
    }
)  # fmt: skip


def may_propose(kind: str, *, from_pos: int, to: AreaView | None) -> Refusal | None:
    """Refuse a hand-over without a reason of the list, to nowhere, or to where the task lies already."""
    if kind not in KINDS:
        return refuse("handover_kind")
    if to is None or to.level not in ("grid", "community"):
        return refuse("handover_place")
    return refuse("handover_here") if to.pos == from_pos else None


def street_above(here: Sequence[AreaView], there: Sequence[AreaView]) -> AreaView:
    """Return the narrowest area, a street or wider, that lies on both ways up: where it goes when nobody takes it."""
    codes = {area.code for area in there}
    return [area for area in here if area.code in codes and area.level in STREET_AND_ABOVE][-1]


def accept_until(profile: ProfileView, now: datetime) -> datetime:
    """Return until when the other side may take a task over."""
    return now + timedelta(hours=profile.number("handover_accept_hours"))
