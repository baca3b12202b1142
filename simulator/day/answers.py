"""
What happens when somebody asks: who opens when, what the telephone says, and what a finished visit finds.

Owns that it fits together: one door has one answer for everybody behind it, one telephone one result, and who does not
live there any more does not open.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Ints, by_weight, stream
from simulator.city.make import City
from simulator.city.people import AGES, ELDER, TODAY, Households, People
from simulator.city.text import HOUSEHOLD, RESIDENT, Columns, Sheet, pick
from simulator.day.columns import AREA
from simulator.day.hours import MINUTE, between

#: How often in ten thousand; the words are those of the house.
PHONES: Mapping[str, int] = {
    "answered": 6_250, "no_answer": 1_700, "hung_up": 420, "rejected": 380, "busy": 380, "powered_off": 420,
    "out_of_area": 130, "invalid_number": 110, "number_suspended": 120, "network_busy": 60, "opted_out": 30,
}  # fmt: skip
DOORS: Mapping[str, int] = {"done": 9_350, "refused": 220, "moved": 300, "unsafe": 30, "postponed": 100}
OUTCOMES = ("verified_present", "verified_absent", "moved", "wrong_person", "refused", "referred_medical")
PRESENT, ABSENT, MOVED, WRONG, REFUSED, MEDICAL = range(len(OUTCOMES))
#: What is found of who opens, and of the others, in the order of OUTCOMES.
OPENER, OTHERS = (9_950, 0, 0, 0, 0, 50), (9_000, 600, 250, 100, 0, 50)
#: Households whose door strangers open: nobody of the register lives there.
STRANGERS = 0.012
#: When somebody is at home, as minutes of the day: from the earliest to the latest, until the earliest to the latest.
HOURS: Mapping[str, tuple[int, int, int, int]] = {
    "all_day": (375, 465, 1_260, 1_350),
    "evenings": (1_030, 1_170, 1_290, 1_360),
    "mornings": (375, 465, 720, 870),
    "afternoons": (745, 870, 1_260, 1_350),
    "nobody": (0, 0, 0, 0),
}
#: How often in a hundred where the eldest is old, and elsewhere; homes for many are never empty.
ELDERLY, OTHER = (78, 2, 10, 7, 3), (46, 28, 9, 12, 5)


@dataclass(frozen=True)
class Answers:
    """`home_from`, `home_until`, `door` of each household; `phone` and `outcome` of each person, as places."""

    home_from: Ints
    home_until: Ints
    door: Ints
    phone: Ints
    outcome: Ints


def make_answers(city: City, seed: int) -> Answers:
    """Return what happens at every door and on every telephone of the city."""
    rng = stream(seed, "day answers")
    homes, people = city.households, city.people
    home_from, home_until = _hours(homes, people, rng)
    door = by_weight(np.array([*DOORS.values()]), len(homes.size), rng)
    numbers, which = np.unique(people.phone, return_inverse=True)
    phone = by_weight(np.array([*PHONES.values()]), len(numbers), rng)[which]
    outcome = _outcomes(city, door, rng)
    return Answers(home_from, home_until, door, phone, outcome)


def _hours(homes: Households, people: People, rng: np.random.Generator) -> tuple[Ints, Ints]:
    first = people.id_number[np.cumsum(homes.size) - homes.size]
    year = first // 10**7 % 10**4
    # A child without a document has no birthday here, and no child is the first of a household.
    elderly = year <= TODAY.year - AGES[ELDER, 0]
    count = len(homes.size)
    kind = np.where(elderly, by_weight(np.array(ELDERLY), count, rng), by_weight(np.array(OTHER), count, rng))
    kind[homes.collective] = 0
    bounds = np.array([*HOURS.values()])[kind] * MINUTE
    return (
        between(bounds[:, 0], bounds[:, 1], count, rng),
        between(bounds[:, 2], bounds[:, 3], count, rng),
    )


def _outcomes(city: City, door: Ints, rng: np.random.Generator) -> Ints:
    homes, people = city.households, city.people
    opens = np.zeros(len(people), dtype=bool)
    opens[np.cumsum(homes.size) - homes.size] = True
    outcome = np.where(
        opens, by_weight(np.array(OPENER), len(people), rng), by_weight(np.array(OTHERS), len(people), rng)
    )
    twice = next(special for special in city.specials if special.kind == "two_addresses")
    # Old people with a flat of their own live there and not with their children.
    outcome[twice.other] = MOVED
    words = tuple(DOORS)
    taken = (rng.random(len(homes.size)) < STRANGERS) & ~homes.collective
    outcome[taken[people.household]] = WRONG
    outcome[(door == words.index("refused"))[people.household]] = REFUSED
    outcome[(door == words.index("moved"))[people.household]] = MOVED
    return outcome


def answers_sheet(city: City, answers: Answers) -> Sheet:
    """Return what happens if somebody asks: one row for each resident, in the register's order."""
    home = city.people.household
    numbers: Columns = {
        "person": np.arange(1, len(home) + 1, dtype=np.int32),
        "household": (home + 1).astype(np.int32),
        "grid_code": city.ground.codes[city.households.grid[home]],
        "home_from": answers.home_from.astype(np.int32)[home],
        "home_until": answers.home_until.astype(np.int32)[home],
        "phone": answers.phone.astype(np.int8),
        "door": answers.door.astype(np.int8)[home],
        "outcome": answers.outcome.astype(np.int8),
    }
    columns = {
        "resident_ref": RESIDENT.format("person"),
        "household_ref": HOUSEHOLD.format("household"),
        "area_code": AREA,
        "home_from": "home_from",
        "home_until": "home_until",
        "phone": pick(tuple(PHONES), "phone"),
        "door": pick(tuple(DOORS), "door"),
        "outcome": pick(OUTCOMES, "outcome"),
    }
    return Sheet("answers", numbers, columns, large=True)
