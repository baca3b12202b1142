"""
Owns what a text means for a place once its names were followed and its door was asked for. Refuses to guess.

Sure is what is said and not contradicted: the narrowest sure area wins. What fits several areas equally is
ambiguous and lists them; what contradicts itself is ambiguous too. A grid is only found by a door of the
address book, by its own name, or by a point.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gridward.territory.rules.names import Followed, Named, common_area

FOUND, PARTIAL, AMBIGUOUS, UNKNOWN = "found", "partial", "ambiguous", "unknown"
CANDIDATES_MAX = 20


class Located(NamedTuple):
    """
    Where something is: `status` is found, partial, ambiguous or unknown.

    The area is the grid (found), the narrowest sure area (partial) or the narrowest one around all candidates
    (ambiguous), so that whoever must look at it is the right centre; '' and None when there is none.
    `address_id` is the door, when it is exactly one. `candidates` are codes of areas that fit, or might.
    """

    status: str = UNKNOWN
    area_code: str = ""
    level: str = ""
    area_pos: int | None = None
    address_id: int | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A grid that has what was asked for; the door's id when it is exactly one door."""

    area_pos: int
    address_id: int | None = None


@dataclass
class Evidence:
    """
    What is known about one text.

    `alien` says that it names a place outside the tree; `unread` that it names some area that the tree has
    not. `doors` have exactly the text's door, `plates` its road and number or its compound, `roads` only
    its road.
    """

    followed: Followed = field(default_factory=Followed)
    alien: bool = False
    unread: bool = False
    by_compound: bool = False
    doors: Sequence[Hit] = ()
    plates: Sequence[Hit] = ()
    roads: Sequence[Hit] = ()


@dataclass(frozen=True)
class Tree:
    """The tree as the verdict needs it: by code, and by position for grids."""

    by_code: Mapping[str, Named]
    by_pos: Mapping[int, Named]


def decide(evidence: Evidence, tree: Tree) -> Located:
    """Return where the text says something is."""
    areas = evidence.followed.areas
    if evidence.alien:
        return Located()
    if evidence.followed.against:
        return _among((*areas, *evidence.followed.against), tree)
    if len(areas) == 1 and areas[0].level == "grid":
        return _at(FOUND, areas[0])
    settlement = evidence.followed.settlement
    if settlement and not evidence.unread:
        return _by_settlement(settlement, evidence, tree)
    return _by_door(evidence, tree) or _by_area(evidence, tree)


def decide_by_door(hits: Sequence[Hit], areas: Sequence[Named], tree: Tree) -> Located | None:
    """
    Return the one grid that has this very door inside these areas: what `decide` says where nothing speaks against it.

    None when there is no such grid, or more than one: then all of the evidence has to be asked for.
    """
    inside = _inside(hits, areas)
    if len({hit.area_pos for hit in inside}) != 1 or inside[0].area_pos not in tree.by_pos:
        return None
    return _at(
        FOUND, tree.by_pos[inside[0].area_pos], door=inside[0].address_id if len(inside) == 1 else None
    )


def _by_settlement(settlement: Named, evidence: Evidence, tree: Tree) -> Located:
    """Return the village whose name stands behind its street's, unless the book has a place there called so."""
    hits = _inside((*evidence.doors, *evidence.plates, *evidence.roads), evidence.followed.areas)
    namesakes = [tree.by_pos[hit.area_pos] for hit in hits if hit.area_pos in tree.by_pos]
    if all(grid.parent_code == settlement.code for grid in namesakes):
        return _by_door(evidence, tree) or _at(PARTIAL, settlement)
    return _among((settlement, *_communities(namesakes, tree)), tree)


def _by_door(evidence: Evidence, tree: Tree) -> Located | None:
    """Return what the address book makes of it, None when it has nothing to say."""
    areas = evidence.followed.areas
    for hits, exact in ((evidence.doors, True), (evidence.plates, False)):
        inside = _inside(hits, areas)
        grids = {hit.area_pos: tree.by_pos[hit.area_pos] for hit in inside if hit.area_pos in tree.by_pos}
        if not grids:
            continue
        if evidence.unread or (evidence.by_compound and not exact and not areas):
            # Somebody named an area we do not know, or only a compound as there are many: a person must look.
            return _among(_communities(grids.values(), tree), tree)
        if len(grids) == 1:
            doors = {hit.address_id for hit in inside}
            return _at(FOUND, *grids.values(), door=doors.pop() if exact and len(doors) == 1 else None)
        return _several(tuple(grids.values()), tree)
    outside = [hit for hit in (*evidence.doors, *evidence.plates) if hit.area_pos in tree.by_pos]
    streets = _streets(areas, tree) if outside else []
    near = [
        tree.by_pos[hit.area_pos] for hit in outside if any(s.pos <= hit.area_pos < s.end for s in streets)
    ]
    if near:
        # The community says one thing and the door another, one street: which of them is wrong nobody can
        # tell.
        return _among((*areas, *_communities(near, tree)), tree)
    return None


def _by_area(evidence: Evidence, tree: Tree) -> Located:
    """Return what the names alone say; roads and doubtful names are only candidates."""
    followed = evidence.followed
    areas = tuple(area for area in followed.areas if followed.sure or area.level != "city")
    on_road = [
        tree.by_pos[hit.area_pos] for hit in _inside(evidence.roads, areas) if hit.area_pos in tree.by_pos
    ]
    might = [*(area for area in followed.maybe if area.level != "city"), *_communities(on_road, tree)]
    if not areas or not followed.sure:
        return _among((*areas, *might), tree)
    outer = common_area(areas, tree.by_code)
    if outer is None or outer not in areas:
        return _among(areas, tree)
    inner = [area for area in (*areas, *might) if area != outer and area.level != outer.level]
    return _at(PARTIAL, outer, candidates=_codes(inner))


def _inside(hits: Sequence[Hit], areas: Sequence[Named]) -> list[Hit]:
    return [hit for hit in hits if not areas or any(a.pos <= hit.area_pos < a.end for a in areas)]


def _streets(areas: Sequence[Named], tree: Tree) -> list[Named]:
    """Return the streets of the communities among these areas."""
    streets = {tree.by_code.get(area.parent_code) for area in areas if area.level == "community"}
    return [street for street in streets if street is not None]


def _communities(grids: Iterable[Named], tree: Tree) -> tuple[Named, ...]:
    found = {grid.parent_code: tree.by_code[grid.parent_code] for grid in grids}
    return tuple(found.values())


def _several(grids: tuple[Named, ...], tree: Tree) -> Located:
    """Several grids have the plate: the community is sure when it is the same."""
    communities = _communities(grids, tree)
    if len(communities) == 1:
        return _at(PARTIAL, communities[0], candidates=_codes(grids))
    return _among(communities, tree)


def _among(areas: Sequence[Named], tree: Tree) -> Located:
    """Return the ambiguous answer among these areas, unknown when there are none."""
    if not areas:
        return Located()
    around = common_area(areas, tree.by_code)
    if around is None:
        return Located(AMBIGUOUS, candidates=_codes(areas))
    return _at(AMBIGUOUS, around, candidates=_codes(areas))


def _codes(areas: Sequence[Named]) -> tuple[str, ...]:
    return tuple(sorted({area.code for area in areas})[:CANDIDATES_MAX])


def _at(status: str, area: Named, *, door: int | None = None, candidates: tuple[str, ...] = ()) -> Located:
    return Located(status, area.code, area.level, area.pos, door, candidates)
