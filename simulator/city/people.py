"""
Households and residents, column by column, with the odd cases a register has, each of them declared.

Owns who lives together, ages, names, numbers, and the specials: families behind one door, shared telephones, people
at two addresses, numbers held by two people, homes for many. Refuses doors.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulator.cells.sites import apportion
from simulator.city.draw import Flags, Ints, by_weight, distinct, stream, unrolled
from simulator.city.numbers import birthday_codes, check_places, first_seventeen, phones
from simulator.city.words import given, surnames

TODAY = date(2020, 2, 14)
HOUSEHOLDS_EACH, FEWEST, MOST = 125, 40, 800
SIZES, SHARES = np.arange(1, 7), (0.14, 0.24, 0.29, 0.18, 0.10, 0.05)
SEVERAL_FAMILIES, SHARED_PHONES = 0.01, 0.003
HOUSEHOLDS_A_HOME, HOME_SIZES = 4_000, (8, 80)
PEOPLE_A_SECOND_ADDRESS, PEOPLE_A_SHARED_ID = 500, 20_000
ADULT, CHILD, ELDER = 0, 1, 2
#: Youngest and oldest of each age group, in years.
AGES = np.array([(20, 61), (1, 17), (62, 88)])
SPECIAL_KINDS = ("several_families", "collective_home", "shared_phone", "two_addresses", "shared_id")


@dataclass(frozen=True)
class Special:
    """Two columns of places: households for the first three kinds, people for the other two; -1 for no other."""

    kind: str
    one: Ints
    other: Ints


@dataclass(frozen=True)
class Households:
    """Households in the order of the grids; `door` counts doors from 0 in the same order."""

    grid: Ints
    door: Ints
    size: Ints
    collective: Flags

    @property
    def doors_wanted(self) -> Ints:
        """How many doors each grid needs, in the order of the grids."""
        first = np.r_[True, np.diff(self.door) > 0]
        return np.bincount(self.grid[first]).astype(np.int64)


@dataclass(frozen=True)
class People:
    """Residents in the order of their households; `id_number` is 0 for those without a document."""

    household: Ints
    surname: Ints
    given: Ints
    second: Ints
    id_number: Ints
    check: Ints
    phone: Ints

    def __len__(self) -> int:
        return len(self.household)


def make_households(grids: int, seed: int) -> tuple[Households, list[Special]]:
    """Share households out to grids with a heavy tail and say how many live in each."""
    rng = stream(seed, "households")
    weights = rng.lognormal(0.0, 0.55, grids)
    bounds = (np.full(grids, most, dtype=np.intp) for most in (FEWEST, MOST))
    counts = apportion(weights, HOUSEHOLDS_EACH * grids, *bounds)
    grid, place = unrolled(counts.astype(np.int64))
    total = len(grid)
    joins = (rng.random(total) < SEVERAL_FAMILIES) & (place > 0)
    size = rng.choice(SIZES, total, p=SHARES)
    homes = np.sort(distinct(np.flatnonzero(~joins), max(1, total // HOUSEHOLDS_A_HOME), rng))
    least, most = HOME_SIZES
    size[homes] = np.minimum(least * (1 + rng.pareto(1.2, len(homes))), most).astype(np.int64)
    collective = np.zeros(total, dtype=bool)
    collective[homes] = True
    second = np.flatnonzero(joins)
    specials = [
        Special("several_families", second, second - 1),
        Special("collective_home", homes, np.full(len(homes), -1)),
    ]
    return Households(grid, np.cumsum(~joins) - 1, size, collective), specials


def make_people(households: Households, seed: int) -> tuple[People, list[Special]]:
    """Return everybody and the special cases among them."""
    rng = stream(seed, "people")
    home, place = unrolled(households.size)
    age = _ages(households, home, place, rng)
    own_phone = (place < 2) | households.collective[home]
    days_ago = rng.integers(AGES[age, 0] * 365, AGES[age, 1] * 365 + 1)
    names = _names(households, home, place, rng)
    phone = phones("residents", np.cumsum(own_phone) - 1)
    head = (np.cumsum(households.size) - households.size)[home]
    phone = np.where(own_phone, phone, phone[head])
    phone, shared = _share_phones(households, home, place, phone, rng)
    id_number = first_seventeen(birthday_codes(TODAY, 90 * 365)[days_ago], days_ago)
    id_number[(age == CHILD) & (rng.random(len(age)) < 0.1)] = 0
    columns = {**names, "id_number": id_number, "phone": phone}
    taken = shared_heads(shared, head)
    copies = _copies(households, home, place, age, taken, rng)
    for special in copies:
        for name in columns if special.kind == "two_addresses" else ("id_number",):
            columns[name][special.other] = columns[name][special.one]
    people = People(home, check=check_places(columns["id_number"]), **columns)
    return people, [shared, *copies]


def shared_heads(shared: Special, head: Ints) -> Flags:
    """Say who lives in a household that shares its telephone with another."""
    starts = np.unique(head)
    involved = np.zeros(len(head), dtype=bool)
    involved[starts[np.r_[shared.one, shared.other]]] = True
    return involved[head]


def _ages(households: Households, home: Ints, place: Ints, rng: np.random.Generator) -> Ints:
    alone = rng.random(len(households.size))
    elderly = (alone < np.where(households.size == 1, 0.3, 0.25)) & (households.size < 3)
    first_two = np.where(elderly[home], ELDER, ADULT)
    others = np.where(rng.random(len(home)) < 0.7, CHILD, ELDER)
    return np.where(households.collective[home], ADULT, np.where(place < 2, first_two, others))


def _names(households: Households, home: Ints, place: Ints, rng: np.random.Generator) -> dict[str, Ints]:
    weights = surnames()[1]
    family = by_weight(weights, len(households.size), rng)
    own = by_weight(weights, len(home), rng)
    # Who married in has a surname of their own, and so has everybody in a home for many.
    carries = (place != 1) & ~households.collective[home]
    letters = given()[1]
    first, second = (by_weight(letters, len(home), rng) for _ in range(2))
    second[rng.random(len(home)) < 0.25] = 0
    return {"surname": np.where(carries, family[home], own), "given": first, "second": second}


def _share_phones(
    households: Households, home: Ints, place: Ints, phone: Ints, rng: np.random.Generator
) -> tuple[Ints, Special]:
    """Let some households use the telephone of another one's first member."""
    count = max(1, round(len(households.size) * SHARED_PHONES))
    pairs = distinct(np.flatnonzero(~households.collective), 2 * count, rng)
    count = len(pairs) // 2
    one, other = pairs[:count], pairs[count : 2 * count]
    of_head = phone[place == 0]
    lender = np.full(len(households.size), -1)
    lender[one] = other
    borrows = (lender[home] >= 0) & (phone == of_head[home])
    return np.where(borrows, of_head[lender[home]], phone), Special("shared_phone", one, other)


def _copies(
    households: Households, home: Ints, place: Ints, age: Ints, taken: Flags, rng: np.random.Generator
) -> list[Special]:
    """
    Choose who stands in the register twice, and who holds a number that somebody else holds too.

    Old people with a flat of their own are also registered with their children's family; a number held by two is a
    clerk's mistake.
    """
    free = ~taken & ~households.collective[home]
    at_home = distinct(
        np.flatnonzero(free & (age == ELDER) & (place == 0)), len(home) // PEOPLE_A_SECOND_ADDRESS, rng
    )
    with_children = distinct(np.flatnonzero(free & (age == ELDER) & (place > 1)), len(at_home), rng)
    count = min(len(at_home), len(with_children))
    twice = Special("two_addresses", at_home[:count], with_children[:count])
    adults = np.flatnonzero((age == ADULT) & (place == 0))
    pairs = distinct(adults, 2 * max(1, len(home) // PEOPLE_A_SHARED_ID), rng)
    half = len(pairs) // 2
    return [twice, Special("shared_id", pairs[:half], pairs[half : 2 * half])]
