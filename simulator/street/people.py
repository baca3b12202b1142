"""
Residents one by one, and strangers for the lists. Every number lies in a block no living person holds.

Owns strangers; residents come from the city. Refuses numbers that a resident may hold.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gridward.country.api import CountryPack
from simulator.city.numbers import IDS_A_DAY
from simulator.street.doors import Door

TODAY = date(2020, 2, 14)
PHONES_FROM = 90_000_000
_YEARS = (23, 61)


@dataclass(frozen=True)
class Person:
    """One synthetic person with the columns of the standing register file."""

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


class Strangers:
    """Makes people the register does not know; keeps the counters that make ids and telephones unique."""

    def __init__(self, country: CountryPack, rng: random.Random) -> None:
        self._country = country
        self._rng = rng
        self._made = 0
        self._surnames, self._weights = zip(*country.surnames, strict=True)
        self._born: dict[date, int] = {}

    def stranger(self, near: Sequence[Person], region: str) -> Person:
        """Return somebody who has moved in behind a door of one of these people, or says so."""
        self._made += 1
        born = TODAY - timedelta(days=self._rng.randint(_YEARS[0] * 365, _YEARS[1] * 365))
        place = self._born[born] = self._born.get(born, -1) + 1
        given = [
            self._rng.choice(self._country.given_characters) for _ in range(self._rng.choice((1, 2, 2, 2)))
        ]
        return Person(
            resident_ref=f"X{self._made:07d}",
            household_ref="",
            name=str(self._rng.choices(self._surnames, self._weights)[0]) + "".join(given),
            id_number=self._country.synthetic_id(region, born, IDS_A_DAY + place),
            phone=self._country.synthetic_phone(PHONES_FROM + self._made),
            door=self._rng.choice(near).door,
        )
