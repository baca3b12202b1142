"""Answers of the centres: what is open, late and done in an area, and how that number came about. No person."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from gridward.command.rules import Counts, Coverage, Ratio
from gridward.dispatch import api as dispatch
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory

#: The one measure that does not add up from below: each level has its own.
ESCALATED = "escalated"


@dataclass(frozen=True)
class ChildCounts:
    """One area below the one that is shown, with its counts."""

    area: territory.AreaView
    counts: Counts
    #: Tasks that lie with the centre of this very area.
    escalated: int = 0

    def number(self, measure: str) -> int:
        """Return one of the numbers of the area by the name of its measure."""
        return self.escalated if measure == ESCALATED else int(getattr(self.counts, measure))


@dataclass(frozen=True)
class Board:
    """Everything a board shows of one area at one moment."""

    area: territory.AreaView
    path: tuple[territory.AreaView, ...]
    as_of: datetime
    counts: Counts
    waiting_count: int
    children: tuple[ChildCounts, ...]
    orders: tuple[governance.OrderView, ...]
    #: Tasks that have risen to this very level and lie with its centre; what lies above or below is not in it.
    escalated: int = 0

    def number(self, measure: str) -> int:
        """Return one of the numbers of the board by the name of its measure."""
        return self.escalated if measure == ESCALATED else int(getattr(self.counts, measure))


@dataclass(frozen=True)
class CoverageOf:
    """The three ratios of an area at one moment, and of each area right below."""

    area: territory.AreaView
    path: tuple[territory.AreaView, ...]
    as_of: datetime
    whole: Coverage
    unplaced: Coverage
    children: tuple[tuple[territory.AreaView, Coverage], ...]


def access_area(code: str, *, by: Actor) -> territory.AreaView | Refusal:
    """Return an area inside the actor's scope; any other does not exist for the caller."""
    area = territory.get_area(code) if code else None
    if code and (area is None or not by.covers(area.pos)):
        return refuse("not_found")
    if area is None and by.scopes:
        area = territory.get_area(by.scopes[0].code)
    return area or refuse("not_found")


def get_board(area: territory.AreaView, *, now: datetime) -> Board:
    """Return the board of an area: a statement for the counts, one for what has risen."""
    orders = _orders(area, now)
    rows: list[Any] = dispatch.run(count_steps(area, now=now, orders=orders))
    return _board(area, {part: Counts(*numbers) for part, *numbers in rows}, now=now, orders=orders)


def get_board_and_status(area: territory.AreaView, *, now: datetime) -> tuple[Board, dict[str, Any]]:
    """Return the board of an area and the map's status (see `get_status`) of one moment, from one count."""
    orders = _orders(area, now)
    rows = _rows_by_place(area, now=now, orders=orders)
    sums = _added_up(rows, territory.get_children(area.code))
    board = _board(area, {part: Counts(*numbers) for part, numbers in sums.items()}, now=now, orders=orders)
    return board, _status(rows, board.children, now)


def _board(
    area: territory.AreaView,
    sums: Mapping[int, Counts],
    *,
    now: datetime,
    orders: Sequence[governance.OrderView],
) -> Board:
    """Return the board whose counts are known: `sums` of each area below by its number, 0 for what is in none."""
    children = territory.get_children(area.code)
    risen: dict[int, int] = dict(dispatch.run(risen_steps(area, orders=orders)))
    return Board(
        area=area,
        path=territory.get_path(area.code),
        as_of=now,
        counts=sum(sums.values(), Counts()),
        waiting_count=intake.count_waiting(pos=area.pos, end=area.end),
        children=tuple(
            ChildCounts(child, sums.get(part, Counts()), risen.get(child.pos, 0))
            for part, child in enumerate(children, start=1)
        ),
        orders=tuple(orders),
        escalated=risen.get(area.pos, 0),
    )


def get_coverage(area: territory.AreaView, *, now: datetime) -> CoverageOf:
    """Return the three ratios of an area and of its parts under the orders in force: one statement."""
    children = territory.get_children(area.code)
    steps = dispatch.coverage_by_part(
        order_ids=[order.id for order in _orders(area, now)],
        whole=(area.pos, area.end),
        parts=[(child.pos, child.end) for child in children],
    )
    found: list[Any] = dispatch.run(steps)
    sums = {part: Coverage(Ratio(*n[:3]), Ratio(*n[3:6]), Ratio(*n[6:])) for part, *n in found}
    return CoverageOf(
        area=area,
        path=territory.get_path(area.code),
        as_of=now,
        whole=sum(sums.values(), Coverage()),
        unplaced=sums.get(0, Coverage()),
        children=tuple((child, sums.get(part, Coverage())) for part, child in enumerate(children, start=1)),
    )


def _orders(area: territory.AreaView, now: datetime) -> list[governance.OrderView]:
    return [
        o for o in governance.get_active_orders(now=now) if o.area_pos < area.end and area.pos < o.area_end
    ]


def count_steps(
    area: territory.AreaView, *, now: datetime, orders: Sequence[governance.OrderView]
) -> list[dispatch.Step]:
    """Return the named steps behind every task count of an area and of each area right below it."""
    return dispatch.task_counts_by_part(
        order_ids=[order.id for order in orders],
        whole=(area.pos, area.end),
        parts=[(child.pos, child.end) for child in territory.get_children(area.code)],
        now=now,
        day_start=clock.midnight(now),
    )


def risen_steps(area: territory.AreaView, *, orders: Sequence[governance.OrderView]) -> list[dispatch.Step]:
    """Return the named steps behind how many tasks lie with the centre of an area and of each right below it."""
    places = [area.pos, *(child.pos for child in territory.get_children(area.code))]
    return dispatch.escalation_counts(order_ids=[order.id for order in orders], places=places)


def get_hours(board: Board) -> tuple[tuple[int, int, int], ...]:
    """Return (hour, opened, closed) of each hour of a board's day so far: what its plot draws."""
    steps = dispatch.hourly_progress(
        order_ids=[order.id for order in board.orders],
        ranges=[(board.area.pos, board.area.end)],
        day_start=clock.midnight(board.as_of),
    )
    rows: list[Any] = dispatch.run(steps)
    found = {hour: (opened, closed) for hour, opened, closed in rows}
    return tuple((hour, *found.get(hour, (0, 0))) for hour in range(localtime(board.as_of).hour + 1))


def get_status(area: territory.AreaView, *, now: datetime) -> dict[str, Any]:
    """
    Return the map's status: [open, late, done, due] by code, for each grid with tasks and for each area right below.

    The map draws the grids (`areas`); the table beside it holds the areas below (`below`), those without a task too.
    """
    rows = _rows_by_place(area, now=now, orders=_orders(area, now))
    children = territory.get_children(area.code)
    sums = _added_up(rows, children)
    below = [ChildCounts(child, Counts(*sums.get(part, ()))) for part, child in enumerate(children, start=1)]
    return _status(rows, below, now)


def _rows_by_place(
    area: territory.AreaView, *, now: datetime, orders: Sequence[governance.OrderView]
) -> list[tuple[int, ...]]:
    """Return (place, open, late, done, done today, due) of each place with tasks."""
    steps = dispatch.task_counts_by_place(
        order_ids=[order.id for order in orders],
        ranges=[(area.pos, area.end)],
        now=now,
        day_start=clock.midnight(now),
    )
    return dispatch.run(steps)


def _added_up(
    rows: Iterable[tuple[int, ...]], children: Sequence[territory.AreaView]
) -> dict[int, list[int]]:
    """Return the rows of places added up by the number of the area below they lie in, 0 for none of them."""
    starts = [child.pos for child in children]
    ends = [0, *(child.end for child in children)]
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * 5)
    for pos, opened, late, done, today, due in rows:
        at = bisect_right(starts, pos)
        part = sums[at if pos < ends[at] else 0]
        part[0] += opened  # added to in place: a whole city has twelve thousand of these rows
        part[1] += late
        part[2] += done
        part[3] += today
        part[4] += due
    return sums


def _status(rows: Sequence[tuple[int, ...]], below: Iterable[ChildCounts], now: datetime) -> dict[str, Any]:
    codes = territory.get_codes(row[0] for row in rows)
    return {
        "as_of": localtime(now).isoformat(),
        "areas": {codes[pos]: (opened, late, done, due) for pos, opened, late, done, _today, due in rows},
        "below": {
            child.area.code: [child.counts.open, child.counts.late, child.counts.done, child.counts.due]
            for child in below
        },
    }
