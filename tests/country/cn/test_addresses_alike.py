"""A column of addresses reads as each of them does by itself, however many of them are written alike."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridward.country.cn.address_shape import MOST_RUNS, filled, likeness, may_stand_for, shape_of
from gridward.country.cn.addresses import read_address, read_addresses
from gridward.country.readings import Alike
from tests.country.cn.test_addresses import SAMPLES
from tests.examples import examples

STREETS = [line.split(" | ")[0] for line in SAMPLES.strip().splitlines()]
NUMBERS = st.text("0123456789", min_size=1, max_size=6)
#: What numbers stand between: names, unit words, and whatever else may become a number or belong to one.
TOWN = ("南京市玄武区新街口街道成贤街社区", "珠江路", "三条巷", "丹凤花园", "锁金五村", "村", "组")
WORDS = (
    "号",
    "幢",
    "单元",
    "室",
    "-",
    "#",
    "弄",
    "栋",
    "楼",
    "层",
    "之",
    "附",
    "号楼",
    "第",
    "（",
    "~",
    "\u3000",
)
STRANGE = ("二十", "３", "两", "A", "零", "负", "地下")
PIECES = st.sampled_from((*TOWN, *WORDS, *STRANGE))
ADDRESSES = st.lists(PIECES | NUMBERS, max_size=10).map("".join)


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(ADDRESSES, max_size=6))
@example(["珠江路2十号", "珠江路3十号"])
@example(["珠江路１2号", "珠江路１3号"])
@example(["珠江路一1号", "珠江路一2号", "珠江路3-1-1"])
def test_a_column_reads_as_its_texts_do_one_by_one(texts: list[str]) -> None:
    # Each text again with other digits: that is what is read from the shape of the first.
    alike = ["".join(_other(char, place) for place, char in enumerate(text)) for text in texts]
    column = [*texts, *alike, *texts]

    assert read_addresses(column) == [read_address(text) for text in column]


def _other(char: str, place: int) -> str:
    return str((int(char) + place) % 10) if char in "0123456789" else char


@pytest.mark.parametrize("text", STREETS)
def test_every_sample_reads_alike_with_any_numbers(text: str) -> None:
    others = [
        "".join(str(9 - (int(c) + shift) % 9) if c in "123456789" else c for c in text) for shift in range(9)
    ]

    assert read_addresses([text, *others]) == [read_address(one) for one in [text, *others]]


def test_doors_that_differ_in_their_numbers_are_read_once() -> None:
    reads = []

    def read(text: str) -> tuple[str, ...]:
        reads.append(text)
        return read_address(text)

    shape = shape_of("珠江路273号3幢2单元501室", read)

    assert shape is not None and len(reads) == 1
    assert filled(shape, ["18", "4", "1", "1203"]) == list(read_address("珠江路18号4幢1单元1203室"))


def test_a_numeral_in_words_is_not_taken_for_a_number_in_digits() -> None:
    shape = shape_of("三条巷15号二单元301", read_address)

    assert shape is not None
    assert filled(shape, ["22", "404"]) == list(read_address("三条巷22号二单元404"))


@pytest.mark.parametrize(
    ("runs", "may"),
    [([], False), (["3"], True), (["03"], False), (["0"], False), (["1"] * MOST_RUNS, True),
     (["1"] * (MOST_RUNS + 1), False)],
)  # fmt: skip
def test_leading_zeros_and_too_many_numbers_are_read_by_themselves(runs: list[str], may: bool) -> None:
    assert may_stand_for(runs) is may


def test_what_is_alike_differs_in_digits_only() -> None:
    assert likeness("珠江路273号") == likeness("珠江路118号") != likeness("珠江路27号")
    assert likeness("珠江路273号") != likeness("珠江街273号")
    assert likeness("\ud8001") == likeness("\ud8002")


def test_what_one_piece_taught_serves_the_next_and_changes_nothing() -> None:
    alike = Alike()

    first = read_addresses(STREETS, alike=alike)
    ways = len(alike)
    again = read_addresses(STREETS, alike=alike)

    assert first == again == [read_address(text) for text in STREETS]
    assert len(alike) == ways > 0
    assert not any(digit in key for key in alike for digit in b"123456789")
