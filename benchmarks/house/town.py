"""
Synthetic people by one plain rule, as the files a city would hand in. Nobody here exists.

Owns: households behind doors, their residents, lists about them. Refuses the database: it writes files only.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from gridward.country.api import pack
from simulator.cells import read_table

DIVISIONS = Path(__file__).parents[2] / "simulator" / "data" / "nanjing" / "divisions.csv"
GRIDS_EACH = 9
DOORS_A_BUILDING = 20
ROADS = ("珠江路", "中山路", "太平路", "汉中路", "长江路", "成贤街", "四牌楼", "进香河路", "丹凤街", "洪武路")
SIZES = (1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 6)
BORN = [date(1930, 1, 1) + timedelta(days) for days in range(33_000)]
DOOR_COLUMNS = "area_code,road,number,compound,building,unit,room,longitude,latitude"
PERSON_COLUMNS = "resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref"
LIST_COLUMNS = "姓名,证件号码,手机号,现住址"
#: How often a row of a list tells what: everything, no id, no phone, neither, a stranger at a known door, nonsense.
KINDS = (
    ("whole",) * 60 + ("no_id",) * 15 + ("no_phone",) * 10 + ("bare",) * 5 + ("stranger",) * 8 + ("bad",) * 2
)


@dataclass(frozen=True)
class Door:
    """One flat."""

    grid: str
    road: str
    number: int
    building: int
    unit: int
    room: str


@dataclass(frozen=True)
class Person:
    """One synthetic resident."""

    number: int
    household: int
    name: str
    id_number: str
    phone: str
    door: Door


class Town:
    """Households spread evenly over the grids of an area (`within` begins their codes); the same for the same seed."""

    def __init__(self, households: int, *, within: str = "3201", seed: int = 1) -> None:
        self.divisions = read_table(DIVISIONS)
        self.names = {row["code"]: row["name"] for row in self.divisions}
        communities = [row["code"] for row in self.divisions if row["level"] == "community"]
        wanted = [code for code in communities if code.startswith(within)]
        self.grids = [f"{code}{number:03d}" for code in wanted for number in range(1, GRIDS_EACH + 1)]
        self.households = households
        self._seed = seed
        self._country = pack("cn")

    @cached_property
    def doors(self) -> list[Door]:
        """Return one door per household."""
        each = -(-self.households // len(self.grids))
        return [self._door(*divmod(number, each)) for number in range(self.households)]

    def _door(self, place: int, number: int) -> Door:
        building, flat = divmod(number, DOORS_A_BUILDING)
        house = 1 + (place % GRIDS_EACH) * 200 + building
        road = ROADS[place // GRIDS_EACH % len(ROADS)]
        return Door(self.grids[place], road, house, 1, 1 + flat // 10, f"{1 + flat % 10 // 2}0{1 + flat % 2}")

    @cached_property
    def people(self) -> list[Person]:
        """Return everybody, household by household."""
        rng = random.Random(self._seed)
        surnames = [surname for surname, _often in self._country.surnames]
        given = list(self._country.given_characters)
        used = [0] * len(BORN)
        people: list[Person] = []
        for household, door in enumerate(self.doors):
            family = rng.choice(surnames)
            for _ in range(rng.choice(SIZES)):
                day = rng.randrange(len(BORN))
                used[day] += 1
                name = family + rng.choice(given) + (rng.choice(given) if rng.random() < 0.75 else "")
                number = len(people)
                identity = self._country.synthetic_id("320199", BORN[day], used[day] % 1000)
                phone = self._country.synthetic_phone(number)
                people.append(Person(number, household, name, identity, phone, door))
        return people

    def address(self, door: Door) -> str:
        """Return a door as people write it."""
        names = "".join(self.names[door.grid[:digits]] for digits in (6, 9, 12))
        return f"{names}{door.road}{door.number}号{door.building}幢{door.unit}单元{door.room}室"

    def write_grids(self, path: Path) -> Path:
        """Write the table of grids."""
        rows = (
            (grid, "grid", grid[:12], f"{self.names[grid[:12]]}第{int(grid[12:])}网格", "basic")
            for grid in self.grids
        )
        return write(path, "code,level,parent,name,kind", rows)

    def write_doors(self, path: Path) -> Path:
        """Write the address book."""
        rows = (
            (door.grid, door.road, door.number, "", door.building, door.unit, door.room, "", "")
            for door in self.doors
        )
        return write(path, DOOR_COLUMNS, rows)

    def write_residents(self, path: Path, people: Sequence[Person]) -> Path:
        """Write a residents file."""
        rows = (
            (
                f"R{one.number:08d}", one.name, "01", one.id_number, one.phone, self.address(one.door),
                one.door.grid, f"H{one.household:07d}",
            )
            for one in people
        )  # fmt: skip
        return write(path, PERSON_COLUMNS, rows)

    def write_list(self, path: Path, rows: int, *, seed: int, about: Sequence[Person] = ()) -> Path:
        """Write a department's list: mostly residents, told in four ways, and some strangers and nonsense."""
        rng, people = random.Random(seed), about or self.people
        return write(path, LIST_COLUMNS, (self._list_row(rng, rng.choice(people)) for _ in range(rows)))

    def _list_row(self, rng: random.Random, one: Person) -> tuple[str, str, str, str]:
        kind = rng.choice(KINDS)
        address = self.address(one.door)
        if kind == "stranger":
            born = rng.choice(BORN)
            identity = self._country.synthetic_id("320199", born, rng.randrange(1000))
            return ("欧阳" + rng.choice(self._country.given_characters), identity, "", address)
        if kind == "bad":
            return ("", "", "12", "不详")
        identity = one.id_number if kind in ("whole", "no_phone") else ""
        phone = one.phone if kind in ("whole", "no_id") else ""
        return (one.name, identity, phone, address)

    def slices(self, sizes: Sequence[int]) -> Iterator[list[Person]]:
        """Cut the people into pieces of whole households, about as large as asked, one after the other."""
        start = 0
        for size in sizes:
            stop = min(start + size, len(self.people))
            while stop < len(self.people) and self.people[stop].household == self.people[stop - 1].household:
                stop += 1
            yield self.people[start:stop]
            start = stop


def write(path: Path, header: str, rows: Iterator[tuple[object, ...]]) -> Path:
    """Write a csv file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path
