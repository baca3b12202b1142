"""Answers of the centres: what is open, late and done in an area, and how that number came about. No person."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from gridward.command.rules import Counts
from gridward.dispatch import api as dispatch
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory


@dataclass(frozen=True)
class ChildCounts:
    """One area below the one that is shown, with its counts."""

    area: territory.AreaView
    counts: Counts


@dataclass(frozen=True)
class Board:
    """Everything a board shows of one area at one moment."""

    area: territory.AreaView
    path: tuple[territory.AreaView, ...]
    as_of: datetime
    counts: Counts
    waiting_count: int
    children: tuple[ChildCounts, ...]
    hours: tuple[tuple[int, int, int], ...]
    orders: tuple[governance.OrderView, ...]


def access_area(code: str, *, by: Actor) -> territory.AreaView | Refusal:
    """Return an area inside the actor's scope; any other does not exist for the caller."""
    area = territory.get_area(code) if code else None
    if code and (area is None or not by.covers(area.pos)):
        return refuse("not_found")
    if area is None and by.scopes:
        area = territory.get_area(by.scopes[0].code)
    return area or refuse("not_found")


def get_board(area: territory.AreaView, *, now: datetime) -> Board:
    """Return the board of an area: one statement for the counts, one for the hours."""
    orders = _orders(area, now)
    children = territory.get_children(area.code)
    rows: list[Any] = dispatch.run(count_steps(area, now=now, orders=orders))
    sums = {part: Counts(*numbers) for part, *numbers in rows}
    return Board(
        area=area,
        path=territory.get_path(area.code),
        as_of=now,
        counts=sum(sums.values(), Counts()),
        waiting_count=intake.count_waiting(pos=area.pos, end=area.end),
        children=tuple(
            ChildCounts(child, sums.get(part, Counts())) for part, child in enumerate(children, start=1)
        ),
        hours=_hours(area, now, orders),
        orders=tuple(orders),
    )


def _orders(area: territory.AreaView, now: datetime) -> list[governance.OrderView]:
    return [
        o for o in governance.get_active_orders(now=now) if o.area_pos < area.end and area.pos < o.area_end
    ]


def day_start(now: datetime) -> datetime:
    """Return the beginning of the local day."""
    return localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def count_steps(
    area: territory.AreaView, *, now: datetime, orders: Sequence[governance.OrderView]
) -> list[dispatch.Step]:
    """Return the named steps behind every task count of an area and of each area right below it."""
    return dispatch.task_counts_by_part(
        order_ids=[order.id for order in orders],
        whole=(area.pos, area.end),
        parts=[(child.pos, child.end) for child in territory.get_children(area.code)],
        now=now,
        day_start=day_start(now),
    )


def _hours(
    area: territory.AreaView, now: datetime, orders: Sequence[governance.OrderView]
) -> tuple[tuple[int, int, int], ...]:
    steps = dispatch.hourly_progress(
        order_ids=[order.id for order in orders], ranges=[(area.pos, area.end)], day_start=day_start(now)
    )
    rows: list[Any] = dispatch.run(steps)
    found = {hour: (opened, closed) for hour, opened, closed in rows}
    return tuple((hour, *found.get(hour, (0, 0))) for hour in range(localtime(now).hour + 1))


def get_status(area: territory.AreaView, *, now: datetime) -> dict[str, Any]:
    """
    Return the map's status: [open, late, done, due] by code, for each grid with tasks and for each area right below.

    The map draws the grids (`areas`); the table beside it holds the areas below (`below`), those without a task too.
    """
    steps = dispatch.task_counts_by_place(
        order_ids=[order.id for order in _orders(area, now)],
        ranges=[(area.pos, area.end)],
        now=now,
        day_start=day_start(now),
    )
    rows = dispatch.run(steps)
    codes = territory.get_codes(row[0] for row in rows)
    areas = {codes[pos]: (opened, late, done, due) for pos, opened, late, done, _today, due in rows}
    children = territory.get_children(area.code)
    below = {child.code: [0, 0, 0, 0] for child in children}
    starts = [child.pos for child in children]
    for pos, opened, late, done, _today, due in rows:
        at = bisect_right(starts, pos) - 1
        if at >= 0 and pos < children[at].end:
            sums = below[children[at].code]
            below[children[at].code] = [a + b for a, b in zip(sums, (opened, late, done, due), strict=True)]
    return {"as_of": localtime(now).isoformat(), "areas": areas, "below": below}
