"""
Owns the index of what areas are called, and following a text's names down the tree. Refuses to choose
between equals.

A name is *marked* when it carries the word for its kind ("…街道", "…社区"); what is left without it is *bare*,
and a bare name may as well be the beginning of a road's or a compound's name. A bare name only counts
where the text has already named something around it, or where nothing else follows.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property

#: What stands between the parts of an address and means nothing.
SEPARATORS = " ,,、;;。.·|/\\:-_>→()[]【】"


#: The level of what the tree lies in (a province): people name it, and it says nothing.
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Named:
    """
    An area the index knows, as a node of the tree.

    `settlement` says that its bare name is its settlement's, and could be no road's.
    """

    pos: int
    end: int
    level: str
    code: str
    parent_code: str
    settlement: bool = False

    def on_one_path(self, other: "Named") -> bool:
        """Tell whether one of the two lies inside the other (or both are one)."""
        return self.pos <= other.pos < self.end or other.pos <= self.pos < other.end


class Mark(IntEnum):
    """
    How plainly a stretch of text names an area: by half a name, a name with its mark, the official name.
    """

    BARE = 0
    MARKED = 1
    OFFICIAL = 2


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of the text that is some areas' name; `mark` is the plainest of them."""

    length: int
    areas: tuple[Named, ...]
    mark: Mark


_DIGIT = re.compile("[0-9]")


@dataclass
class NameIndex:
    """Every name of every area, ready to be found at a place in a text."""

    names: dict[str, tuple[Match, ...]] = field(default_factory=dict)
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def _before_numbers(self) -> re.Pattern[str] | None:
        """What stands before the first digit of a name: the character, or the beginning of the name."""
        found = {re.split("[0-9]", name, maxsplit=1)[0][-1:] for name in self.names if _DIGIT.search(name)}
        if not found:
            return None
        return re.compile("" if "" in found else f"[{re.escape(''.join(sorted(found)))}](?=[0-9])")

    def may_name_number(self, text: str) -> bool:
        """Tell whether an area's name with digits in it might stand in a plain text: then they say which area."""
        pattern = self._before_numbers
        return bool(pattern and pattern.search(text))

    def certain(self, name: str) -> tuple[Named, ...]:
        """Return the areas that a name with its mark means."""
        found = self.names.get(name, ())
        return next((match.areas for match in found if match.mark > Mark.BARE), ())

    def matches(self, text: str, at: int) -> Iterable[Match]:
        """
        Yield what the text may be naming at this place, the longest name first, official names before others.
        """
        left = len(text) - at
        for length in self.lengths.get(text[at : at + 1], ()):
            if length <= left:
                yield from self.names.get(text[at : at + length], ())


def plain(text: str) -> str:
    """Return a text in one width and without blanks, as names are compared."""
    return "".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def build_index(areas: Iterable[tuple[Named, Sequence[str]]]) -> NameIndex:
    """
    Return the index of these areas, each with its names: the official one first, then what people say.

    The shortest of several names is the bare one.
    """
    marks: dict[str, dict[Named, Mark]] = defaultdict(dict)
    for area, names in areas:
        shortest = min(names, key=len)
        for name in names:
            mark = Mark.OFFICIAL if name == names[0] else Mark.BARE if name == shortest else Mark.MARKED
            known = marks[plain(name)]
            known[area] = max(mark, known.get(area, Mark.BARE))
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in marks:
        lengths[name[0]].add(len(name))
    return NameIndex(
        {name: tuple(_matches(name, found)) for name, found in marks.items()},
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
    )


def _matches(name: str, found: Mapping[Named, Mark]) -> Iterable[Match]:
    """What is somebody's official name means that first; all else a name may stand for is equal."""
    official = tuple(area for area, mark in found.items() if mark == Mark.OFFICIAL)
    if official:
        yield Match(len(name), official, Mark.OFFICIAL)
    if len(official) < len(found):
        rest = max(mark for mark in found.values() if mark < Mark.OFFICIAL)
        yield Match(len(name), tuple(found), rest)


@dataclass(frozen=True)
class Followed:
    """
    Where a text's names lead.

    `areas` are the narrowest areas that fit equally well (one is a sure answer, none says nothing); `sure`
    is false when only a bare name outside any named area speaks for them. `against` are areas that were
    named too and lie elsewhere; `maybe` are those whose name is part of a road's or compound's, and `ends`
    tells that nothing follows that name. `tail` is where the rest begins.
    """

    areas: tuple[Named, ...] = ()
    sure: bool = True
    against: tuple[Named, ...] = ()
    maybe: tuple[Named, ...] = ()
    ends: bool = False
    tail: int = 0

    @property
    def settlement(self) -> Named | None:
        """
        Return the one settlement whose bare name is all that the text has behind the area right around it.
        """
        one = self.maybe[0] if self.ends and len(self.maybe) == len(self.areas) == 1 else None
        return one if one and one.settlement and one.parent_code == self.areas[0].code else None


#: Tells whether the name that was found from here to there is part of another one (of a road, a compound).
GoesOn = Callable[[int, int], bool]


def follow_names(text: str, index: NameIndex, goes_on: GoesOn, *, start: int = 0) -> Followed:
    """Return where the names in a plain text lead from `start` on; see the file's head for the rule."""
    at = _skip(text, start)
    areas: tuple[Named, ...] = ()
    sure = True
    while at < len(text):
        match, against, maybe = _next(text, at, index, areas, goes_on)
        if against:
            return Followed(areas, sure, against, tail=at)
        if match is None:
            length, might = maybe
            return Followed(areas, sure, (), might, _skip(text, at + length) == len(text), at)
        areas, sure = narrowed(areas, match.areas), _is_sure(areas, sure, match)
        at = _skip(text, at + match.length)
    return Followed(areas, True, tail=at)


def confirmed(followed: Followed, areas: tuple[Named, ...]) -> Followed:
    """Return it narrowed by areas that a part of the text names for certain, wherever that part stands."""
    if followed.against:
        return followed
    fitting = tuple(a for a in areas if not followed.areas or any(a.on_one_path(b) for b in followed.areas))
    if not fitting:
        return replace(followed, against=areas)
    return replace(followed, areas=narrowed(followed.areas, fitting), sure=True)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SEPARATORS:
        at += 1
    return at


#: The areas that a stretch of this length only might name.
Might = tuple[int, tuple[Named, ...]]


def _next(
    text: str, at: int, index: NameIndex, areas: tuple[Named, ...], goes_on: GoesOn
) -> tuple[Match | None, tuple[Named, ...], Might]:
    """
    Return the next match, or the areas that speak against what was named before, or those that only might be.
    """
    maybe: Might = (0, ())
    for match in index.matches(text, at):
        fitting = tuple(a for a in match.areas if not areas or any(a.on_one_path(b) for b in areas))
        if match.mark < Mark.OFFICIAL and goes_on(at, at + match.length):
            maybe = maybe if maybe[1] else (match.length, fitting)
        elif fitting:
            return Match(match.length, fitting, match.mark), (), maybe
        elif match.mark > Mark.BARE:
            return None, match.areas, maybe
    return None, (), maybe


def narrowed(areas: tuple[Named, ...], more: tuple[Named, ...]) -> tuple[Named, ...]:
    """Return the narrower of what was known and what was found, on paths that both allow."""
    if not areas:
        return more
    kept: dict[str, Named] = {}
    for found in more:
        for known in areas:
            if found.on_one_path(known):
                narrow = found if known.pos <= found.pos and found.end <= known.end else known
                kept[narrow.code] = narrow
    return tuple(kept.values())


def _is_sure(areas: tuple[Named, ...], sure: bool, match: Match) -> bool:
    """Tell whether the way so far is sure: a marked name confirms what a bare one began."""
    if match.mark > Mark.BARE:
        return True
    if not areas or not sure:
        return False
    # The city says little: behind it only a district's name may lack its mark.
    return all(a.level not in (OUTSIDE, "city") for a in areas) or all(
        a.level == "district" for a in match.areas
    )


def common_area(areas: Sequence[Named], by_code: Mapping[str, Named]) -> Named | None:
    """Return the narrowest area that holds all of these."""
    if not areas:
        return None
    low, high = min(area.pos for area in areas), max(area.end for area in areas)
    area: Named | None = areas[0]
    while area is not None and not (area.pos <= low and high <= area.end):
        area = by_code.get(area.parent_code)
    return area
