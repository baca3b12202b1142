"""The yardstick of the lists names the people the house found, and one wrong person ends the run."""

from typing import NamedTuple

import pytest

from benchmarks.members.joining import STEADY, Way, compare, normalised, told

JOINED = {line: {f"R{line}"} for line in range(2, 302)} | {302: {"R1", "R2"}}


class Answer(NamedTuple):
    """What the house found, beside JOINED."""

    ours: dict[int, str]
    error: str


EVERYBODY = {line: f"R{line}" for line in range(2, 302)}
WRONG = {
    "somebody else": Answer(EVERYBODY | {2: "R3"}, "1 wrong"),
    "many for rows that the join leaves open": Answer(EVERYBODY | {900: "R1"}, "1 more"),
    "more than a tenth not found": Answer(dict(list(EVERYBODY.items())[31:]), "31 of 300 missing"),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_other_people_than_the_join_found_end_the_run(answer: Answer) -> None:
    with pytest.raises(RuntimeError, match=answer.error):
        compare(answer.ours, JOINED)


def test_who_stands_twice_behind_a_door_and_a_few_who_wait_for_a_person_do_not() -> None:
    assert compare(EVERYBODY, JOINED) == 100
    assert compare(dict(list(EVERYBODY.items())[15:]), JOINED) == 95


def test_a_row_has_a_key_for_what_it_tells() -> None:
    whole = normalised("张三", "320102", "139", "珠江路1号")
    bare = normalised("张三", "", "", "珠江路1号")

    assert whole == ("320102", "139|张三", "珠江路1号|张三")
    assert bare == (None, None, "珠江路1号|张三")


def test_growth_is_the_cost_of_a_row_against_that_of_the_smallest_list() -> None:
    ways = {
        size: (Way([1.0], [size * cost], [100.0]), Way([1.0], [1.0]))
        for size, cost in ((10, 0.002), (30, 0.002), (100, 0.003))
    }

    grown = [figure for figure in told(ways, "a register") if figure.goal is STEADY]

    assert [round(one, 6) for figure in grown for one in figure.ours] == [1.0, 1.5]
