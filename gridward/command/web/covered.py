"""Owns turning the coverage ratios into what the template and the API give. Refuses queries and permissions."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridward.command.queries import CoverageOf
from gridward.command.rules import Coverage, Ratio
from gridward.command.web.show import NEXT_LEVEL, level_label, trail_of
from gridward.kernel.actor import Actor

RATIOS = ("collect", "verify", "visit")


def ratio_words() -> dict[str, tuple[str, str, str, str]]:
    """Return of each ratio what it is called, what is asked, what counts, and what ends without counting."""
    return {
        "collect": (
            _("Collected"),
            _("Every question that every row received asks about its person"),
            _("It is answered by a visit that says how it was found out, or by a call in which it was said"),
            _("Answered from what was known, by no evidence, or not at all"),
        ),
        "verify": (
            _("Verified"),
            _("Every row received about a person, in a task or not, withdrawn or not"),
            _("At least one of its questions is answered so"),
            _(
                "Refused, unreachable, not a matter of the order, answered from what was known, or without evidence"
            ),
        ),
        "visit": (
            pgettext("ratio", "Visited"),
            _("Every household that had to be visited, once for each of its tasks"),
            _("Somebody was met at the door, and it says how it was found out"),
            _("Settled by telephone, withdrawn, moved on, nobody there, or without evidence"),
        ),
    }


def coverage_page(found: CoverageOf, *, by: Actor) -> dict[str, Any]:
    """Return what the page draws: the three ratios, the areas below, and what each counts."""
    words = ratio_words()
    rows: list[dict[str, Any]] = [
        {"name": area.name, "url": f"{reverse('command:coverage')}?area={area.code}", **_shares(coverage)}
        for area, coverage in found.children
    ]
    if found.unplaced != Coverage() and rows:
        rows.append({"name": _("Not placed in one of them yet"), "url": "", **_shares(found.unplaced)})
    return {
        "found": found,
        "trail": trail_of(found.path, by),
        "ratios": [_ratio(words[name], getattr(found.whole, name)) for name in RATIOS],
        "nothing": found.whole == Coverage(),
        "columns": [
            {"key": "name", "label": _("Area"), "href": "url"},
            *[{"key": name, "label": words[name][0], "kind": "progress"} for name in RATIOS],
        ],
        "rows": rows,
        "children_label": level_label(NEXT_LEVEL[found.area.level]),
    }


def _shares(coverage: Coverage) -> dict[str, tuple[int, int]]:
    return {name: (getattr(coverage, name).done, getattr(coverage, name).due) for name in RATIOS}


def _ratio(words: tuple[str, str, str, str], ratio: Ratio) -> dict[str, Any]:
    label, asked, counts, ended = words
    return {"label": label, "ratio": ratio, "asked": asked, "counts": counts, "ended": ended}


def told(found: CoverageOf) -> dict[str, Any]:
    """Return the same as numbers, for machines."""
    return {
        "area": found.area.code,
        "level": found.area.level,
        "as_of": found.as_of,
        **_numbers(found.whole),
        "unplaced": _numbers(found.unplaced),
        "parts": [{"area": area.code, **_numbers(coverage)} for area, coverage in found.children],
    }


def _numbers(coverage: Coverage) -> dict[str, Any]:
    return {f"coverage_{name}": _number(getattr(coverage, name)) for name in RATIOS}


def _number(ratio: Ratio) -> dict[str, int | float | None]:
    return {
        "due": ratio.due,
        "done": ratio.done,
        "ended": ratio.ended,
        "open": ratio.open,
        "percent": ratio.percent,
    }
