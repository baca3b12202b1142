"""What samples come to: middles, spreads, ratios, verdicts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Figure, Goal, judged, quantile, ratios, row, spread
from benchmarks.turns import take_turns

samples = st.lists(st.floats(0.001, 1_000_000), min_size=1, max_size=30)


def seconds(*ours: float, **more) -> Figure:
    return Figure("a list", "10 rows", "s", ours, **more)


@given(samples, st.randoms())
def test_the_spread_lies_within_the_samples_whatever_their_order(measured, chance) -> None:
    found = spread(measured)
    shuffled = chance.sample(measured, len(measured))

    assert min(measured) <= found.q1 <= found.median <= found.q3 <= max(measured)
    assert found.rounds == len(measured)
    assert spread(shuffled) == found


def test_one_slow_round_moves_neither_middle_nor_quarter_marks() -> None:
    calm, disturbed = spread([1, 2, 3, 4, 5]), spread([1, 2, 3, 4, 500])

    assert calm == disturbed
    assert (calm.q1, calm.median, calm.q3) == (2, 3, 4)


def test_nothing_measured_is_no_figure() -> None:
    with pytest.raises(ValueError, match="nothing"):
        spread([])
    with pytest.raises(ValueError, match="needs samples"):
        quantile([], 0.5)


@pytest.mark.parametrize(("part", "expected"), [(0.5, 10), (0.95, 19), (0.951, 20), (1, 20), (0.01, 1)])
def test_a_quantile_is_a_sample_by_its_nearest_rank(part, expected) -> None:
    assert quantile(range(20, 0, -1), part) == expected


@pytest.mark.parametrize("part", [0, -0.1, 1.01])
def test_a_quantile_outside_the_samples_is_refused(part) -> None:
    with pytest.raises(ValueError, match="a part"):
        quantile([1.0], part)


def test_a_ratio_is_taken_round_by_round_and_two_is_twice_as_good() -> None:
    times = seconds(1, 2, yardstick="other", theirs=[2, 8])
    rates = Figure("rows", "10", "rows/s", [10, 30], "other", [5, 10], more_is_better=True)

    assert ratios(times) == [2, 4]
    assert ratios(rates) == [2, 3]
    assert ratios(seconds(1, 2)) == []


def test_rounds_without_their_counterpart_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="take turns"):
        ratios(seconds(1, 2, yardstick="other", theirs=[2]))


@pytest.mark.parametrize(
    ("figure", "outcome"),
    [
        (seconds(2), ""),
        (seconds(3, goal=Goal("P1", "≤ 3 s", most=3)), "met"),
        (seconds(3.1, goal=Goal("P1", "≤ 3 s", most=3)), "missed"),
        (seconds(3, goal=Goal("P1", "≤ 3 s", most=3, decisive=False)), "open"),
        (seconds(3.1, goal=Goal("P1", "≤ 3 s", most=3, decisive=False)), "missed"),
        (seconds(2, yardstick="tree", theirs=[20], goal=Goal("P9", "≥ 10×", "ratio", least=10)), "met"),
        (seconds(2, yardstick="tree", theirs=[19], goal=Goal("P9", "≥ 10×", "ratio", least=10)), "missed"),
    ],
)
def test_a_goal_is_met_or_missed_by_the_middle_and_a_small_run_leaves_it_open_at_best(
    figure, outcome
) -> None:
    assert judged(figure) == outcome


def test_the_history_keeps_four_figures_that_matter_and_no_yardstick_that_was_not_there() -> None:
    told = row(seconds(1 / 3, goal=Goal("P1", "≤ 3 s", most=3)))

    assert told["ours"] == {"median": 0.3333, "q1": 0.3333, "q3": 0.3333, "rounds": 1}
    assert told["goal"] == {"id": "P1", "text": "≤ 3 s", "of": "value", "outcome": "met"}
    assert "yardstick" not in told and "ratio" not in told


def test_ways_take_turns_and_each_begins_once_in_two_rounds() -> None:
    seen: list[str] = []

    timed = take_turns({"ours": lambda: seen.append("ours"), "tree": lambda: seen.append("tree")}, 3)

    assert seen == ["ours", "tree", "tree", "ours", "ours", "tree"]
    assert [len(timed["ours"]), len(timed["tree"])] == [3, 3]
