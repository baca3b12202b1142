"""The pages of door plates: those of a grid, to be printed, and making the missing ones. Refuses people."""

import segno
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory.actions.plates import plates_make
from gridward.territory.queries.areas import get_area, get_children, get_labels
from gridward.territory.queries.held import AreaView
from gridward.territory.queries.plates import PAGE, PlateView, count_plates, get_plates

#: What is longer is no number of a door.
MOST_DIGITS = 18
#: A square of a code, in pixels; on paper it is as wide as its card.
SQUARE = 3
#: A plate hangs outside: a quarter of the code may be scratched or covered.
SAFE = "q"


def _area(request: Request, code: str) -> AreaView | Refusal:
    area = get_area(code[:24])
    return area if area is not None and request.actor.covers(area.pos) else refuse("not_found")


@endpoint(right="duty.keep")
def plates(request: Request, code: str) -> Answer:
    """Show the door plates of a grid, to be printed; of a wider area, the way to each below."""
    area = _area(request, code)
    if isinstance(area, Refusal):
        return area
    after = request.GET.get("after", "")[:MOST_DIGITS]
    found = get_plates(area, after=int(after) if after.isdecimal() else 0) if area.level == "grid" else []
    doors, made = count_plates(area)
    page = {
        "area_view": area,
        "label": get_labels([area.pos])[area.pos],
        "is_grid": area.level == "grid",
        "doors": doors,
        "made": made,
        "missing": doors - made,
        "below": [] if area.level == "grid" else get_children(area.code),
        "plates": [_card(request, one) for one in found],
        "more": found[-1].address_id if len(found) == PAGE else "",
    }
    return render(request, "territory/plates.html", page)


def _card(request: Request, one: PlateView) -> dict[str, str]:
    address = f"{request.scheme}://{request.get_host()}/handheld/#/door/{one.code}"
    picture = segno.make(address, error=SAFE).svg_data_uri(scale=SQUARE, border=4, light="white")
    return {"picture": picture, "written": one.written, "text": one.text}


@endpoint(right="duty.keep", methods=("POST",))
def make(request: Request, code: str) -> Answer:
    """Give each door of a grid that has no plate a code."""
    area = _area(request, code)
    made = area if isinstance(area, Refusal) else plates_make(area=area, by=request.actor, now=request.now)
    if isinstance(made, Refusal):
        return made
    said = ngettext("%(count)s door got a plate.", "%(count)s doors got a plate.", made)
    messages.success(request, said % {"count": made} if made else _("Every door has a plate already."))
    return HttpResponseRedirect(reverse("territory:plates", args=[code]))
