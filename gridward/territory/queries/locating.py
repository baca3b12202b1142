"""
Owns locate: from texts and points to areas, column by column. Refuses to keep any text it was given.

Texts: the country pack reads them, the tree's names are followed, the address book is asked once for each
kind of question, and `rules.verdict` decides. Points: the lattice of the published shapes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from django.conf import settings

from gridward.country.api import Alike, CountryPack, pack
from gridward.territory.lattice import Lattice
from gridward.territory.models import AreaAlias
from gridward.territory.queries import doors, sayings
from gridward.territory.queries.areas import geometry_version
from gridward.territory.queries.held import AreaView, HeldTree, held_tree
from gridward.territory.rules.names import OUTSIDE, Named, NameIndex, build_index, narrowed
from gridward.territory.rules.plain import Plain, Plains
from gridward.territory.rules.reading import Before, Home, Understood, understand_many
from gridward.territory.rules.sayings import saying_key, why_not
from gridward.territory.rules.verdict import FOUND, Evidence, Hit, Located, Tree, decide, decide_by_door

LATTICE = "lattice"
#: Texts are worked through in pieces, so that a list of any length takes the same memory.
PIECE = 60_000
LONGEST = 400
EVERYWHERE = 1 << 62


@dataclass(frozen=True)
class _Held:
    """What a process holds to read texts by, for one version of the tree."""

    stamp: str
    index: NameIndex
    home: Home
    tree: Tree

    def learned(self) -> "_Learned":
        """Begin to learn how a column is written."""
        return _Learned(Plains(_country(), self.index, self.home))


#: So many ways of writing are remembered while one column is located; then it begins anew.
MOST_LEARNED = 200_000


@dataclass
class _Learned:
    """What the pieces of one column taught about ways of writing. Gone with the call: no text is kept."""

    plains: Plains
    alike: Alike = field(default_factory=Alike)
    understood: Before = field(default_factory=dict)

    def bound(self) -> None:
        """Forget everything when it has become too much."""
        for learned in (self.plains.beginnings, self.plains.names, self.alike, self.understood):
            if len(learned) > MOST_LEARNED:
                learned.clear()


_held: dict[str, _Held] = {}
_lattices: dict[str, Lattice] = {}


def locate_text(text: str, *, within: str | None = None) -> Located:
    """Return where one text says something is; see `locate_texts`."""
    return locate_texts([text], within=within)[0]


def locate_texts(texts: Sequence[str], *, within: str | None = None) -> list[Located]:
    """
    Return, for each text, where it says something is.

    `within` is the code of an area the texts are known to be about (a district's own list): names are then
    read inside it, and what lies outside is unknown. It never turns a contradiction into an answer.
    """
    held = _prepared(held_tree())
    around = held.tree.by_code.get(within) if within else None
    if within and around is None:
        return [Located()] * len(texts)
    answers: list[Located] = []
    learned = held.learned()
    for start in range(0, len(texts), PIECE):
        piece = texts[start : start + PIECE]
        distinct = list(dict.fromkeys(piece))
        found = dict(zip(distinct, _locate(distinct, held, around, learned), strict=True))
        answers += [found[text] for text in piece]
    return answers


def locate_doors(texts: Sequence[str]) -> list[int | None]:
    """
    Return the door each text means, None where it means none for certain: what `locate_texts` finds, without the rest.

    For a text whose door is not in the book, all doors of its plate and road would be looked through.
    """
    held = _prepared(held_tree())
    learned = held.learned()
    return [
        place.address_id
        for start in range(0, len(texts), PIECE)
        for place in _locate(texts[start : start + PIECE], held, None, learned, doors_only=True)
    ]


def locate_points(lons: Sequence[float], lats: Sequence[float]) -> list[Located]:
    """Return the grid that owns each point, unknown outside the city; a point on a border has one owner."""
    lattice = _lattice()
    if lattice is None:
        return [Located()] * len(lons)
    by_pos = held_tree().by_pos
    owners = lattice.locate(np.asarray(lons), np.asarray(lats)).tolist()
    grids = [by_pos.get(pos) for pos in owners]
    return [Located(FOUND, g.code, g.level, g.pos) if g else Located() for g in grids]


def _readable(text: str) -> str:
    """
    Return the text in the script of the names, without what PostgreSQL cannot take, no longer than an address.
    """
    storable = text[:LONGEST].replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    return _country().plain_script(storable)


def _locate(
    texts: Sequence[str], held: _Held, around: Named | None, learned: _Learned, *, doors_only: bool = False
) -> list[Located]:
    learned.bound()
    plains: list[Plain | None] = [None] * len(texts)
    if around is None:
        plains = list(map(learned.plains.understand, texts))
    understood = _read([text for text, one in zip(texts, plains, strict=True) if one is None], held, learned)
    wanted = [_wanted(one) for one in understood]
    keys = [one.key for one in plains if one]
    by_key = doors.find_doors([*keys, *(one.key for one in wanted if one and one.has_plate)])
    answers = [_by_door(one, by_key, held) if one else None for one in plains]
    # What a plain text's door does not decide is asked for as anybody else's place.
    understood_later = iter(understood)
    left = [
        one.understood() if one else next(understood_later)
        for one, answer in zip(plains, answers, strict=True)
        if answer is None
    ]
    decided = iter(_decided(left, by_key, held, around, doors_only=doors_only))
    return [answer or next(decided) for answer in answers]


def _read(texts: Sequence[str], held: _Held, learned: _Learned) -> list[Understood]:
    """Return what texts say that are read whole."""
    readable = [_readable(text) for text in texts]
    readings = _country().read_addresses(readable, alike=learned.alike)
    return understand_many(readable, readings, held.index, held.home, learned.understood)


def _by_door(plain: Plain, by_key: Mapping[str, Sequence[Hit]], held: _Held) -> Located | None:
    """Return where a plain text's door is when that decides, None when more is to be asked for."""
    beginning = plain.beginning
    hits = by_key.get(plain.key)
    if not hits or not beginning.is_sure:
        return None
    return decide_by_door(hits, beginning.understood.followed.areas, held.tree)


def _decided(
    understood: Sequence[Understood],
    by_key: Mapping[str, Sequence[Hit]],
    held: _Held,
    around: Named | None,
    *,
    doors_only: bool,
) -> list[Located]:
    """Return what follows from what texts say, from what the address book knows of it, and from what people said."""
    answers = _judged(understood, by_key, held, around, doors_only=doors_only)
    if not doors_only and sayings.is_anything_said():
        _say(answers, understood, held)
    return answers


def _judged(
    understood: Sequence[Understood],
    by_key: Mapping[str, Sequence[Hit]],
    held: _Held,
    around: Named | None,
    *,
    doors_only: bool,
) -> list[Located]:
    """Return what follows from what texts say and from what the address book knows of it."""
    wanted = [_wanted(one) for one in understood]
    less = [] if doors_only else wanted
    by_plate = doors.find_plates(one for one in less if one and one.has_plate and one.key not in by_key)
    by_road = doors.find_roads(
        one.road for one in less if one and one.road and not by_key.get(one.key) and not by_plate.get(one)
    )
    answers = []
    for one, ask in zip(understood, wanted, strict=True):
        evidence = Evidence(one.followed, one.alien, one.unread)
        if ask:
            evidence.by_compound = not (ask.road and ask.number)
            evidence.doors = by_key.get(ask.key, ()) if ask.has_plate else ()
            evidence.plates = by_plate.get(ask, ())
            evidence.roads = by_road.get(ask.road, ())
        answers.append(decide(_inside(evidence, around), held.tree))
    return answers


def _say(answers: list[Located], understood: Sequence[Understood], held: _Held) -> None:
    """Put the grid where only a wider area was certain and people have confirmed which grid is meant."""
    keys = [
        saying_key(answer.area_code, one.door, _country()) if answer.status != FOUND else ""
        for answer, one in zip(answers, understood, strict=True)
    ]
    grids = sayings.find_sayings(filter(None, keys)) if any(keys) else {}
    for number, key in enumerate(keys):
        grid = held.tree.by_pos.get(grids.get(key, -1))
        if grid:
            answers[number] = Located(FOUND, grid.code, grid.level, grid.pos)


def sayings_of(confirmed: Sequence[tuple[str, int, Sequence[str]]]) -> list[str]:
    """Return the words each text (with its grid's position, and what to avoid) is learned under; '' where it is not."""
    held = _prepared(held_tree())
    understood = _read([text for text, _pos, _avoid in confirmed], held, held.learned())
    wanted = [one.key for one in map(_wanted, understood) if one and one.has_plate]
    answers = _judged(understood, doors.find_doors(wanted), held, None, doors_only=False)
    return [
        saying_key(answer.area_code, one.door, _country())
        if (grid := held.tree.by_pos.get(pos))
        and not why_not(answer, one.door, grid, held.tree, _country(), avoid)
        else ""
        for (_text, pos, avoid), one, answer in zip(confirmed, understood, answers, strict=True)
    ]


def _wanted(one: Understood) -> doors.DoorWanted | None:
    door = one.door
    if one.alien or not (door.road or door.compound):
        return None
    key = _country().address_key(door)
    return doors.DoorWanted(key, door.road, door.number, door.compound, door.building)


def _inside(evidence: Evidence, around: Named | None) -> Evidence:
    """Return the evidence as it reads when everything is known to lie in one area."""
    if around is None or evidence.alien:
        return evidence
    followed = evidence.followed
    areas = tuple(area for area in followed.areas if area.on_one_path(around))
    if followed.areas and not areas:
        return Evidence(alien=True)
    return replace(
        evidence,
        followed=replace(
            followed,
            areas=narrowed((around,), areas) if areas else (),
            maybe=tuple(area for area in followed.maybe if area.on_one_path(around)),
        ),
        doors=_hits_in(around, evidence.doors),
        plates=_hits_in(around, evidence.plates),
        roads=_hits_in(around, evidence.roads),
    )


def _hits_in(around: Named, hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if around.pos <= hit.area_pos < around.end]


def _prepared(tree: HeldTree) -> _Held:
    held = _held.get("present")
    if held is None or held.stamp != tree.stamp:
        held = _Held(tree.stamp, _index(tree), _home(tree), _tree(tree))
        _held["present"] = held
    return held


def _named(area: AreaView) -> Named:
    is_settlement = area.level == "community" and _country().names_settlement(area.code, area.name)
    return Named(area.pos, area.end, area.level, area.code, area.parent_code, is_settlement)


def _index(tree: HeldTree) -> NameIndex:
    country = _country()
    names = {area.code: [area.name] for area in tree.areas}
    for area in tree.areas:
        if area.level != "grid":
            names[area.code] += country.code_name_variants(area.name)
        if area.level == "district":
            names[area.code] += country.region_names(area.code)
    aliases = AreaAlias.objects.values_list("area__code", "code")
    for code, name in aliases:
        if code in names and not name.isdigit():
            names[code].append(name)
    named = [(_named(area), list(dict.fromkeys(names[area.code]))) for area in tree.areas]
    return build_index([*named, *_around(tree)])


def _around(tree: HeldTree) -> list[tuple[Named, list[str]]]:
    """Return what the tree lies in, with its names."""
    country = _country()
    outside = {country.code_parent(area.code) or "" for area in tree.areas if area.level == "city"}
    names = {
        code: [v for name in country.region_names(code) for v in country.code_name_variants(name)]
        for code in outside
    }
    return [(Named(0, EVERYWHERE, OUTSIDE, code, ""), found) for code, found in names.items() if found]


def _tree(tree: HeldTree) -> Tree:
    named = [_named(area) for area in tree.areas]
    return Tree(
        {area.code: area for area in named}, {area.pos: area for area in named if area.level == "grid"}
    )


def _home(tree: HeldTree) -> Home:
    country = _country()
    cities: set[str] = set()
    provinces: set[str] = set()
    for area in tree.areas:
        if area.level == "city":
            cities.update((area.name, *country.region_names(area.code)))
            provinces.update(country.region_names(country.code_parent(area.code) or ""))
    return Home(frozenset(provinces), frozenset(cities))


def _lattice() -> Lattice | None:
    version = geometry_version()
    if version is None or version in _lattices:
        return _lattices.get(version or "")
    try:
        lattice = Lattice.load(Path(settings.DATA) / LATTICE / f"{version}.npz")
    except FileNotFoundError:
        # Two newer ones were published since this one was asked for; files missing for another reason stay an error.
        if geometry_version() == version:
            raise
        return _lattice()
    _lattices.clear()
    _lattices[version] = lattice
    return lattice


@cache
def _country() -> CountryPack:
    return pack(settings.COUNTRY)
