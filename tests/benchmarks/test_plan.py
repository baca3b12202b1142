"""U4 on a small model city: asks avoided, and how much shorter the planned walk is than the order the lists came in."""

from itertools import permutations

import numpy as np
import pytest

from benchmarks.members.plan import best_length, buildings, measure, model_city, seventeen_lists
from gridward.dispatch.walking import distances, length


@pytest.mark.slow
def test_seventeen_lists_ask_half_as_often_and_the_walk_is_a_third_shorter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = {(figure.name, figure.yardstick): figure for figure in measure(quick=True)}

    avoided = figures["asks avoided", ""].ours[0]
    walk = figures["walk", "the order they came"]
    shorter = 100 * (1 - walk.ours[0] / walk.theirs[0])
    with capsys.disabled():
        print(
            f"\nasks avoided {avoided:.0f} %; planned walking {shorter:.0f} % shorter than in arrival order"
        )
    assert avoided >= 50
    assert shorter >= 30
    assert (
        figures["walk", "the nearest door next"].ours[0] <= figures["walk", "the nearest door next"].theirs[0]
    )


def test_the_best_there_is_is_the_best_of_all_orders() -> None:
    metres = distances([(118.8 + e / 100, 32 + n / 100) for e, n in np.random.default_rng(1).random((6, 2))])

    assert best_length(metres) == pytest.approx(
        min(length((0, *rest), metres) for rest in permutations(range(1, 6)))
    )


@pytest.mark.slow
def test_a_worker_gets_forty_households_of_his_own_grid_and_each_of_them_once() -> None:
    asked = seventeen_lists(model_city(1_500), 125_000)

    for grid, day in list(asked.days.items())[:50]:
        assert len({stop.task_id for stop in day}) == len(day) <= 40
        assert {stop.area_pos for stop in day} == {grid}
        assert [stop.opened_at for stop in day] == sorted(stop.opened_at for stop in day)
        assert 0 < len(buildings(day)) <= len(day)
