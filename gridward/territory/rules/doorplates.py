"""
Owns what a row of the address book must be, and writing its parts as a text's reading would give them.

A text is matched to a door by equal parts, so both must be spelled alike: bare numbers, no unit words, one
width. Refuses people.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from gridward.country.api import AddressReading
from gridward.kernel.tabular import RowProblem

PARTS = ("road", "number", "compound", "building", "unit", "room")
MISSING = "-"
MESSAGES = {
    "area_not_grid": _("The area must be a grid of the tree. Check its code."),
    "door_missing": _("A door needs a road or a compound."),
    "position_wrong": _("Longitude and latitude must both be numbers of degrees, or both be empty."),
    "door_in_two_grids": _("The same door stands in this file with another grid. Keep the right one."),
}
_BARE = re.compile(r"[0-9A-Z-]*")
_NONE = frozenset(("", "-", "无", "none", "NONE"))


def door_problem(row: int, column: str, code: str) -> RowProblem:
    """Return a problem of the address book's catalogue."""
    return RowProblem(row, column, code, MESSAGES[code])


@dataclass
class DoorSpelling:
    """
    Spells the parts of doors as `read` (the country's reading of an address) does; remembers what it has
    spelled.
    """

    read: Callable[[str], AddressReading]
    _folded: dict[str, str] = field(default_factory=dict)

    def parts(self, cells: Mapping[str, str]) -> AddressReading:
        """Return the parts of one row; a part the row does not state is ''."""
        values = {part: self._fold(cells.get(part, "")) for part in PARTS}
        reading = AddressReading(**values)
        if all(_BARE.fullmatch(values[part]) for part in ("number", "building", "unit", "room")):
            return reading
        # Numbers with their unit words ("5幢"): the country knows what to leave of them.
        read = self.read("".join(values.values()))
        marked = {
            part: getattr(read, part)
            for part in ("number", "building", "unit", "room")
            if not _BARE.fullmatch(values[part])
        }
        return reading._replace(**marked)

    def _fold(self, text: str) -> str:
        if len(self._folded) > 100_000:
            self._folded.clear()
        if text not in self._folded:
            plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
            bare = plain.lstrip("0") or "0" if plain[:1] == "0" else plain
            self._folded[text] = "" if bare in _NONE else bare
        return self._folded[text]


def position(cells: Mapping[str, str]) -> tuple[float, float] | None:
    """
    Return longitude and latitude of a row, None when it states none. Raises ValueError when they are wrong.
    """
    longitude, latitude = cells.get("longitude", ""), cells.get("latitude", "")
    if not longitude and not latitude:
        return None
    point = float(longitude), float(latitude)
    if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise ValueError("not on the earth")
    # 0, 0 is what programs write that do not know.
    return None if point == (0.0, 0.0) else point


def copy_line(values: Iterable[object]) -> str:
    """Return one line of PostgreSQL's COPY text format."""
    return (
        "\t".join(["\\N" if value is None else str(value).replace("\\", "\\\\") for value in values]) + "\n"
    )
