"""Households and residents behind doors. Every number lies in a block no living person holds."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gridward.country.api import CountryPack
from simulator.street.doors import Door

TODAY = date(2020, 2, 14)
SIZES = (1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5)
SEVERAL_FAMILIES = 0.01
_BIRTHS = {"elder": (62, 88), "adult": (23, 61), "child": (1, 17)}


@dataclass(frozen=True)
class Person:
    """One synthetic resident with the columns of the standing register file."""

    resident_ref: str
    household_ref: str
    name: str
    id_number: str
    phone: str
    door: Door

    @property
    def area_code(self) -> str:
        """The grid the person lives in."""
        return self.door.area_code


class Maker:
    """Makes people one after the other; keeps the counters that make ids and telephones unique."""

    def __init__(self, country: CountryPack, rng: random.Random, *, start: int = 0) -> None:
        self._country = country
        self._rng = rng
        self._people = start
        self._households = start
        self._phones = start
        self._surnames, self._weights = zip(*country.surnames, strict=True)
        self._born: dict[tuple[str, date], int] = {}

    def families(self, doors: Sequence[Door], region: str) -> list[Person]:
        """Return everybody behind these doors; behind one in a hundred live two families."""
        people: list[Person] = []
        for door in doors:
            for _ in range(2 if self._rng.random() < SEVERAL_FAMILIES else 1):
                people += self.family(door, region)
        return people

    def family(self, door: Door, region: str) -> list[Person]:
        """Return one household: its elders and children share the first adult's telephone."""
        self._households += 1
        household = f"H{self._households:07d}"
        surname = self.surname()
        size = self._rng.choice(SIZES)
        phone = self.phone()
        family = [self.person(household, door, region, surname, "adult", phone)]
        for position in range(1, size):
            if position == 1:
                family.append(self.person(household, door, region, self.surname(), "adult", self.phone()))
            elif self._rng.random() < 0.7:
                family.append(self.person(household, door, region, surname, "child", phone))
            else:
                family.append(self.person(household, door, region, surname, "elder", phone))
        return family

    def person(self, household: str, door: Door, region: str, surname: str, age: str, phone: str) -> Person:
        """Return one person of an age group; a few small children have no document yet."""
        self._people += 1
        least, most = _BIRTHS[age]
        born = TODAY - timedelta(days=self._rng.randint(least * 365, most * 365))
        number = "" if age == "child" and self._rng.random() < 0.1 else self._id(region, born)
        return Person(f"R{self._people:08d}", household, surname + self.given(), number, phone, door)

    def surname(self) -> str:
        """Return a surname by its weight."""
        return str(self._rng.choices(self._surnames, self._weights)[0])

    def given(self) -> str:
        """Return a given name of one or two characters."""
        return "".join(
            self._rng.choice(self._country.given_characters) for _ in range(self._rng.choice((1, 2, 2, 2)))
        )

    def phone(self) -> str:
        """Return a telephone number nobody else has."""
        self._phones += 1
        return self._country.synthetic_phone(self._phones)

    def _id(self, region: str, born: date) -> str:
        key = (region, born)
        self._born[key] = self._born.get(key, 0) + 1
        return self._country.synthetic_id(region, born, self._born[key])
