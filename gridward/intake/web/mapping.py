"""The page on which a list's columns are confirmed: what each would be read as and why, beside three masked values."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridward.intake import layouts
from gridward.intake.actions.mapping import batch_discard, batch_map
from gridward.intake.looking import WaitingColumn, access_waiting_list
from gridward.intake.web import show
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.web.tokens import id_of

#: What can be put right on the page itself.
ON_THE_PAGE = frozenset({"mapping_needed", "mapping_contradicts", "mapping_twice"})
FIELD = "field-"


@endpoint(right="batch.upload", methods=("GET", "POST"), collects=True)
def mapping(request: Request, batch_id: str) -> Answer:
    """Show a waiting list's columns and take somebody's word on them."""
    list_id = id_of(batch_id)
    if request.method != "POST":
        return _page(request, list_id)
    layout = _said(request)
    outcome = (
        layout
        if isinstance(layout, Refusal)
        else batch_map(
            batch_id=list_id, layout=layout, is_sure="sure" in request.POST, by=request.actor, now=request.now
        )
    )
    if isinstance(outcome, Refusal):
        return _page(request, list_id, outcome) if outcome.code in ON_THE_PAGE else outcome
    messages.success(request, _("The columns are confirmed. This channel's next list like it needs no look."))
    return HttpResponseRedirect(reverse("intake:batch", args=[list_id]))


@endpoint(right="batch.upload", methods=("POST",))
def discard(request: Request, batch_id: str) -> Answer:
    """Throw a list away that waits for its columns."""
    outcome = batch_discard(batch_id=id_of(batch_id), by=request.actor, now=request.now)
    if isinstance(outcome, Refusal):
        return outcome
    messages.success(request, _("The list was thrown away. Nothing of it was kept."))
    return HttpResponseRedirect(reverse("intake:upload"))


def _said(request: Request) -> dict[str, str] | Refusal:
    """Return {field: heading's key} as the page said it; one field said twice is refused."""
    layout: dict[str, str] = {}
    for name, field in request.POST.items():
        if not name.startswith(FIELD) or not field:
            continue
        if field in layout:
            return refuse("mapping_twice")
        layout[str(field)] = name.removeprefix(FIELD)
    return layout


def _page(request: Request, list_id: UUID, wrong: Refusal | None = None) -> Answer:
    seen = access_waiting_list(list_id, by=request.actor, now=request.now)
    if isinstance(seen, Refusal):
        return seen
    page = {
        "seen": seen,
        "columns": [_column(place, one, request) for place, one in enumerate(seen.columns, start=1)],
        "gone": ", ".join(seen.gone),
        "come": ", ".join(seen.come),
        "is_changed": bool(seen.gone or seen.come) and not seen.is_first,
        "wrong": wrong,
        "asks_sure": bool(wrong and wrong.code == "mapping_contradicts"),
        "rows": seen.rows,
    }
    return render(request, "intake/mapping.html", page, status=wrong.status if wrong else 200)


def _column(place: int, one: WaitingColumn, request: Request) -> dict[str, Any]:
    """Return one heading as its line draws it; what was chosen on the page stays chosen."""
    field = request.POST.get(f"{FIELD}{one.key}", one.field)
    return {
        "place": str(place),
        "name": f"{FIELD}{one.key}",
        "header": one.header or _("(no heading)"),
        "why": str(layouts.WHY[one.why]),
        "looks": str(layouts.LOOKS[one.looks]) if one.looks else "",
        "is_wrong": layouts.contradicts(field, one.looks),
        "samples": one.samples,
        "choices": [("", _("Leave it"), not field)]
        + [(name, str(words), name == field) for name, words in show.COLUMN_WORDS.items()],
    }
