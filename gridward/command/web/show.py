"""Owns turning boards into what templates draw. Refuses queries and permissions."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gridward.command.queries import ESCALATED, Board, ChildCounts
from gridward.dispatch.api import Step
from gridward.kernel.actor import Actor
from gridward.territory import api as territory

NEXT_LEVEL = {
    "city": "district",
    "district": "street",
    "street": "community",
    "community": "grid",
    "grid": "grid",
}


def level_label(level: str) -> str:
    """Return the word for a level."""
    words = {
        "city": _("City"), "district": _("District"), "street": _("Street"), "community": _("Community"),
        "grid": _("Grid"),
    }  # fmt: skip
    return words.get(level, level)


def measures() -> Mapping[str, tuple[str, str]]:
    """Return the measures of a board: what they are called and the colour family they use."""
    return {
        "open": (_("Open tasks"), "open"),
        "late": (_("Late"), "late"),
        ESCALATED: (_("Risen to this level"), "late"),
        "done_today": (_("Closed today"), "done"),
        "done": (_("Closed"), "done"),
        "due": (_("All tasks"), "plain"),
    }


def page_of(board: Board, *, by: Actor) -> dict[str, Any]:
    """Return what the board and the area page draw around their live parts."""
    return {
        "area_view": board.area,
        "level": level_label(board.area.level),
        "trail": trail_of(board.path, by),
        "map": _map(board),
        "no_tasks": not board.counts.due,
        "may_print": by.may("duty.keep"),
    }


def board_parts(board: Board, hours: Sequence[tuple[int, int, int]], *, by: Actor) -> dict[str, Any]:
    """Return what the live parts of a board draw."""
    late = sorted(board.children, key=lambda child: -child.counts.late)[:6]
    return {
        "board": board,
        "figures": _figures(board, by),
        "plot": _plot(hours),
        "columns": _columns(),
        "late_rows": [_row(child) for child in late if child.counts.late],
    }


def area_parts(board: Board, *, by: Actor) -> dict[str, Any]:
    """Return what the live parts of an area page draw."""
    return {
        "board": board,
        "figures": _figures(board, by),
        "columns": _columns(),
        "rows": [_row(child) for child in board.children],
        "children_label": level_label(NEXT_LEVEL[board.area.level]),
    }


def map_figures(status: Mapping[str, Any]) -> SafeString:
    """Return the map's status as JSON that can stand as text in a page: no sign in it begins a tag or an entity."""
    # Not by the template's own escaping, which would make six signs of every quotation mark.
    written = orjson.dumps(status).decode().replace("<", "\\u003c").replace("&", "\\u0026")
    return mark_safe(written)  # noqa: S308 — see above


def trail_of(path: Sequence[territory.AreaView], by: Actor) -> list[dict[str, str]]:
    """Return the areas above one, as far as the actor may open them."""
    return [
        {
            "name": area.name,
            "level": level_label(area.level),
            "url": reverse("command:area", args=[area.code]),
        }
        for area in path
        if by.covers(area.pos)
    ]


def _figures(board: Board, by: Actor) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = []
    for name in ("open", "late", ESCALATED, "done_today", "done"):
        label, colour = measures()[name]
        href = f"{reverse('command:why', args=[name])}?area={board.area.code}"
        if name == ESCALATED and _decides(board, by):
            href = reverse("dispatch:escalations")
        cards.append({"label": label, "value": board.number(name), "href": href, "measure": colour})
    waiting = reverse("intake:review") if by.may("review.work") else ""
    cards.append(
        {"label": _("Waiting for review"), "value": board.waiting_count, "href": waiting, "measure": "clue"}
    )
    return cards


def _decides(board: Board, by: Actor) -> bool:
    """Tell whether what lies with this level lies with the actor: then the number opens the list itself."""
    return by.may("escalation.decide") and any(scope.pos == board.area.pos for scope in by.scopes)


def _map(board: Board) -> dict[str, Any] | None:
    version = territory.geometry_version()
    bounds = territory.get_bounds(board.area.code)
    if version is None or bounds is None:
        return None
    return {
        "areas": [
            {
                "code": child.area.code,
                "name": child.area.name,
                "url": reverse("command:area", args=[child.area.code]),
                "open": child.counts.open,
                "late": child.counts.late,
                "done": child.counts.done,
                "due": child.counts.due,
            }
            for child in board.children
        ],
        "tiles": f"/tiles/{version}/{{z}}/{{x}}/{{y}}.mvt",
        "status": f"{reverse('command:status')}?area={board.area.code}",
        "area_url": reverse("command:area", args=["{code}"]).replace("%7B", "{").replace("%7D", "}"),
        "bounds": ",".join(f"{value:.6f}" for value in bounds),
        "level": "grid",
        "code": board.area.code if board.area.level != "city" else "",
        "label_level": NEXT_LEVEL[board.area.level],
        "label": level_label(NEXT_LEVEL[board.area.level]),
    }


def _plot(hours: Sequence[tuple[int, int, int]]) -> dict[str, Any]:
    return {
        "kind": "line",
        "x": [f"{hour:02d}:00" for hour, _opened, _closed in hours],
        "series": [
            {"name": _("Opened"), "values": [row[1] for row in hours], "measure": "open"},
            {"name": _("Closed"), "values": [row[2] for row in hours], "measure": "done"},
        ],
    }


def _columns() -> list[dict[str, str]]:
    return [
        {"key": "name", "label": _("Area"), "href": "url"},
        {"key": "open", "label": _("Open"), "kind": "number"},
        {"key": "late", "label": _("Late"), "kind": "number"},
        {"key": "done", "label": _("Closed"), "kind": "number"},
        {"key": "coverage", "label": _("Share closed"), "kind": "progress"},
    ]


def _row(child: ChildCounts) -> dict[str, Any]:
    counts = child.counts
    return {
        "name": child.area.name,
        "code": child.area.code,
        "url": reverse("command:area", args=[child.area.code]),
        "open": counts.open,
        "late": counts.late,
        "done": counts.done,
        "coverage": (counts.done, counts.due),
    }


def why_page(board: Board, measure: str, steps: Sequence[Step]) -> dict[str, Any] | None:
    """Return what the page behind a figure draws, or None for a measure that does not exist."""
    if measure not in measures():
        return None
    label, _colour = measures()[measure]
    rows: list[dict[str, Any]] = [
        {
            "name": child.area.name,
            "url": f"{reverse('command:why', args=[measure])}?area={child.area.code}",
            "value": child.number(measure),
        }
        for child in board.children
    ]
    words = {
        "kept": _(
            "How many tasks each place has had and how many are closed, kept with every change of a task"
        ),
        "late": _("Every open task past its time"),
        "closed_today": _("Every task closed since midnight"),
        "numbers": _("All three together, each under an order in force"),
        "placed": _("In which of the areas below each of them lies"),
        "counts": _("Added up, area by area"),
        "lying": _("Every task that lies with the centre of one of these areas, to be decided there"),
        "escalated": _("Added up, centre by centre: a task lies with one at a time"),
    }
    elsewhere = board.number(measure) - sum(row["value"] for row in rows)
    if elsewhere and measure != ESCALATED:
        rows.append({"name": _("Not placed in one of them yet"), "url": "", "value": elsewhere})
    return {
        "board": board,
        "label": label,
        "value": board.number(measure),
        "columns": [
            {"key": "name", "label": _("Area"), "href": "url"},
            {"key": "value", "label": label, "kind": "number"},
        ],
        "rows": rows,
        "steps": [{"words": words.get(step.name, ""), "name": step.name, "sql": step.sql} for step in steps],
        "back": f"{reverse('command:board')}?area={board.area.code}",
    }
