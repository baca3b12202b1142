"""The steps from grids to a street of people, in the order they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.city import City, Grid, make_city, make_ground
from simulator.city.text import sheets
from simulator.city.write import read_sheet
from simulator.street.doors import Door
from simulator.street.people import Person


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
    """Everything about one synthetic street; the seed makes its lists and its day too."""

    doors: tuple[Door, ...]
    people: tuple[Person, ...]
    workers: tuple[Worker, ...]
    seed: int
    city: City = field(repr=False, compare=False)


def make_street(grids: Sequence[Grid], places: Mapping[str, str], *, seed: int = 1) -> Street:
    """
    Make a city of the few grids of a street, the same for the same seed, and hand it over row by row.

    `places` gives, for each grid code, the names of district, street and community as an address begins with them.
    Raises ValueError where there is no grid to fill or a grid has no place.
    """
    city = make_city(make_ground(grids, places), seed=seed)
    rows = {
        sheet.name: read_sheet(sheet)
        for sheet in sheets(city)
        if sheet.name in ("addresses", "workers", "residents")
    }
    doors = [_door(*row) for row in rows["addresses"]]
    door_of = city.households.door[city.people.household].tolist()
    people = [
        Person(ref, household, name, number, phone, doors[door])
        for (ref, name, _kind, number, phone, _address, _area, household), door in zip(
            rows["residents"], door_of, strict=True
        )
    ]
    workers = [Worker(*row) for row in rows["workers"]]
    return Street(tuple(doors), tuple(people), tuple(workers), seed, city)


def _door(*texts: str) -> Door:
    area_code, road, number, compound, building, unit, room, longitude, latitude = texts
    return Door(area_code, road, number, compound, building, unit, room, float(longitude), float(latitude))
