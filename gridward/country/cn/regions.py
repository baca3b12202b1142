"""
Owns the table of division codes that are or were in force, with every name each has had.

Refuses to call a code wrong because it is unknown: people keep the number of a county that was dissolved long ago.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final


def _load() -> dict[str, tuple[str, ...]]:
    lines = files(__package__).joinpath("data", "regions.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if not line.startswith("#"))
    return {code: tuple(names.split("/")) for code, names in pairs}


REGIONS: Final = _load()

_NOT_NAMES: Final = frozenset({"市辖区", "县", "郊区", "城区", "矿区", "市区"})


def _names(wanted: str) -> frozenset[str]:
    def level(code: str) -> str:
        return "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"

    found = (name for code, names in REGIONS.items() if level(code) == wanted for name in names)
    return frozenset(
        name for name in found if len(name) > 1 and name not in _NOT_NAMES and "直辖" not in name
    )


PROVINCES: Final = _names("province")
CITIES: Final = _names("city")
COUNTIES: Final = _names("county")


def region_names(code: str) -> tuple[str, ...]:
    """
    Give every name a six-digit code has had, newest first; () if unknown.

    A county that became a district of its city got another code and kept its name: 溧水区 was 溧水县.
    """
    names = REGIONS.get(code, ())
    stems = {name[:-1] for name in names if len(name) > 2 and name[-1] in "区市" and not code.endswith("00")}
    return names + tuple(sorted(f"{stem}县" for stem in stems if f"{stem}县" in _counties()[code[:4]]))


@cache
def _counties() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, names in REGIONS.items():
        found[code[:4]].update(name for name in names if name.endswith("县"))
    return defaultdict(frozenset, {city: frozenset(names) for city, names in found.items()})
