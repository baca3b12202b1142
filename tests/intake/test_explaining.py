"""In which way two writings of one value differ: a table of pairs."""

import pytest

from gridward.country.api import pack
from gridward.intake import explaining

NUMBERS = [
    ("15400000001", "15400000001", ""),
    ("15400000001", "", ""),
    ("15400000001", "15400000002", "one_digit"),
    ("15400000012", "15400000021", "swapped_digits"),
    ("15400000012", "15400000045", ""),
    ("1540000001", "15400000001", "one_digit_more"),
    ("15400000001", "1540000001", "one_digit_more"),
    ("15400000001", "15499999999", ""),
    ("12", "34", ""),
    ("1234", "2134", "swapped_digits"),
    ("1234", "4231", ""),
]
NAMES = [
    ("王小明", "王小明", ""),
    ("王小明", "", ""),
    ("王小明", "王晓明", "other_writing"),
    ("王小明", "王小红", "one_character"),
    ("王小明", "王建国", "same_surname"),
    ("王小明", "李建国", ""),
]


@pytest.mark.parametrize(("left", "right", "way"), NUMBERS)
def test_numbers_differ_in_a_known_way_or_in_none(left: str, right: str, way: str) -> None:
    assert explaining.number_way(left, right) == way
    assert explaining.number_way(right, left) == way


@pytest.mark.parametrize(("left", "right", "way"), NAMES)
def test_names_differ_in_a_known_way_or_in_none(left: str, right: str, way: str) -> None:
    sounds = [reading.sound for reading in pack("cn").read_names([left, right])]

    assert explaining.name_way(left, right, (sounds[0], sounds[1])) == way


def test_every_way_has_words() -> None:
    ways = {way for *_pair, way in NUMBERS + NAMES if way} | {"as_earlier_list"}

    assert ways == set(explaining.WAYS)
