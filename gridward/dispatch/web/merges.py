"""The pages of merges: who is registered twice, two entries side by side, making one of them, taking them apart."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.dispatch import actions
from gridward.dispatch.web.parse import after_of, text_of
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal
from gridward.kernel.web.tokens import id_of
from gridward.registry import api as registry

TONES = {"proposed": "warn", "merged": "good", "undone": "quiet", "dropped": "quiet"}
PAGE = 50


@endpoint(right="correction.decide")
def merges(request: Request) -> Answer:
    """Show the merges of this centre's area, the newest first."""
    rows = registry.get_merges(by=request.actor, after=after_of(request.GET.get("after", "")), limit=PAGE)
    page = {"columns": columns(), "rows": [_row(one) for one in rows], "more": more_token(rows)}
    return render(request, "dispatch/merges.html", page)


def columns() -> list[dict[str, str]]:
    """Return the columns of the list."""
    return [
        {"key": "area", "label": _("Area"), "href": "url"},
        {"key": "state", "label": _("State"), "kind": "badge"},
        {"key": "by", "label": _("Entered by")},
        {"key": "proposed_at", "label": pgettext("moment", "Entered"), "kind": "moment"},
    ]


def _row(one: registry.MergeView) -> dict[str, Any]:
    return {
        "url": reverse("dispatch:merge", args=[one.id]),
        "area": one.area.name,
        "state": (registry.MERGE_STATES[one.state], TONES[one.state]),
        "by": one.by,
        "proposed_at": one.proposed_at,
    }


def more_token(rows: list[registry.MergeView], limit: int = PAGE) -> str:
    """Return the keyset token of the next page, or nothing when this one is not full."""
    return f"{rows[-1].proposed_at.isoformat()}~{rows[-1].id}" if len(rows) == limit else ""


@endpoint(right="correction.decide")
def duplicates(request: Request, resident_id: str) -> Answer:
    """Show which entries share a number, a telephone or a door with somebody whose household is open: no names."""
    found = registry.access_duplicates(id_of(resident_id), by=request.actor, now=request.now)
    if isinstance(found, Refusal):
        return found
    rows = [
        {
            "id": str(one.resident_id),
            "area": f"{one.area.path} · {one.area.name}",
            "shared": [registry.SHARED[kind] for kind in one.shared],
        }
        for one in found
    ]
    return render(request, "dispatch/duplicates.html", {"resident_id": resident_id, "rows": rows})


@endpoint(right="correction.decide", methods=("POST",), collects=True)
def propose(request: Request) -> Answer:
    """Open two entries side by side, with a reason; nothing is merged yet."""
    outcome = registry.merge_propose(
        stays_id=id_of(request.POST.get("stays", "")),
        goes_id=id_of(request.POST.get("goes", "")),
        reason=text_of(request, "reason"),
        by=request.actor,
        now=request.now,
    )
    return _to(outcome)


@endpoint(right="correction.decide")
def merge(request: Request, merge_id: str) -> Answer:
    """Show a merge; both entries side by side while it is to be decided and their households are open."""
    one = registry.get_merge(id_of(merge_id), by=request.actor)
    if isinstance(one, Refusal):
        return one
    case = registry.access_merge(one.id, by=request.actor, now=request.now)
    shown = None if isinstance(case, Refusal) else case
    page = {
        "one": one,
        "case": shown,
        "state": (registry.MERGE_STATES[one.state], TONES[one.state]),
        "is_open": one.state in ("proposed", "merged"),
        "values": _values(shown) if shown else [],
        "trail": _trail(one)[::-1],
    }
    return render(request, "dispatch/merge.html", page)


def _values(case: registry.MergeCase) -> list[dict[str, object]]:
    labels = {"name": _("Name"), "id_number": _("Document number"), "phone": _("Telephone")}
    values: list[dict[str, object]] = [
        {
            "label": label,
            "stays": getattr(case.stays, name),
            "goes": getattr(case.goes, name),
            "is_same": name in case.same,
        }
        for name, label in labels.items()
    ]
    here, there = case.stays_at, case.goes_at
    return [
        *values,
        {"label": _("Address"), "stays": here, "goes": there, "is_same": bool(here) and here == there},
    ]


def _trail(one: registry.MergeView) -> list[dict[str, Any]]:
    steps = [
        (_("Opened side by side"), one.proposed_at, one.by),
        (_("Made one person"), one.merged_at, one.merged_by),
        (str(registry.MERGE_STATES[one.state]), one.undone_at, one.undone_by),
    ]
    return [{"title": title, "at": at, "by": by, "state": "done"} for title, at, by in steps if at]


@endpoint(right="correction.decide", methods=("POST",), collects=True)
def confirm(request: Request, merge_id: str) -> Answer:
    """Make one person of the two: whatever asks for the one that goes leads to who stays at once."""
    outcome = actions.merge_confirm(merge_id=id_of(merge_id), by=request.actor, now=request.now)
    if not isinstance(outcome, Refusal):
        messages.success(request, _("They are one person now. What was asked about either is asked once."))
    return _to(outcome)


@endpoint(right="correction.decide", methods=("POST",), collects=True)
def undo(request: Request, merge_id: str) -> Answer:
    """Take the two apart, or leave a proposal: each entry is what it was."""
    outcome = actions.merge_undo(
        merge_id=id_of(merge_id), reason=text_of(request, "reason"), by=request.actor, now=request.now
    )
    if not isinstance(outcome, Refusal):
        messages.success(request, _("They are two people. Each entry is what it was."))
    return _to(outcome)


def _to(outcome: registry.MergeView | Refusal) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    return HttpResponseRedirect(reverse("dispatch:merge", args=[outcome.id]))
