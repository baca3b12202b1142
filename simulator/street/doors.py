"""Doors of a street: roads, compounds, buildings, units and rooms inside given grids. Owns no people."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

ROAD_FIRST = "安宁永康丹凤碧峰青竹云岭松涛华侨书院文昌"
ROAD_SECOND = "宁乐平顺桥井塘巷园里湾坡河溪林"
COMPOUND_FIRST = (
    "锦绣",
    "翠竹",
    "金陵",
    "紫藤",
    "梧桐",
    "玉兰",
    "江岸",
    "学府",
    "丰泽",
    "景明",
    "枫林",
    "望湖",
)
COMPOUND_LAST = ("花园", "家园", "苑", "新村", "公寓", "小区")
#: Real road names used in the model city on purpose: one is also the name of a community (a decoy).
KNOWN_ROADS = ("珠江路", "成贤街")
KNOWN_DOOR = ("320102003015", "珠江路", "273")
DOORS_A_GRID = 128


@dataclass(frozen=True)
class Grid:
    """A grid to be filled: its code, name, and shape if it is known."""

    code: str
    name: str
    polygon: shapely.Polygon | None = None


@dataclass(frozen=True)
class Door:
    """One door with the columns of the address book file; missing levels are ''."""

    area_code: str
    road: str
    number: str
    compound: str
    building: str
    unit: str
    room: str
    longitude: float
    latitude: float

    @property
    def short(self) -> str:
        """The address as people write it, without the divisions."""
        parts = [f"{self.road}{self.number}号", self.compound]
        parts += [f"{self.building}幢"] if self.building else []
        parts += [f"{self.unit}单元"] if self.unit else []
        parts += [f"{self.room}室"] if self.room else []
        return "".join(parts)


def make_roads(rng: random.Random, count: int = 10) -> list[str]:
    """Return road names made by rule, the known ones first."""
    roads = list(KNOWN_ROADS)
    while len(roads) < count:
        name = rng.choice(ROAD_FIRST) + rng.choice(ROAD_SECOND) + rng.choice(("路", "街", "巷"))
        if name not in roads:
            roads.append(name)
    return roads


def make_doors(grids: Sequence[Grid], rng: random.Random) -> list[Door]:
    """Return about 128 doors a grid; a community's roads are shared with its neighbours, numbers are not."""
    roads = make_roads(rng)
    numbers: dict[str, Iterator[int]] = {road: iter(range(1, 100_000, 2)) for road in roads}
    doors: list[Door] = []
    named: set[str] = set()
    for index, grid in enumerate(grids):
        spots = _spots(grid, rng)
        near = [roads[(index // 6) % len(roads)], roads[(index // 6 + 1) % len(roads)], roads[0]]
        if grid.code.startswith(KNOWN_DOOR[0]) and KNOWN_DOOR[0] not in named:
            named.add(KNOWN_DOOR[0])
            doors += _block(grid, KNOWN_DOOR[1], KNOWN_DOOR[2], "", 16, spots, rng)
        made = 0
        while made < DOORS_A_GRID:
            road = rng.choice(near)
            number = _free_number(numbers[road], road)
            compound = rng.choice(COMPOUND_FIRST) + rng.choice(COMPOUND_LAST) if rng.random() < 0.8 else ""
            block = _block(grid, road, number, compound, DOORS_A_GRID - made, spots, rng)
            doors += block
            made += len(block)
    return doors


def _free_number(numbers: Iterator[int], road: str) -> str:
    number = next(numbers)
    return str(next(numbers) if (road, str(number)) == KNOWN_DOOR[1:] else number)


def _block(
    grid: Grid, road: str, number: str, compound: str, most: int, spots: Iterator[tuple[float, float]],
    rng: random.Random,
) -> list[Door]:  # fmt: skip
    doors: list[Door] = []
    buildings = rng.randint(1, 4) if compound else 1
    for building in range(1, buildings + 1):
        longitude, latitude = next(spots)
        for unit in range(1, rng.randint(1, 3) + 1):
            for floor in range(1, 7):
                for side in (1, 2):
                    if len(doors) == most:
                        return doors
                    doors.append(
                        Door(grid.code, road, number, compound, str(building), str(unit), f"{floor}0{side}",
                             longitude, latitude)
                    )  # fmt: skip
    return doors


def _spots(grid: Grid, rng: random.Random) -> Iterator[tuple[float, float]]:
    """Yield points inside the grid; without a shape, a point that says so (0, 0) is not a place in the city."""
    if grid.polygon is None:
        while True:
            yield (0.0, 0.0)
    shapely.prepare(grid.polygon)
    west, south, east, north = grid.polygon.bounds
    while True:
        longitude, latitude = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.contains_xy(grid.polygon, longitude, latitude):
            yield (round(longitude, 6), round(latitude, 6))
