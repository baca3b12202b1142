"""
Owns the index of what areas are called, and following a text's names down the tree. Refuses to choose
between equals.

A name is *marked* when it carries the word for its kind ("…街道", "…社区"); what is left without it is *bare*,
and a bare name may as well be the beginning of a road's or a compound's name. A bare name only counts
where the text has already named something around it, or where nothing else follows.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

#: What stands between the parts of an address and means nothing.
SEPARATORS = " ,,、;;。.·|/\\:"


@dataclass(frozen=True, slots=True)
class Named:
    """An area the index knows, as a node of the tree."""

    pos: int
    end: int
    level: str
    code: str
    parent_code: str

    def on_one_path(self, other: "Named") -> bool:
        """Tell whether one of the two lies inside the other (or both are one)."""
        return self.pos <= other.pos < self.end or other.pos <= self.pos < other.end


@dataclass(frozen=True)
class Match:
    """A stretch of the text that is some areas' name."""

    length: int
    areas: tuple[Named, ...]
    bare: bool


@dataclass
class NameIndex:
    """Every name of every area, ready to be found at a place in a text."""

    names: dict[str, tuple[tuple[Named, bool], ...]] = field(default_factory=dict)
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def certain(self, name: str) -> tuple[Named, ...]:
        """Return the areas that a name with its mark means."""
        return tuple(area for area, bare in self.names.get(name, ()) if not bare)

    def matches(self, text: str, at: int) -> Iterable[Match]:
        """Yield what the text may be naming at this place, the longest name first."""
        for length in self.lengths.get(text[at : at + 1], ()):
            found = self.names.get(text[at : at + length]) if at + length <= len(text) else None
            if found:
                marked = tuple(area for area, bare in found if not bare)
                bare = tuple(area for area, bare in found if bare)
                if marked:
                    yield Match(length, marked, False)
                if bare:
                    yield Match(length, (*marked, *bare), True)


def plain(text: str) -> str:
    """Return a text in one width and without blanks, as names are compared."""
    if text.isascii():
        return text.replace(" ", "")
    return "".join(unicodedata.normalize("NFKC", text).split())


def build_index(areas: Iterable[tuple[Named, str]], variants_of: Callable[[str], Sequence[str]]) -> NameIndex:
    """Return the index of these areas and official names; `variants_of` says what people call a name."""
    names: dict[str, dict[str, tuple[Named, bool]]] = defaultdict(dict)
    for area, name in areas:
        variants = (name,) if area.level == "grid" else tuple(variants_of(name))
        shortest = min(variants, key=len)
        for variant in variants:
            bare = variant == shortest and variant != name
            known = names[plain(variant)].get(area.code)
            names[plain(variant)][area.code] = (area, bare and (known is None or known[1]))
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in names:
        lengths[name[0]].add(len(name))
    return NameIndex(
        {name: tuple(found.values()) for name, found in names.items()},
        {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
    )


@dataclass(frozen=True)
class Followed:
    """
    Where a text's names lead.

    `areas` are the narrowest areas that fit equally well (one is a sure answer, none says nothing); `sure`
    is false when only a bare name outside any named area speaks for them. `against` are areas that were
    named too and lie elsewhere; `maybe` are those whose name is part of a road's or compound's. `tail` is
    where the rest begins.
    """

    areas: tuple[Named, ...] = ()
    sure: bool = True
    against: tuple[Named, ...] = ()
    maybe: tuple[Named, ...] = ()
    tail: int = 0


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
            return Followed(areas, sure, against, (), at)
        if match is None:
            return Followed(areas, sure, (), maybe, at)
        areas, sure = narrowed(areas, match.areas), _is_sure(areas, sure, match)
        at = _skip(text, at + match.length)
    return Followed(areas, True, (), (), at)


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


def _next(
    text: str, at: int, index: NameIndex, areas: tuple[Named, ...], goes_on: GoesOn
) -> tuple[Match | None, tuple[Named, ...], tuple[Named, ...]]:
    """
    Return the next match, or the areas that speak against what was named before, or those that only might be.
    """
    maybe: tuple[Named, ...] = ()
    for match in index.matches(text, at):
        fitting = tuple(a for a in match.areas if not areas or any(a.on_one_path(b) for b in areas))
        if goes_on(at, at + match.length):
            maybe = maybe or fitting
        elif fitting:
            return Match(match.length, fitting, match.bare), (), ()
        elif not match.bare:
            return None, match.areas, ()
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
    if not match.bare:
        return True
    if not areas or not sure:
        return False
    # The city says little: behind it only a district's name may lack its mark.
    return all(a.level != "city" for a in areas) or all(a.level == "district" for a in match.areas)


def common_area(areas: Sequence[Named], by_code: Mapping[str, Named]) -> Named | None:
    """Return the narrowest area that holds all of these."""
    if not areas:
        return None
    low, high = min(area.pos for area in areas), max(area.end for area in areas)
    area: Named | None = areas[0]
    while area is not None and not (area.pos <= low and high <= area.end):
        area = by_code.get(area.parent_code)
    return area
