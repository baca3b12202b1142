"""What is shown of a person by default, whatever stands in the cell."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridward.country.api import pack

CN = pack("cn")
NUMBER = "11010519491231002X"
ADDRESS = "南京市玄武区珠江路273号3幢2单元501室"

people = st.builds(
    lambda surname, given_name: surname + given_name,
    st.sampled_from([surname for surname, _weight in CN.surnames]),
    st.lists(st.sampled_from(CN.given_characters), min_size=1, max_size=3).map("".join),
)


@given(people)
def test_a_masked_name_never_shows_a_given_name(name: str) -> None:
    reading = CN.read_name(name)

    assert CN.mask_name(name) == reading.surname + "**"
    assert CN.mask_name(name) == CN.mask_name(f" {name}先生（户主） ")


@given(people, people)
def test_a_short_name_and_a_long_one_are_masked_to_the_same_length(one: str, other: str) -> None:
    if len(CN.read_name(one).surname) == len(CN.read_name(other).surname):
        assert len(CN.mask_name(one)) == len(CN.mask_name(other))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("ZHANG, Wei", "z**"),
        ("阿依古丽·买买提", "阿依**"),
        ("张", "张**"),
        ("𠮷田", "𠮷**"),
        ("王*明", "王**"),
        ("不详", "**"),
        ("   ", ""),
    ],
)
def test_names_of_every_kind_are_masked(name: str, masked: str) -> None:
    assert CN.mask_name(name) == masked


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 999))
def test_a_masked_id_shows_neither_region_nor_birthday(born, sequence: int) -> None:
    number = CN.synthetic_id("320102", born, sequence)
    masked = CN.mask_id(number)

    assert masked == "*" * 14 + number[-4:]
    assert CN.read_id(masked).value == ""


@pytest.mark.parametrize(
    ("cell", "masked"),
    [
        ("E12345678", "*****5678"),
        ("H12345678", "*****5678"),
        ("110105491231002", "***********1002"),
        ("南字第1234567号", "*******567*"),
        (f"{NUMBER}（本人）", "*" * 22),
        (ADDRESS, "*" * 18 + "501*"),
        ("联系人张三丰电话不详", "*" * 10),
        ("-", ""),
    ],
)
def test_of_what_stands_in_the_id_column_only_the_last_digits_are_shown(cell: str, masked: str) -> None:
    assert CN.mask_id(cell) == masked


@pytest.mark.parametrize(
    ("cell", "masked"),
    [
        ("025-83211234转801", "025****1234"),
        ("+44 20 7946 0000", "+44******0000"),
        ("4008208820", "********20"),
        ("2345678", "*****78"),
        ("123456", "******"),
        ("13812345678、13912345678", "138****5678"),
        ("138****5678", "138****5678"),
        (ADDRESS, "*" * 18 + "501*"),
        ("联系人欧阳修的家属电话不详", "*" * 13),
        ("", ""),
    ],
)
def test_of_what_stands_in_the_phone_column_only_digits_are_shown(cell: str, masked: str) -> None:
    assert CN.mask_phone(cell) == masked


@given(st.text())
@example(ADDRESS)
@example("13812345678张三丰住珠江路273号")
def test_no_letter_or_character_of_a_text_in_the_wrong_column_is_shown(text: str) -> None:
    for masked in (CN.mask_phone(text), CN.mask_id(text)):
        assert set(masked) <= set("*+0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        assert len(masked.replace("*", "")) <= 7


@given(st.text(alphabet="0123456789", max_size=20))
def test_a_mask_hides_at_least_four_digits_or_everything(digits: str) -> None:
    for masked in (CN.mask_phone(digits), CN.mask_id(digits)):
        assert masked.count("*") >= min(4, len(digits))
