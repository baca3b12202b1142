"""The page of budgets, from community to city: counts, what opens behind each, and the numbers of the profile."""

from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from gridward.dispatch import budgets, escalating
from gridward.dispatch.budgets import MEASURES, PARAMETERS, Budgets
from gridward.dispatch.rules import EXCESSES_SAID
from gridward.kernel.endpoint import Answer, Request, endpoint
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory

PAGE = 100
#: What colour a measure has; where it says nothing about good or late it is plain.
LOOKS = {
    "waiting": "late",
    "over": "late",
    "exceeded_worker": "late",
    "exceeded_household": "late",
    "full": "open",
}
GROUPS = (
    (gettext_lazy("Workers on duty, by their day"), ("free", "room", "full", "over")),
    (gettext_lazy("Batches sent today"), ("sent_0", "sent_1", "sent_2")),
    (
        gettext_lazy("Held back, and let go over"),
        ("waiting", "asked_out", "exceeded_worker", "exceeded_household"),
    ),
)
UNITS = {
    "household": gettext_lazy("households"),
    "minute": gettext_lazy("minutes"),
    "hour": gettext_lazy("h"),
    "attempt": gettext_lazy("attempts"),
}
BUDGETS = {"worker": gettext_lazy("a worker's day"), "household": gettext_lazy("a household's day")}
#: What the table of the parts shows; the rest stands one click further.
IN_PARTS = ("free", "room", "full", "over", "waiting", "asked_out")


@endpoint(right="budget.read")
def overview(request: Request) -> Answer:
    """Show how much of the budgets of today is used in an area, in bands and counts, and the numbers behind it."""
    code = request.GET.get("area", "")[:24]
    area = budgets.get_area(code, by=request.actor)
    parts = territory.get_children(area.code) if area is not None and area.level != "community" else []
    found = budgets.get_budgets(code, by=request.actor, now=request.now, parts=parts)
    if isinstance(found, Refusal):
        return found
    page = {
        "budgets": found,
        "trail": _trail(found, request),
        "groups": [(words, [_figure(found, name) for name in names]) for words, names in GROUPS],
        "columns": [{"key": "area", "label": _("Area"), "href": "url"}, *map(_count_column, IN_PARTS)],
        "rows": [_part(found, part) for part in parts],
        "reason_columns": [
            {"key": "budget", "label": _("Budget")},
            {"key": "reason", "label": _("Reason")},
            {"key": "count", "label": _("Times"), "kind": "number"},
        ],
        "reasons": [
            {"budget": BUDGETS[budget], "reason": EXCESSES_SAID.get(reason, reason), "count": count}
            for budget, reason, count in found.reasons
        ],
        "number_columns": [
            {"key": "name", "label": pgettext("parameter", "Number")},
            {"key": "value", "label": _("Value"), "kind": "number"},
            {"key": "unit", "label": pgettext("measure", "Unit")},
            {"key": "source", "label": _("Source")},
        ],
        "numbers": [_number(one) for one in found.numbers],
    }
    return render(request, "dispatch/budgets.html", page)


def _trail(found: Budgets, request: Request) -> list[dict[str, str]]:
    return [
        {
            "name": area.name,
            "url": _url("dispatch:budgets", area=area.code),
            "level": str(escalating.LEVEL_LABELS[area.level]),
        }
        for area in territory.get_path(found.area.code)
        if request.actor.covers(area.pos)
    ]


def _url(name: str, *args: str, **query: str) -> str:
    return f"{reverse(name, args=args)}?{urlencode(query)}"


def _figure(found: Budgets, name: str) -> dict[str, Any]:
    return {
        "label": MEASURES[name],
        "value": found.count(name),
        "href": _url("dispatch:budget_grids", name, area=found.area.code),
        "look": LOOKS.get(name, "plain"),
    }


def _count_column(name: str) -> dict[str, str]:
    return {"key": name, "label": str(MEASURES[name]), "kind": "number"}


def _part(found: Budgets, part: territory.AreaView) -> dict[str, Any]:
    counts = {name: found.count(name, part.pos) for name in IN_PARTS}
    return {"area": part.name, "url": _url("dispatch:budgets", area=part.code)} | counts


def _number(one: budgets.Number) -> dict[str, Any]:
    return {
        "name": PARAMETERS[one.name],
        "value": int(one.value) if one.value == int(one.value) else one.value,
        "unit": UNITS.get(one.unit, one.unit),
        "source": _(one.source),
    }


@endpoint(right="budget.read")
def grids(request: Request, measure: str) -> Answer:
    """Show the grids behind one of the counts, in the order of the line: how many each, and nobody's name."""
    if measure not in MEASURES:
        return refuse("not_found")
    found = budgets.get_budgets(request.GET.get("area", "")[:24], by=request.actor, now=request.now)
    if isinstance(found, Refusal):
        return found
    after = request.GET.get("after", "")
    counts = found.by_part.get(measure, {})
    places = sorted(pos for pos in counts if counts[pos] and pos > (int(after) if after.isdecimal() else -1))
    labels = territory.get_labels(places[:PAGE])
    page = {
        "budgets": found,
        "label": MEASURES[measure],
        "value": found.count(measure),
        "back": _url("dispatch:budgets", area=found.area.code),
        "columns": [
            {"key": "grid", "label": _("Grid")},
            {"key": "path", "label": pgettext("place", "In")},
            {"key": "count", "label": _("Count"), "kind": "number"},
        ],
        "rows": [
            {"grid": labels[pos].name, "path": labels[pos].path, "count": counts[pos]}
            for pos in places[:PAGE] if pos in labels
        ],
        "more": str(places[PAGE - 1]) if len(places) > PAGE else "",
    }  # fmt: skip
    return render(request, "dispatch/budget_grids.html", page)
