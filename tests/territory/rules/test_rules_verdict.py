"""The verdict: what is said and not contradicted, no narrower than it is sure."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.territory.rules.names import Followed
from gridward.territory.rules.verdict import (
    AMBIGUOUS,
    CANDIDATES_MAX,
    FOUND,
    PARTIAL,
    UNKNOWN,
    Evidence,
    Hit,
    Located,
    Tree,
    decide,
)
from tests.territory.rules.plan_town import NAMED, TREE

CITY, XUANWU, STREET, COMMUNITY = "3201", "320102", "320102003", "320102003015"
GRID, NEXT_GRID, ACROSS, FAR = "320102003015001", "320102003015002", "320102003011001", "320104001001001"
NEW_ONES = ("320102007009", "320116001013")
VILLAGE, VILLAGE_GRID, VILLAGE_STREET = "320116001201", "320116001201001", "320116001"
GONE = Hit(7)  # a grid that the tree does not have any more


def named(*codes):
    return tuple(NAMED[code] for code in codes)


def hits(*codes):
    """The grids with these codes, each by one door: its id is the order they are named in."""
    return [Hit(NAMED[code].pos, number) for number, code in enumerate(codes, 1)]


def evidence(areas=(), *, sure=True, against=(), maybe=(), ends=False, **more):
    followed = Followed(named(*areas), sure, named(*against), named(*maybe), ends)
    return Evidence(followed, **more)


#: What is known, and what it means: status, area, candidates.
TABLE = {
    "nothing": (evidence(), UNKNOWN, "", ()),
    "a place elsewhere, whatever else": (
        evidence([COMMUNITY], alien=True, doors=hits(GRID)), UNKNOWN, "", ()
    ),
    "an area": (evidence([COMMUNITY]), PARTIAL, COMMUNITY, ()),
    "the city": (evidence([CITY]), PARTIAL, CITY, ()),
    "a grid by its name": (evidence([GRID]), FOUND, GRID, ()),
    "two areas of one name": (evidence(NEW_ONES), AMBIGUOUS, CITY, NEW_ONES),
    "an area and what might be inside": (evidence([XUANWU], maybe=[COMMUNITY]), PARTIAL, XUANWU, (COMMUNITY,)),
    "an unsure name": (evidence([XUANWU], sure=False), AMBIGUOUS, XUANWU, (XUANWU,)),
    "the city by half its name": (evidence([CITY], sure=False), UNKNOWN, "", ()),
    "a name that might be a road's": (evidence(maybe=[COMMUNITY]), AMBIGUOUS, COMMUNITY, (COMMUNITY,)),
    "the city's name as a road's": (evidence(maybe=[CITY]), UNKNOWN, "", ()),
    "names that contradict each other": (
        evidence([XUANWU], against=["320104"]), AMBIGUOUS, CITY, (XUANWU, "320104")
    ),
    "a contradiction within a street": (
        evidence([COMMUNITY], against=["320102003011"]), AMBIGUOUS, STREET, ("320102003011", COMMUNITY)
    ),
    "a contradiction beats a door": (
        evidence([XUANWU], against=["320104"], doors=hits(GRID)), AMBIGUOUS, CITY, (XUANWU, "320104")
    ),
    # Doors of the book.
    "a door": (evidence(doors=hits(GRID)), FOUND, GRID, ()),
    "a door inside the area": (evidence([XUANWU], doors=hits(GRID)), FOUND, GRID, ()),
    "a door that two districts have": (
        evidence(doors=hits(GRID, FAR)), AMBIGUOUS, CITY, (COMMUNITY, "320104001001")
    ),
    "a door that two districts have, one named": (evidence([XUANWU], doors=hits(GRID, FAR)), FOUND, GRID, ()),
    "a door in two grids of a community": (
        evidence(doors=hits(GRID, NEXT_GRID)), PARTIAL, COMMUNITY, (GRID, NEXT_GRID)
    ),
    "a door in a grid that is gone": (evidence([STREET], doors=[GONE]), PARTIAL, STREET, ()),
    "a door behind an area nobody knows": (
        evidence(doors=hits(GRID), unread=True), AMBIGUOUS, COMMUNITY, (COMMUNITY,)
    ),
    "a door of another community in the street": (
        evidence([COMMUNITY], doors=hits(ACROSS)), AMBIGUOUS, STREET, ("320102003011", COMMUNITY)
    ),
    "a door of another street": (evidence([COMMUNITY], doors=hits(FAR)), PARTIAL, COMMUNITY, ()),
    "a door outside the district": (evidence(["320104"], doors=hits(GRID)), PARTIAL, "320104", ()),
    # Plates.
    "a plate": (evidence(plates=hits(GRID)), FOUND, GRID, ()),
    "a plate in two communities": (
        evidence([STREET], plates=hits(GRID, ACROSS)), AMBIGUOUS, STREET, ("320102003011", COMMUNITY)
    ),
    "a door before the plates": (evidence(doors=hits(GRID), plates=hits(GRID, ACROSS)), FOUND, GRID, ()),
    "a door elsewhere and a plate here": (
        evidence([XUANWU], doors=hits(FAR), plates=hits(NEXT_GRID)), FOUND, NEXT_GRID, ()
    ),
    "only a compound, nothing around it": (
        evidence(plates=hits(GRID), by_compound=True), AMBIGUOUS, COMMUNITY, (COMMUNITY,)
    ),
    "a compound in a district": (evidence([XUANWU], plates=hits(GRID), by_compound=True), FOUND, GRID, ()),
    "a compound's very door": (evidence(doors=hits(GRID), by_compound=True), FOUND, GRID, ()),
    # Roads are only candidates.
    "a road": (evidence(roads=hits(GRID)), AMBIGUOUS, COMMUNITY, (COMMUNITY,)),
    "a road through two communities": (
        evidence(roads=hits(GRID, ACROSS)), AMBIGUOUS, STREET, ("320102003011", COMMUNITY)
    ),
    "a road inside a street": (evidence([STREET], roads=hits(GRID, FAR)), PARTIAL, STREET, (COMMUNITY,)),
    "a road inside a community": (evidence([COMMUNITY], roads=hits(GRID)), PARTIAL, COMMUNITY, ()),
    # A village that gives its name to its settlement.
    "a village behind its street": (
        evidence([VILLAGE_STREET], maybe=[VILLAGE], ends=True), PARTIAL, VILLAGE, ()
    ),
    "a village and more text": (evidence([VILLAGE_STREET], maybe=[VILLAGE]), PARTIAL, VILLAGE_STREET, (VILLAGE,)),
    "a village behind its district": (
        evidence(["320116"], maybe=[VILLAGE], ends=True), PARTIAL, "320116", (VILLAGE,)
    ),
    "a village with a road of its name": (
        evidence([VILLAGE_STREET], maybe=[VILLAGE], ends=True, roads=hits(VILLAGE_GRID)), PARTIAL, VILLAGE, ()
    ),
    "a village with doors of its name": (
        evidence([VILLAGE_STREET], maybe=[VILLAGE], ends=True, plates=hits(VILLAGE_GRID), by_compound=True),
        FOUND, VILLAGE_GRID, (),
    ),
    "a village behind an area nobody knows": (
        evidence([VILLAGE_STREET], maybe=[VILLAGE], ends=True, unread=True), PARTIAL, VILLAGE_STREET, (VILLAGE,)
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_the_verdict_is_what_is_known_and_no_more(case):
    known, status, code, candidates = TABLE[case]

    located = decide(known, TREE)

    assert (located.status, located.area_code, located.candidates) == (
        status,
        code,
        tuple(sorted(candidates)),
    )
    if code:
        assert (located.level, located.area_pos) == (NAMED[code].level, NAMED[code].pos)
    else:
        assert located == Located()


@pytest.mark.parametrize(
    ("known", "door"),
    [
        (evidence(doors=hits(GRID)), 1),
        (evidence([XUANWU], doors=[Hit(NAMED[FAR].pos, 8), Hit(NAMED[GRID].pos, 9)]), 9),
        (evidence(doors=[Hit(NAMED[GRID].pos, 1), Hit(NAMED[GRID].pos, 2)]), None),  # two doors in one grid
        (evidence(plates=hits(GRID)), None),  # a plate is many doors
        (evidence([GRID], doors=hits(GRID)), None),
        (evidence(doors=hits(GRID), unread=True), None),
    ],
)
def test_a_door_is_named_only_when_it_is_exactly_one(known, door):
    assert decide(known, TREE).address_id == door


def test_no_answer_lists_more_candidates_than_a_person_can_read():
    grids = [NAMED[GRID]] + [
        dataclasses.replace(NAMED[GRID], code=f"{COMMUNITY}{n:03d}", pos=NAMED[GRID].pos + n)
        for n in range(2, 60)
    ]  # fmt: skip
    tree = Tree(NAMED | {grid.code: grid for grid in grids}, {grid.pos: grid for grid in grids})

    located = decide(Evidence(plates=[Hit(grid.pos) for grid in grids]), tree)

    assert (located.status, located.area_code) == (PARTIAL, COMMUNITY)
    assert located.candidates == tuple(sorted(grid.code for grid in grids)[:CANDIDATES_MAX])


AREAS = st.lists(st.sampled_from(sorted(NAMED)), max_size=3, unique=True)
HITS = st.lists(st.sampled_from([GRID, NEXT_GRID, ACROSS, FAR, VILLAGE_GRID]), max_size=3, unique=True)


def _path_free(areas):
    """What following names leaves: equals of which none lies inside another."""
    return [one for one in areas if not any(one != other and one.startswith(other) for other in areas)]


FLAG = st.booleans()


@given(AREAS.map(_path_free), FLAG, AREAS, AREAS, FLAG, HITS, HITS, HITS, FLAG, FLAG)
def test_no_verdict_says_more_than_its_evidence(
    areas, sure, against, maybe, ends, doors, plates, roads, unread, compound
):
    known = evidence(
        areas, sure=sure, against=against, maybe=maybe, ends=ends, unread=unread, by_compound=compound,
        doors=hits(*doors), plates=hits(*plates), roads=hits(*roads),
    )  # fmt: skip

    located = decide(known, TREE)

    said = {*areas, *against, *maybe, *doors, *plates, *roads}
    assert located.status != FOUND or located.level == "grid"
    assert located.status != PARTIAL or located.level != "grid"
    assert (located.status == UNKNOWN) == (not located.area_code and not located.candidates)
    assert located.status != UNKNOWN or not (doors and not areas)
    for code in (located.area_code, *located.candidates):
        # Every area of the answer is one that was named or asked for, or lies around or inside one.
        assert any(one.startswith(code) or code.startswith(one) for one in said) or not code
    if located.status in (FOUND, PARTIAL) and areas:
        # A sure answer never leaves what was named.
        assert any(located.area_code.startswith(one) or one.startswith(located.area_code) for one in areas)
        assert not against
    if located.status == AMBIGUOUS and located.area_code:
        assert all(code.startswith(located.area_code) for code in located.candidates)
