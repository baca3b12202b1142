"""What levels add up to and what follows: never one of equals, never against a number that holds, in no order."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.intake import likeness
from gridward.intake.likeness import LEVEL_WORDS, LEVELS, WEIGHTS, Bounds, Side, Verdict, is_slip, verdict

BOUNDS = Bounds(sure=0, lead=3, stranger=-9, bystanders_a_row=2)
CN = pack("cn")
levels = st.fixed_dictionaries({field: st.sampled_from(("", *names)) for field, names in LEVELS.items()})
several = st.lists(levels, max_size=6)


def judged(candidates: list[dict[str, str]]) -> Verdict:
    return verdict([likeness.likeness(one) for one in candidates], BOUNDS)


def test_the_table_says_of_every_level_how_often_it_is_seen() -> None:
    table = json.loads(files("gridward.intake").joinpath("data", "likeness.json").read_text(encoding="utf-8"))

    assert {field: tuple(found) for field, found in table["fields"].items()} == dict(LEVELS)
    for found in table["fields"].values():
        assert sum(level["m"] for level in found.values()) == pytest.approx(1, abs=0.01)
        assert all(0 < level[letter] <= 1 for level in found.values() for letter in "mu")
    assert table["learned_from"] and set(WEIGHTS) == set(LEVELS)


def test_every_level_has_words() -> None:
    assert {field: tuple(words) for field, words in LEVEL_WORDS.items()} == dict(LEVELS)


def test_the_more_alike_the_more_it_weighs() -> None:
    for field in ("id_number", "phone"):
        weights = [WEIGHTS[field][level] for level in LEVELS[field]]
        assert weights == sorted(weights, reverse=True), field


@given(candidates=several, chance=st.randoms())
def test_the_order_of_candidates_makes_no_difference(
    candidates: list[dict[str, str]], chance: object
) -> None:
    mixed = list(range(len(candidates)))
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    first, second = judged(candidates), judged([candidates[place] for place in mixed])

    assert first.is_stranger == second.is_stranger
    assert first.place == (None if second.place is None else mixed[second.place])


@given(candidates=several, one=levels)
def test_of_two_who_are_equally_alike_neither_is_chosen(
    candidates: list[dict[str, str]], one: dict[str, str]
) -> None:
    found = judged([one, *candidates, one])

    assert found.place not in (0, len(candidates) + 1)


@given(candidates=several)
def test_nobody_is_chosen_against_a_number_that_holds(candidates: list[dict[str, str]]) -> None:
    found = judged(candidates)

    if found.place is not None:
        chosen = candidates[found.place]
        assert chosen["id_number"] != "other"
        assert chosen["name"] in likeness.CLOSE_NAMES or chosen["id_number"] in likeness.AGREES


def test_nobody_at_hand_decides_nothing() -> None:
    assert verdict([], BOUNDS) == Verdict()


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("15400000001", "15400000002", True),
        ("15400000012", "15400000021", True),
        ("15400000001", "15400000001", False),
        ("15400000011", "15400000022", False),
        ("15400000102", "15400000201", False),
        ("1540000001", "15400000001", False),
    ],
)
def test_one_slip_is_a_digit_or_the_order_of_two_neighbours(left: str, right: str, is_one: bool) -> None:
    assert is_slip(left, right) is is_one
    assert is_slip(right, left) is is_one


def test_a_spoilt_number_may_have_meant_somebody_and_speaks_against_nobody() -> None:
    name = CN.read_name("王小明")
    typed = Side(name, "", "", ("A", "B"))

    assert likeness.id_level(typed, Side(name, "A")) == "slip"
    assert likeness.id_level(typed, Side(name, "C")) == ""
    assert likeness.id_level(Side(name, "C"), Side(name, "A")) == "other"
    assert likeness.id_level(Side(name, "C"), Side(name, "")) == ""
