"""A small synthetic street and plain readers of its files, which share no code with what wrote them."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import shapely

from simulator.street import Street, make_street
from simulator.street.doors import Grid

COMMUNITIES = {
    "320102003013": "玄武区新街口街道红庙社区居委会",
    "320102003015": "玄武区新街口街道成贤街社区居委会",
    "320102003016": "玄武区新街口街道香铺营社区居委会",
}
GRIDS_EACH = 6
#: GB 11643, written down from the standard and not from the country pack.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LAST_CHARACTERS = "10X98765432"


def corner(place: int) -> shapely.Polygon:
    """Half of a field of about a hundred metres, cut across, so that its frame is twice as large as it is."""
    west, south = 118.78 + 0.002 * (place % 6), 32.04 + 0.002 * (place // 6)
    return shapely.Polygon([(west, south), (west + 0.001, south), (west, south + 0.001)])


@dataclass(frozen=True)
class Ground:
    """Grids and how addresses in them begin."""

    grids: tuple[Grid, ...]
    places: dict[str, str]


@cache
def ground() -> Ground:
    codes = [f"{code}{number:03d}" for code in COMMUNITIES for number in range(1, GRIDS_EACH + 1)]
    grids = tuple(Grid(code, code, corner(place)) for place, code in enumerate(codes))
    return Ground(grids, {code: COMMUNITIES[code[:12]] for code in codes})


@cache
def street(seed: int = 1) -> Street:
    return make_street(ground().grids, ground().places, seed=seed)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def passes_gb11643(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return LAST_CHARACTERS[total % 11] == number[17]
