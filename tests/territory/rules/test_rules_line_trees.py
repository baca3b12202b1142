"""Any tree on the line, however it grows: subtrees are ranges, paths are nestings, nobody ever moves."""

import itertools
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.territory.rules.line import (
    LEAST_WIDTH,
    ROOT_END,
    ROOT_POS,
    Interval,
    allot,
    allot_between,
    allot_new,
    root,
)
from gridward.territory.rules.tree import LEVELS, AreaRow, Node, plan_tree
from tests.examples import examples

LENGTHS = dict(zip((4, 6, 9, 12, 15), LEVELS, strict=True))
PARENT_LENGTH = {6: 4, 9: 6, 12: 9, 15: 12}


def level_of(code: str) -> str | None:
    return LENGTHS.get(len(code))


def parent_of(code: str) -> str | None:
    length = PARENT_LENGTH.get(len(code))
    return code[:length] if length else None


def row(number: int, code: str) -> AreaRow:
    return AreaRow(number, code, LENGTHS[len(code)], parent_of(code) or "", f"area {code}")


@dataclass
class Growth:
    """A tree that grows by imports, as the database keeps it."""

    nodes: dict[str, Node] = field(default_factory=dict)

    def take(self, codes: list[str]) -> None:
        plan = plan_tree([row(n, code) for n, code in enumerate(codes, 2)], self.nodes, level_of, parent_of)
        assert plan.problems == []
        for placed in plan.added:
            new = placed.row
            self.nodes[new.code] = Node(new.code, new.level, new.parent, new.name, placed.interval)


def _with_parents(leaf: str) -> list[str]:
    return [leaf[:length] for length in LENGTHS if length <= len(leaf)]


#: Leaves of any level below one city, deep and shallow, with crowded and lonely parents.
LEAVES = st.lists(
    st.tuples(
        st.sampled_from([6, 9, 12, 15]), st.integers(1, 12), st.integers(1, 6), st.integers(1, 40), st.integers(1, 5)
    ).map(lambda t: f"3201{t[1]:02d}{t[2]:03d}{t[3]:03d}{t[4]:03d}"[: t[0]]),
    min_size=1,
    max_size=25,
)  # fmt: skip
WAVES = st.lists(LEAVES, min_size=1, max_size=4)


def _grown(waves: list[list[str]]) -> Growth:
    tree = Growth()
    for leaves in waves:
        codes = {"3201", *(code for leaf in leaves for code in _with_parents(leaf))}
        tree.take(sorted(codes, reverse=True))
    return tree


@settings(max_examples=examples(40), deadline=None)
@given(WAVES)
def test_a_subtree_is_exactly_the_range_of_its_interval(waves):
    nodes = _grown(waves).nodes

    for area in nodes.values():
        below = {code for code in nodes if code.startswith(area.code)}
        in_range = {
            other.code
            for other in nodes.values()
            if area.interval.pos <= other.interval.pos < area.interval.end
        }
        assert in_range == below


@settings(max_examples=examples(40), deadline=None)
@given(WAVES)
def test_the_ancestors_of_an_area_are_those_whose_interval_holds_it_and_depth_is_how_many(waves):
    nodes = _grown(waves).nodes

    for area in nodes.values():
        holding = [other for other in nodes.values() if other.interval.holds(area.interval)]

        assert {other.code for other in holding} == set(_with_parents(area.code)) - {area.code}
        assert sorted(holding, key=lambda other: other.interval.width, reverse=True) == sorted(
            holding, key=lambda other: LEVELS.index(other.level)
        )


@settings(max_examples=examples(40), deadline=None)
@given(WAVES)
def test_two_areas_are_apart_or_one_holds_the_other_and_no_two_share_a_position(waves):
    nodes = _grown(waves).nodes
    intervals = [node.interval for node in nodes.values()]

    assert len({interval.pos for interval in intervals}) == len(intervals)
    for one, other in itertools.combinations(intervals, 2):
        apart = one.end <= other.pos or other.end <= one.pos
        assert apart or one.holds(other) or other.holds(one)


@settings(max_examples=examples(40), deadline=None)
@given(WAVES)
def test_whatever_is_imported_later_nobody_moves_and_nothing_is_doubled(waves):
    tree = Growth()
    for leaves in waves:
        before = dict(tree.nodes)
        codes = sorted({"3201", *(code for leaf in leaves for code in _with_parents(leaf))})
        tree.take(codes)

        assert {code: tree.nodes[code].interval for code in before} == {
            code: node.interval for code, node in before.items()
        }
        assert set(tree.nodes) == set(before) | set(codes)
        again = plan_tree([row(n, code) for n, code in enumerate(codes, 2)], tree.nodes, level_of, parent_of)
        assert (again.added, again.renamed, again.unchanged) == ([], [], len(codes))


@settings(max_examples=examples(40), deadline=None)
@given(WAVES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(waves, rng):
    codes = sorted({"3201", *(code for leaf in waves[0] for code in _with_parents(leaf))})
    shuffled = rng.sample(codes, len(codes))
    sorted_tree, shuffled_tree = Growth(), Growth()

    sorted_tree.take(codes)
    shuffled_tree.take(shuffled)

    assert {c: n.interval for c, n in sorted_tree.nodes.items()} == {
        c: n.interval for c, n in shuffled_tree.nodes.items()
    }


@settings(max_examples=examples(40), deadline=None)
@given(WAVES)
def test_every_area_has_room_for_a_thousand_children_and_siblings_stand_in_the_order_of_their_codes(waves):
    # As long as nobody is squeezed between two neighbours: the first import.
    nodes = _grown(waves[:1]).nodes

    for area in nodes.values():
        assert area.interval.width >= LEAST_WIDTH[area.level]
        below = sorted(
            (node for node in nodes.values() if node.parent == area.code), key=lambda node: node.interval
        )
        assert [node.code for node in below] == sorted(node.code for node in below)
        if area.level != "grid":
            least = LEAST_WIDTH[LEVELS[LEVELS.index(area.level) + 1]]
            assert allot(area.interval, 1_000, least=least)


def test_the_root_stands_well_inside_the_line():
    assert root() == Interval(ROOT_POS, ROOT_END)
    assert ROOT_POS > 0
    assert ROOT_END < (1 << 63) - 1  # a bigint of PostgreSQL


INTERVALS = st.builds(lambda pos, width: Interval(pos, pos + width), st.integers(0, 999), st.integers(1, 999))


@given(INTERVALS, INTERVALS)
def test_holding_is_strict_at_the_beginning_and_never_mutual(one, other):
    assert not one.holds(one)
    assert not (one.holds(other) and other.holds(one))
    assert one.holds(other) == (set(range(other.pos, other.end)) < set(range(one.pos + 1, one.end)) or (
        set(range(other.pos, other.end)) == set(range(one.pos + 1, one.end))
    ))  # fmt: skip


@given(st.integers(0, 1 << 40), st.integers(0, 4_000), st.integers(0, 60), st.integers(1, 50))
def test_a_stretch_is_allotted_whole_or_not_at_all(low, width, count, least):
    found = allot_between(low, low + width, count, least=least)

    assert len(found) in (0, count)
    assert all(low < one.pos < one.end < low + width and one.width >= least for one in found)
    if not found and count > 0:
        assert width < least * (2 * count + 2)


def test_a_crowd_between_two_neighbours_ends_in_a_refusal_and_not_in_an_overlap():
    parent = Interval(0, 1 << 14)
    taken = allot_new(parent, [], ["001", "999"], least=8) or {}
    code = 2
    while (found := allot_new(parent, list(taken.items()), [f"{code:03d}"], least=8)) is not None:
        taken |= found
        code += 1

    edges = sorted(taken.values())
    assert 20 < len(taken) < (1 << 14) // 8
    assert all(one.end <= other.pos for one, other in itertools.pairwise(edges))
    assert all(parent.holds(one) for one in edges)
