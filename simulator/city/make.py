"""The steps from grids to a city in columns, in the order they run."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.city.doors import Doors, Sites, make_doors, make_sites
from simulator.city.ground import Ground
from simulator.city.people import Households, People, Special, make_households, make_people
from simulator.city.places import Checkpoints, Premises, make_checkpoints, make_premises
from simulator.city.work import Workers, make_workers

#: Called with the name of a step when it begins.
Tell = Callable[[str], None]


@dataclass(frozen=True)
class City:
    """Everything about one synthetic city; tables point to one another by place, counted from 0."""

    ground: Ground
    sites: Sites
    doors: Doors
    households: Households
    people: People
    workers: Workers
    premises: Premises
    checkpoints: Checkpoints
    specials: tuple[Special, ...]


def silent(step: str) -> None:
    """Say nothing."""


def make_city(ground: Ground, *, seed: int = 1, tell: Tell = silent) -> City:
    """Make the people of the ground and what they live and work in, the same for the same seed."""
    tell("households")
    households, crowded = make_households(len(ground), seed)
    tell("doors")
    sites = make_sites(ground, households.doors_wanted, seed)
    doors = make_doors(ground, sites, seed)
    tell("people")
    people, double = make_people(households, seed)
    tell("workers, premises, checkpoints")
    return City(
        ground,
        sites,
        doors,
        households,
        people,
        make_workers(ground, seed),
        make_premises(ground, sites, seed),
        make_checkpoints(ground, sites, seed),
        (*crowded, *double),
    )
