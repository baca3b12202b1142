"""U4: asks avoided on the day of seventeen lists, and how far the workers of the model city walk on it."""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from statistics import fmean
from time import perf_counter
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.figures import Figure, Goal
from benchmarks.house.town import DIVISIONS
from gridward.dispatch.ordering import Pace, Stop, day_order, yardsticks
from gridward.dispatch.walking import Metres, distances, length, shortest
from simulator.cells import make_cells, read_table
from simulator.city import City, Grid, make_city, make_ground
from simulator.lists import SHAPES
from simulator.lists.asked import LISTS_EACH, choose_pool, count_outsiders, count_rows, draw_list

SEATS = DIVISIONS.with_name("district_seats.csv")
CITY_GRIDS, CITY_ROWS, MOST = 12_000, 1_000_000, 40
MORNING = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PACE = Pace(minutes_a_household=12, metres_a_minute=70, detour=1.3)
#: Of how many buildings the shortest walk is still found by trying: sets of places, each with its best ends.
SMALL, SMALL_ROUNDS = (8, 9, 10, 11), 10


@dataclass(frozen=True)
class Asked:
    """The day of seventeen lists: its rows, how many households they ask, and each grid's in the order they came."""

    rows: int
    households: int
    days: dict[int, list[Stop]]

    @property
    def avoided(self) -> float:
        """Return of a hundred asks how many are answered by a visit that is made anyway."""
        return 100 * (1 - self.households / self.rows)


def measure(quick: bool) -> list[Figure]:
    """Return asks avoided, metres walked against other orders, time to plan, and how near the walk is to the best."""
    grids = 150 if quick else CITY_GRIDS
    # The tree has a grid a community at least; of a tiny city a part is planned.
    city = model_city(max(grids, 1_500))
    asked = seventeen_lists(city, round(CITY_ROWS * len(city.ground) / CITY_GRIDS))
    starts = centres(city)
    days = dict(islice(asked.days.items(), grids))
    begun = perf_counter()
    planned = {
        grid: day_order(day, start=starts[grid], begins_at=MORNING, pace=PACE) for grid, day in days.items()
    }
    seconds = perf_counter() - begun
    others = {grid: yardsticks(day, start=starts[grid]) for grid, day in days.items()}
    walked = fmean(one.metres for one in planned.values())
    size = f"{len(days):,} worker-days of {fmean(len(day) for day in days.values()):.0f} households"
    shorter = Goal("U4", "planned walking ≥ 30 % shorter than arrival order", "ratio", least=1 / 0.7)
    figures = [
        Figure(
            "asks avoided", f"{asked.rows:,} rows of 17 lists", "%", [asked.avoided], more_is_better=True,
            goal=Goal("U4", "≥ 50 %", least=50),
        ),
        Figure("walk", size, "m", [walked], "the order they came", [mean(others, "arrival")], goal=shorter),
        Figure("walk", size, "m", [walked], "the nearest door next", [mean(others, "nearest")]),
        Figure("planning", size, "ms a worker", [1000 * seconds / len(days)]),
        Figure("planning", f"{len(days):,} grids, one core", "s", [seconds]),
    ]  # fmt: skip
    return [
        *figures,
        *_against_the_best(list(days.values())),
        *_against_ortools(list(days.values())[: 200 if quick else 1_000]),
    ]


def mean(others: dict[int, dict[str, float]], name: str) -> float:
    """Return the mean walk in another order, on paths as ours."""
    return fmean(one[name] for one in others.values()) * PACE.detour


def model_city(grids: int) -> City:
    """Return the model city with so many grids, in memory."""
    divisions = read_table(DIVISIONS)
    cells = make_cells(divisions, read_table(SEATS), grids=grids)
    names = [Grid(*one) for one in zip(cells.codes, cells.names, cells.polygons, strict=True)]
    return make_city(make_ground(names, dict.fromkeys(cells.codes, "")))


def seventeen_lists(city: City, rows: int) -> Asked:
    """Draw the departments' lists as the simulator does, and let each household be asked when it is first named."""
    rng = np.random.Generator(np.random.PCG64([1, len(SHAPES)]))
    counts = count_rows(rows, [shape.share for shape in SHAPES])
    homes = city.people.household
    pool = choose_pool(homes, max(round(rows / LISTS_EACH), *counts), rng)
    strangers = np.arange(len(homes), len(homes) + count_outsiders(rows))
    named = np.concatenate([draw_list(pool, strangers, count, rng).person for count in counts])
    known = homes[named[named < len(homes)]]
    first = np.sort(np.unique(known, return_index=True)[1])
    days: dict[int, list[Stop]] = {}
    for place in first.tolist():
        household = int(known[place])
        day = days.setdefault(int(city.households.grid[household]), [])
        if len(day) < MOST:
            day.append(_stop(city, household, place))
    return Asked(rows, len(first) + len(np.unique(named[named >= len(homes)])), days)


def _stop(city: City, household: int, came: int) -> Stop:
    doors, door = city.doors, int(city.households.door[household])
    return Stop(
        UUID(int=household), "P3", MORNING + timedelta(microseconds=came), MORNING + timedelta(hours=24),
        int(doors.grid[door]), f"{doors.road[door]}-{doors.number[door]}-{doors.building[door]}",
        str(doors.unit[door]), str(doors.room[door]), (float(doors.longitude[door]), float(doors.latitude[door])),
    )  # fmt: skip


def centres(city: City) -> dict[int, tuple[float, float]]:
    """Return a point inside each grid, where its days begin."""
    polygons = city.ground.polygons
    assert polygons is not None
    inside = [polygon.representative_point() for polygon in polygons]
    return {grid: (point.x, point.y) for grid, point in enumerate(inside)}


def buildings(day: Sequence[Stop]) -> list[tuple[float, float]]:
    """Return where the buildings of a day stand, in the order they came."""
    return list(dict.fromkeys(stop.point for stop in day if stop.point is not None))


def _against_the_best(days: Sequence[Sequence[Stop]]) -> Iterator[Figure]:
    for count in SMALL:
        fit = [points[:count] for day in days if len(points := buildings(day)) >= count][:SMALL_ROUNDS]
        tables = [distances(points) for points in fit]
        over = [100 * (length(shortest(table, 0), table) / best_length(table) - 1) for table in tables]
        if over:
            yield Figure(
                "longer than the best there is", f"{count} buildings, {len(over)} days", "%", [fmean(over)]
            )


def best_length(metres: Metres) -> float:
    """Return the length of the shortest open path from place 0 through all others, by Held and Karp."""
    count = len(metres) - 1
    among, best = metres[1:, 1:], np.full((1 << count, count), np.inf)
    for place in range(count):
        best[1 << place, place] = metres[0, place + 1]
    for seen in range(1, 1 << count):
        onward = (best[seen][:, None] + among).min(axis=0)
        for place in range(count):
            if not seen >> place & 1:
                after = seen | 1 << place
                best[after, place] = min(best[after, place], onward[place])
    return float(best[-1].min())


def _against_ortools(days: Sequence[Sequence[Stop]]) -> Iterator[Figure]:
    """Measure OR-Tools on the same buildings where somebody installed it; the house does not need it."""
    try:
        routing = importlib.import_module("ortools.constraint_solver.pywrapcp")
    except ImportError:
        return
    tables = [distances(points) for day in days if len(points := buildings(day)) > 7]
    ours: list[list[float]] = [[], []]
    theirs: list[list[float]] = [[], []]
    for table in tables:
        for solve, into in (
            (lambda one: shortest(one, 0), ours),
            (lambda one: by_ortools(routing, one), theirs),
        ):
            begun = perf_counter()
            into[0].append(length(solve(table), table))
            into[1].append(1000 * (perf_counter() - begun))
    size = f"{len(tables):,} days of more than seven buildings"
    yield Figure("walk", size, "m", [fmean(ours[0])], "OR-Tools, descent", [fmean(theirs[0])])
    yield Figure("shortest walk", size, "ms", [fmean(ours[1])], "OR-Tools, descent", [fmean(theirs[1])])


def by_ortools(routing: object, metres: Metres) -> list[int]:
    """Return the order OR-Tools finds by its default local search, from place 0 with a free end."""
    count = len(metres)
    costs = np.zeros((count + 1, count + 1), dtype=np.int64)
    costs[:count, :count] = np.rint(metres * 10)
    index = routing.RoutingIndexManager(count + 1, 1, [0], [count])  # type: ignore[attr-defined]
    model = routing.RoutingModel(index)  # type: ignore[attr-defined]
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(costs.tolist()))
    found = model.SolveWithParameters(routing.DefaultRoutingSearchParameters())  # type: ignore[attr-defined]
    order, at = [], model.Start(0)
    while not model.IsEnd(at):
        order.append(int(index.IndexToNode(at)))
        at = found.Value(model.NextVar(at))
    return order
