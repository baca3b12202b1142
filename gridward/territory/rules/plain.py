"""
Owns what addresses of the commonest form say: what a beginning says once it is read and its names were followed is said
by every address that begins so. Refuses a name behind the number that could be mistaken for a part of the beginning.

The pack reads beginnings and names (`read_beginning`, `read_plain_name`); here the tree's names are followed through a
beginning as `understand` follows them through a whole text. They end before the house number, for no area's name that
could stand there has a digit in it.
"""

from dataclasses import dataclass, field, replace

from gridward.country.api import CountryPack, PlainAddress
from gridward.territory.rules.names import NameIndex, plain
from gridward.territory.rules.reading import Home, Understood, has_digits, understand


@dataclass(frozen=True, slots=True)
class Beginning:
    """
    What addresses that begin so say.

    `named` tells that the compound stands in the beginning. `apart` are the words that may not stand in the name behind
    the number too: it would not be certain which of them is meant. `is_sure` tells that a door of the book decides.
    """

    text: str
    understood: Understood
    named: bool
    may_end: bool
    apart: tuple[str, ...]
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Plain:
    """One address of the commonest form, understood: its beginning, and its door's parts with the book's key."""

    beginning: Beginning
    key: str
    door: tuple[str, str, str, str, str, str]

    def understood(self) -> Understood:
        """Return what `understand` would have returned of the whole text."""
        road, number, compound, building, unit, room = self.door
        known = self.beginning.understood
        door = known.door._replace(
            road=road, number=number, compound=compound, building=building, unit=unit, room=room, rest=""
        )
        return replace(known, door=door)


@dataclass
class Plains:
    """The beginnings and names met in one column, and the tree they are understood by. Gone with the column."""

    country: CountryPack
    index: NameIndex
    home: Home
    beginnings: dict[str, Beginning | None] = field(default_factory=dict)
    names: dict[str, str | None] = field(default_factory=dict)

    def understand(self, text: str) -> Plain | None:
        """Return what a text of the commonest form says; None for any other text, which is to be read whole."""
        parts = self.country.split_plain(text)
        if parts is None:
            return None
        begins, number, name, building, unit, room = parts
        try:
            beginning, compound = self.beginnings[begins], self.names[name]
        except KeyError:
            beginning, compound = self._learned(parts)
        if beginning is None or compound is None or not (building or beginning.may_end):
            return None
        road = beginning.understood.door.road
        if beginning.named:
            compound = beginning.understood.door.compound
        if name and (
            (compound in begins and not beginning.named) or any(word in name for word in beginning.apart)
        ):
            return None
        door = (road, number, compound, building, unit, room)
        return Plain(beginning, "|".join([part or "-" for part in door]), door)

    def _learned(self, parts: PlainAddress) -> tuple[Beginning | None, str | None]:
        begins, name = parts.beginning, parts.name
        if begins not in self.beginnings:
            self.beginnings[begins] = self._begun(begins)
        if name not in self.names:
            named = self.country.read_plain_name(name)
            self.names[name] = None if self.index.may_name_number(f"{name}1") else named
        return self.beginnings[begins], self.names[name]

    def _begun(self, begins: str) -> Beginning | None:
        read = self.country.read_beginning(begins)
        if read is None or has_digits(read.reading) or self.index.may_name_number(plain(read.text)):
            return None
        understood = understand(read.text, read.reading, self.index, self.home)
        said = read.reading
        parts = (said.province, said.city, said.county, said.street, said.community)
        apart = (*(part for part in parts if part not in begins), said.road, said.compound)
        return Beginning(
            begins,
            understood,
            bool(said.compound),
            read.may_end,
            tuple(word for word in apart if word),
            _is_sure(understood),
        )


def _is_sure(understood: Understood) -> bool:
    """Tell whether a door of the book inside the areas that were named decides, and nothing else is to be asked."""
    followed = understood.followed
    is_grid = len(followed.areas) == 1 and followed.areas[0].level == "grid"
    return not (understood.alien or understood.unread or followed.against or followed.settlement or is_grid)
