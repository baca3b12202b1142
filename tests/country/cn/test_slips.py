"""What was meant by a number that is none, and how alike two names are: whatever order they are asked in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import NAME_LIKENESS, pack

CN = pack("cn")
numbers = st.builds(
    lambda day, sequence: CN.synthetic_id("320199", day, sequence),
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
)
names = st.text("王小明晓铭伟静进章张陈程欧阳", min_size=1, max_size=4)


@given(number=numbers, place=st.integers(6, 16), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_leads_back_to_the_number(number: str, place: int, digit: str) -> None:
    typed = number[:place] + digit + number[place + 1 :]

    meant = CN.id_slips(typed)

    assert (number in meant) == (typed != number)
    assert all(CN.read_id(one).value == one for one in meant)


@given(number=numbers, place=st.integers(6, 15))
def test_two_digits_exchanged_lead_back_to_the_number(number: str, place: int) -> None:
    typed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert (number in CN.id_slips(typed)) == (typed != number)


@given(number=numbers, length=st.integers(15, 17))
def test_a_number_whose_end_is_lost_is_among_those_that_begin_so(number: str, length: int) -> None:
    meant = CN.id_slips(number[:length])

    assert number in meant
    assert all(one.startswith(number[:length]) for one in meant) or length == 17


@given(number=numbers)
def test_a_number_that_holds_means_nothing_else(number: str) -> None:
    assert CN.id_slips(number) == ()


@pytest.mark.parametrize(
    "text", ["", "无", "3.20199E+17", "32019919", "E12345678", "３２０１", "a" * 40, "\x00"]
)
def test_what_is_no_number_means_none(text: str) -> None:
    assert CN.id_slips(text) == ()


@pytest.mark.parametrize(
    ("left", "right", "likeness"),
    [
        ("王小明", "王小明", "same"),
        ("王小明", "王晓铭", "sound"),
        ("Wang Xiaoming", "王小明", "sound"),
        ("陈静", "程进", "near"),
        ("李丽娜", "李莉拉", "near"),
        ("王小明", "王明", "part"),
        ("欧阳小明", "欧阳明", "part"),
        ("王小明", "王小华", "one"),
        ("黄小明", "王小明", "given"),
        ("王小明", "王大华", "surname"),
        ("王明", "王", "surname"),
        ("王小明", "李大华", "other"),
        ("王小明", "", "other"),
    ],
)
def test_names_are_as_alike_as_people_would_say(left: str, right: str, likeness: str) -> None:
    assert CN.name_likeness(CN.read_name(left), CN.read_name(right)) == likeness


@given(left=names, right=names)
def test_likeness_is_the_same_in_either_order(left: str, right: str) -> None:
    one, other = CN.read_name(left), CN.read_name(right)

    assert CN.name_likeness(one, other) == CN.name_likeness(other, one)
    assert CN.name_likeness(one, other) in NAME_LIKENESS
