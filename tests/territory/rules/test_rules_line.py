"""The area line: intervals nest, keep order, leave gaps, and never move."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from gridward.territory.rules.line import LEAST_WIDTH, Interval, allot, allot_between, allot_new, root

PARENTS = st.builds(
    lambda pos, width: Interval(pos, pos + width), st.integers(0, 1 << 59), st.integers(1 << 16, 1 << 59)
)


def _orderly(parent: Interval, children: list[Interval]) -> bool:
    edges = [parent.pos, *(edge for child in children for edge in (child.pos, child.end)), parent.end]
    return all(low < high for low, high in itertools.pairwise(edges))


@given(PARENTS, st.integers(1, 300))
def test_children_lie_inside_in_order_apart_and_off_the_parents_own_position(parent, count):
    children = allot(parent, count)

    assert len(children) == count
    assert _orderly(parent, list(children))
    assert all(parent.holds(child) for child in children)


@given(PARENTS, st.integers(1, 300))
def test_no_gap_is_narrower_than_a_child(parent, count):
    children = allot(parent, count)
    ends = [parent.pos, *(child.end for child in children)]
    starts = [*(child.pos for child in children), parent.end]

    assert min(high - low for low, high in zip(ends, starts, strict=True)) >= children[0].width


def test_five_levels_of_a_thousand_children_each_fit_on_the_line():
    parent = root()

    for level in ("district", "street", "community", "grid"):
        parent = allot(parent, 1000, least=LEAST_WIDTH[level])[-1]

    assert parent.width >= LEAST_WIDTH["grid"]


def test_a_stretch_that_is_too_narrow_is_refused():
    assert allot_between(10, 13, 1) == ()
    assert allot_between(10, 14, 1) == (Interval(11, 12),)
    assert allot(Interval(0, 4096), 3, least=4096) == ()


@given(
    st.lists(st.integers(100, 999), min_size=1, max_size=40, unique=True),
    st.lists(st.lists(st.integers(100, 999), max_size=8, unique=True), max_size=6),
)
def test_later_children_find_gaps_and_nobody_moves(first, waves):
    parent = Interval(1 << 40, 1 << 50)
    taken = allot_new(parent, [], [str(code) for code in first]) or {}

    for wave in waves:
        fresh = [str(code) for code in wave if str(code) not in taken]
        given_now = allot_new(parent, list(taken.items()), fresh)
        assert given_now is not None
        assert set(given_now) == set(fresh)
        taken = given_now | taken

    assert _orderly(parent, sorted(taken.values()))
    assert [code for code, _ in sorted(taken.items(), key=lambda item: item[1])] == sorted(taken)


def test_a_code_goes_between_its_neighbours():
    parent = Interval(0, 1 << 20)
    taken = allot_new(parent, [], ["001", "003"])

    between = allot_new(parent, list(taken.items()), ["002"])["002"]

    assert taken["001"].end < between.pos < between.end < taken["003"].pos


def test_when_the_gap_between_neighbours_is_used_up_the_widest_one_is_taken():
    parent = Interval(0, 1000)
    taken = [("001", Interval(100, 200)), ("003", Interval(202, 300))]

    found = allot_new(parent, taken, ["002"], least=10)["002"]

    assert found.pos > 300


def test_a_full_parent_gives_nothing():
    assert allot_new(Interval(0, 10), [("001", Interval(1, 9))], ["002"]) is None
