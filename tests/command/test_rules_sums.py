"""Counts of places become counts of areas without losing or doubling one."""

from hypothesis import given
from hypothesis import strategies as st

from gridward.command.rules import Counts, Placed, by_interval, total

counts = st.builds(Counts, *[st.integers(0, 50)] * 5)
placed = st.builds(Placed, st.integers(0, 999), counts)


@given(st.lists(placed, max_size=60), st.lists(st.integers(1, 999), min_size=1, max_size=8, unique=True))
def test_every_place_is_counted_once(rows: list[Placed], cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 1000]
    intervals = list(zip(edges, edges[1:], strict=False))

    sums = by_interval(rows, intervals)

    assert sum(sums, Counts()) == total(rows)


def test_a_place_in_no_interval_belongs_to_none_of_them() -> None:
    sums = by_interval([Placed(5, Counts(open=1)), Placed(15, Counts(open=2))], [(10, 20)])

    assert sums == [Counts(open=2)]


def test_intervals_may_come_in_any_order() -> None:
    sums = by_interval([Placed(5, Counts(late=1))], [(10, 20), (0, 10)])

    assert [one.late for one in sums] == [0, 1]
