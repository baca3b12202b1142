"""
The rows the cells are made from and the rows they become.

Owns: reading divisions and seats, the short names. Refuses: geometry.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = Mapping[str, str]


@dataclass(frozen=True)
class Community:
    """A community or village with its 12-digit code."""

    code: str
    name: str

    @property
    def quasi(self) -> bool:
        """Say whether it is a park, a farm or the like, to which special grids belong."""
        return self.code[9] in "45"

    @property
    def village(self) -> bool:
        """Say whether it is a villagers' committee's area."""
        return self.code[9] in "23"


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a small csv file of the model city."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def communities_of(divisions: Sequence[Row]) -> list[Community]:
    """Pick the communities, in the order of their codes."""
    rows = [Community(row["code"], row["name"]) for row in divisions if row["level"] == "community"]
    return sorted(rows, key=lambda community: community.code)


def short_name(name: str) -> str:
    """Leave out the committee's words, as people do: 成贤街社区居委会 becomes 成贤街社区."""
    for ending in ("村民委员会", "居民委员会", "居委会", "居委", "虚拟社区"):
        if name.endswith(ending) and len(name) > len(ending):
            kept = name.removesuffix(ending)
            return kept + "村" if ending == "村民委员会" and not kept.endswith("村") else kept
    if name.endswith("村委会") and len(name) > len("村委会"):
        return name.removesuffix("村委会").removesuffix("村") + "村"
    return name
