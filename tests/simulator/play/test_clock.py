"""The clock of a played day and the words it is set with."""

import pytest

from simulator.play.clock import DAY, DayClock, read_rate, read_time, say_time
from tests.simulator.play.fake_house import Hand


@pytest.mark.parametrize(("text", "rate"), [("60x", 60), ("60", 60), ("1x", 1), ("9999x", 9_999)])
def test_a_rate_is_a_number_with_or_without_its_sign(text: str, rate: float) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0x", "-1x", "60xx", "1.5x", "x", "10000x", "６０x"])
def test_what_is_no_rate_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="60x"):
        read_rate(text)


@pytest.mark.parametrize(
    ("text", "second"), [("00:00", 0), ("8:30", 30_600), ("08:30", 30_600), ("24:00", DAY)]
)
def test_a_time_is_a_second_of_the_day(text: str, second: int) -> None:
    assert read_time(text) == second
    assert read_time(say_time(second)) == second


@pytest.mark.parametrize("text", ["", "8", "24:01", "25:00", "08:60", "08:30:00", "eight"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="08:30"):
        read_time(text)


def test_sixty_seconds_of_the_day_go_by_in_one_of_ours() -> None:
    hand = Hand()
    clock = DayClock(8 * 3600, 60, hand)

    hand.seconds = 10

    assert clock.now() == 8 * 3600 + 600
    assert clock.wait_for(8 * 3600 + 1_200) == pytest.approx(10)
    assert clock.wait_for(8 * 3600) == 0
