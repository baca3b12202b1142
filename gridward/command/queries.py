"""Answers of the centres: what is open, late and done in an area, and how that number came about. No person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from gridward.command import rules
from gridward.command.rules import Counts, Placed
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
    placed = get_placed(area, now=now, orders=orders)
    children = territory.get_children(area.code)
    sums = rules.by_interval(placed, [(child.pos, child.end) for child in children])
    return Board(
        area=area,
        path=territory.get_path(area.code),
        as_of=now,
        counts=rules.total(placed),
        waiting_count=intake.count_waiting(pos=area.pos, end=area.end),
        children=tuple(ChildCounts(child, counts) for child, counts in zip(children, sums, strict=True)),
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
    """Return the named steps behind every task count of an area."""
    return dispatch.task_counts_by_place(
        order_ids=[order.id for order in orders],
        ranges=[(area.pos, area.end)],
        now=now,
        day_start=day_start(now),
    )


def get_placed(
    area: territory.AreaView, *, now: datetime, orders: Sequence[governance.OrderView] | None = None
) -> list[Placed]:
    """Return the task counts of every place in an area that has any."""
    steps = count_steps(area, now=now, orders=_orders(area, now) if orders is None else orders)
    rows: list[Any] = dispatch.run(steps)
    return [
        Placed(pos, Counts(opened, late, done, today, due)) for pos, opened, late, done, today, due in rows
    ]


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
    """Return the map's status: for each grid with tasks [open, late, done, due], by code."""
    placed = get_placed(area, now=now)
    labels = territory.get_labels({row.pos for row in placed})
    areas = {
        labels[row.pos].code: [row.counts.open, row.counts.late, row.counts.done, row.counts.due]
        for row in placed
    }
    return {"as_of": localtime(now).isoformat(), "areas": areas}
