"""
Who is on duty when, and when a worker's telephone has no network.

Owns the hours: doors from early morning to evening with somebody in each grid from 8:00 to 20:00, breaks included;
night for gates alone; twelve hours at most, eleven hours of rest before. Refuses to know what is done in them.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Flags, Ints, stream, unrolled
from simulator.city.ground import Ground
from simulator.city.make import City
from simulator.city.places import ROUND_THE_CLOCK
from simulator.city.text import WORKER, Sheet, pick
from simulator.day.columns import AREA, worker_numbers
from simulator.day.hours import DAY, HOUR, MINUTE, between

EARLY, LATE, MIDDLE, NIGHT, OFF = range(5)
PATROL, GATE = range(2)
DUTY_KINDS = ("patrol", "entry_supervision")
QUARTER = 15 * MINUTE
#: Each duty's earliest and latest beginning, its shortest and longest length, both in quarters of an hour, and between
#: which minutes of the day its break begins. Whatever is drawn, of the early and the late one of a grid one is there.
DUTIES = np.array([
    (29, 32, 32, 35, 735, 780), (44, 48, 34, 35, 840, 855), (36, 40, 34, 37, 780, 840), (0, 0, 32, 32, 180, 270),
])  # fmt: skip
#: The late one stays until eight o'clock at least.
LATE_UNTIL = (80, 83)
BREAK = 45 * MINUTE
#: A free day in seven; of third workers beside a gate that never closes, so many stand at it at night.
FREE, AT_THE_GATE = 1 / 7, 0.5
#: Holes of the network: how many short ones in a duty, in town and in villages, and how long they are (median, spread).
STAIRWELLS, STAIRWELL = (7.0, 3.0), (70.0, 0.7)
BASEMENTS, BASEMENT = (0.15, 0.1), (25.0 * MINUTE, 0.5)
#: Valleys, in villages alone: a few, up to hours.
VALLEYS, VALLEY = 1.2, (40.0 * MINUTE, 0.8)
SHORTEST_HOLE, LONGEST_HOLE = 10, 4 * HOUR


@dataclass(frozen=True)
class Shifts:
    """One row for each worker on duty, in the order of the workers; all times are seconds of the day."""

    worker: Ints
    kind: Ints
    duty: Ints
    begins: Ints
    ends: Ints
    break_begins: Ints
    rest_began: Ints

    @property
    def break_ends(self) -> Ints:
        """When the break is over."""
        return self.break_begins + BREAK


@dataclass(frozen=True)
class Holes:
    """When a worker's telephone has no network, in the order of workers and time; no two of a worker touch."""

    worker: Ints
    begins: Ints
    ends: Ints


def make_shifts(city: City, seed: int) -> Shifts:
    """Return the day's duties: who is off has none."""
    rng = stream(seed, "day shifts")
    duty = _duties(city, rng)
    worker = np.flatnonzero(duty != OFF)
    duty = duty[worker]
    begins, ends = _hours(duty, rng)
    _yesterday, ended = _hours(duty, rng)
    was_free = rng.random(len(worker)) < FREE
    minutes = DUTIES[duty]
    return Shifts(
        worker=worker,
        kind=np.where(duty == NIGHT, GATE, PATROL),
        duty=duty,
        begins=begins,
        ends=ends,
        break_begins=between(minutes[:, 4], minutes[:, 5], len(worker), rng) * MINUTE,
        # Everybody had the same duty the day before, or the day before that.
        rest_began=ended - DAY * np.where(was_free, 2, 1),
    )


def _duties(city: City, rng: np.random.Generator) -> Ints:
    """Choose early or late for the first two of each grid; the third comes between, at night to a gate, or not."""
    workers, gates = city.workers, city.checkpoints
    late_first = rng.random(len(city.ground)) < 0.5
    swapped = late_first[workers.grid] ^ (workers.place == 2)
    open_at_night = np.zeros(len(city.ground), dtype=bool)
    open_at_night[city.sites.grid[gates.site[gates.passages >= ROUND_THE_CLOCK]]] = True
    draw = rng.random(len(workers))
    third = np.where(open_at_night[workers.grid] & (draw < AT_THE_GATE), NIGHT, MIDDLE)
    third[draw > 1 - FREE] = OFF
    return np.where(workers.place > 2, third, np.where(swapped, LATE, EARLY))


def _hours(duty: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    first, last, shortest, longest, _from, _until = DUTIES[duty].T
    begins = between(first, last, len(duty), rng)
    ends = begins + between(shortest, longest, len(duty), rng)
    ends = np.where(duty == LATE, np.clip(ends, *LATE_UNTIL), ends)
    return begins * QUARTER, ends * QUARTER


def worker_at(city: City, shifts: Shifts, grid: Ints, second: Ints) -> Ints:
    """Return who of each grid is there at that second, which lies between 8:00 and 20:00: the early or the late one."""
    early, late = (on_duty(city, shifts, duty) for duty in (EARLY, LATE))
    here = early[grid]
    works = (shifts.begins[here] <= second) & (second < shifts.ends[here])
    rests = (shifts.break_begins[here] <= second) & (second < shifts.break_ends[here])
    return shifts.worker[np.where(works & ~rests, here, late[grid])]


def on_duty(city: City, shifts: Shifts, duty: int) -> Ints:
    """Return for each grid the place in `shifts` of its early or of its late worker."""
    mine = np.flatnonzero(shifts.duty == duty)
    found = np.empty(len(city.ground), dtype=np.int64)
    found[city.workers.grid[shifts.worker[mine]]] = mine
    return found


def make_holes(ground: Ground, workers_grid: Ints, shifts: Shifts, seed: int) -> Holes:
    """Return the holes of the network inside the duties: stairwells, basements, valleys; where two meet it is one."""
    rng = stream(seed, "day network")
    rural = ground.rural[workers_grid[shifts.worker]]
    kinds = (
        (np.where(rural, STAIRWELLS[1], STAIRWELLS[0]), STAIRWELL),
        (np.where(rural, BASEMENTS[1], BASEMENTS[0]), BASEMENT),
        (np.where(rural, VALLEYS, 0.0), VALLEY),
    )
    parts = []
    for mean, (median, spread) in kinds:
        shift, _ = unrolled(rng.poisson(mean).astype(np.int64))
        length = np.clip(rng.lognormal(np.log(median), spread, len(shift)), SHORTEST_HOLE, LONGEST_HOLE)
        begins = between(shifts.begins[shift], shifts.ends[shift] - SHORTEST_HOLE, len(shift), rng)
        ends = np.minimum(begins + length.astype(np.int64), shifts.ends[shift])
        parts.append((shift, begins, ends))
    shift, begins, ends = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Holes(*merged(shifts.worker[shift], begins, ends))


def merged(worker: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Join what overlaps or touches within one worker."""
    order = np.lexsort((ends, begins, worker))
    # Every worker has a stretch of a line of seconds; no hole reaches into the next one's.
    stretch = worker[order] * (2 * DAY)
    since, until = stretch + begins[order], np.maximum.accumulate(stretch + ends[order])
    opens: Flags = np.r_[True, since[1:] > until[:-1]][: len(since)]
    last = np.r_[opens[1:], True][: len(since)]
    of = worker[order][opens]
    return of, since[opens] - of * (2 * DAY), until[last] - of * (2 * DAY)


def shifts_sheet(city: City, shifts: Shifts) -> Sheet:
    """Return the duties of the day."""
    numbers = worker_numbers(city, shifts.worker) | {
        "kind": shifts.kind, "begins": shifts.begins, "ends": shifts.ends, "break_begins": shifts.break_begins,
        "break_ends": shifts.break_ends, "rest_began": shifts.rest_began,
    }  # fmt: skip
    columns = {
        "worker_ref": WORKER, "area_code": AREA, "from_second": "begins", "until_second": "ends",
        "break_from": "break_begins", "break_until": "break_ends", "duty_kind": pick(DUTY_KINDS, "kind"),
        "rested_from": "rest_began",
    }  # fmt: skip
    return Sheet("shifts", numbers, columns)


def network_sheet(city: City, holes: Holes) -> Sheet:
    """Return when workers' telephones have no network."""
    numbers = worker_numbers(city, holes.worker) | {"begins": holes.begins, "ends": holes.ends}
    columns = {"worker_ref": WORKER, "from_second": "begins", "until_second": "ends"}
    return Sheet("network", numbers, columns)
