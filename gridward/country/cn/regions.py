"""
Owns the table of division codes that are or were in force, with every name each has had.

Refuses to call a code wrong because it is unknown: people keep the number of a county that was dissolved long ago.
"""

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
