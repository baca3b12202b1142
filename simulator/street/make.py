"""The steps from grids to a street of people and lists, in the order they run."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridward.country.api import pack
from simulator.street.doors import Door, Grid, make_doors
from simulator.street.lists import DepartmentList, Truth, make_lists
from simulator.street.people import Maker, Person

#: No table of divisions has this district: everybody sees at once that an id is synthetic.
SYNTHETIC_REGION = "320199"


@dataclass(frozen=True)
class Worker:
    """One row of the worker roster file."""

    worker_ref: str
    name: str
    phone: str
    employment: str
    area_code: str
    role: str
    handle: str
    responsible: str


@dataclass(frozen=True)
class Street:
    """Everything about one synthetic street."""

    doors: tuple[Door, ...]
    people: tuple[Person, ...]
    workers: tuple[Worker, ...]
    lists: tuple[DepartmentList, ...]
    truths: tuple[Truth, ...]


def make_street(grids: Sequence[Grid], places: Mapping[str, str], *, seed: int = 1) -> Street:
    """
    Make a street of people behind the doors of `grids`, the same for the same seed.

    `places` gives, for each grid code, the names of district, street and community as an address begins with them.
    Raises ValueError where there is no grid to fill or a grid has no place.
    """
    nowhere = sorted({grid.code for grid in grids} - places.keys())
    if nowhere or not grids:
        raise ValueError(f"no place for grids {nowhere}" if nowhere else "no grid to fill")
    rng = random.Random(seed)  # noqa: S311 — reproducible by seed is the point; nothing secret comes of it
    maker = Maker(pack("cn"), rng)
    doors = make_doors(grids, rng)
    people = maker.families(doors, SYNTHETIC_REGION)
    workers = make_workers(grids, maker, rng)
    lists, truths = make_lists(people, places, maker, rng)
    return Street(tuple(doors), tuple(people), tuple(workers), tuple(lists), tuple(truths))


def make_workers(grids: Sequence[Grid], maker: Maker, rng: random.Random) -> list[Worker]:
    """Return two or three workers a grid; the first answers for it."""
    return [
        Worker(
            worker_ref=f"W{grid.code}-{place}",
            name=maker.surname() + maker.given(),
            phone=maker.phone(),
            employment="full_time" if place == 1 else "part_time",
            area_code=grid.code,
            role="grid_worker",
            handle=f"worker-{grid.code}-{place}",
            responsible="yes" if place == 1 else "no",
        )
        for grid in grids
        for place in range(1, rng.choice((2, 2, 3)) + 1)
    ]
