"""Each kind of dirt, one by one: what it does to a row, what it leaves alone, and what can still be read."""

from collections.abc import Sequence
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.country.api import pack
from simulator.lists.dirt import HEARD, KINDS, NAMES, WRITTEN, soiled
from tests.examples import examples

CN = pack("cn")
COLUMNS = ("name", "id_number", "phone", "address")
Line = tuple[str, str, str, str]
CLEAN = (
    "张建国",
    "320199198003091234",
    "15400000042",
    "南京市玄武区新街口街道成贤街社区居委会珠江路5号3幢2单元501室",
)


def soil(kinds: Sequence[str], lines: Sequence[Line], draw: int = 1) -> list[tuple[Line, set[str]]]:
    """Return each line with these kinds tried on it, and the kinds that happened."""
    tried = sum(1 << NAMES.index(kind) for kind in kinds)
    values = ", ".join("(" + ", ".join(f"'{cell}'" for cell in line) + ")" for line in lines)
    rows = f"select *, {tried} as tried, {draw} as draw from (values {values}) as t({', '.join(COLUMNS)})"
    with duckdb.connect() as db:
        found = db.execute(f"select {', '.join(COLUMNS)}, happened from ({soiled(rows)})").fetchall()
    return [
        ((row[0], row[1], row[2], row[3]), {kind for place, kind in enumerate(NAMES) if row[4] >> place & 1})
        for row in found
    ]


def one(kind: str, line: Line, draw: int = 1) -> Line:
    return soil([kind], [line], draw)[0][0]


@pytest.mark.parametrize(
    ("kind", "column", "becomes"),
    [
        ("homophone", "name", "张健国"),
        ("dropped_character", "name", "张建"),
        ("title", "name", "张建国女士"),
        ("full_width", "id_number", "３２０１９９１９８００３０９１２３４"),
        ("full_width", "phone", "１５４００００００４２"),
        ("country_code", "phone", "+86 15400000042"),
        ("dashes", "phone", "154-0000-0042"),
        ("old_phone", "phone", "15499000001"),
        ("spaces", "name", " 张　建　国 "),
        ("spaces", "id_number", " 320199198003091234 "),
        ("swapped_digits", "id_number", "320199189003091234"),
        ("cut_id", "id_number", "320199198003091"),
        ("rounded_id", "id_number", "3.20199E+17"),
        ("old_id", "id_number", "320199800309123"),
        ("no_id", "id_number", ""),
        ("no_phone", "phone", ""),
        ("short_address", "address", "玄武区新街口街道成贤街社区珠江路5号3幢2单元501室"),
        ("dropped_word", "address", "南京市玄武区新街口街道成贤街社区居委会珠江路5号3幢2单元501"),
        ("wrong_column", "phone", CLEAN[3]),
        ("wrong_column", "address", CLEAN[2]),
        ("no_name", "name", ""),
        ("no_name", "id_number", CLEAN[1]),
        ("no_name", "address", ""),
    ],
)
def test_each_kind_does_what_its_name_says(kind: str, column: str, becomes: str) -> None:
    assert one(kind, CLEAN)[COLUMNS.index(column)] == becomes


@pytest.mark.parametrize(
    ("kind", "said", "written"),
    [
        ("homophone", "欧阳芳", "欧阳方"), ("homophone", "司马", "司马"), ("homophone", "赵", "赵"),
        ("dropped_character", "欧阳芳", "欧阳芳"), ("dropped_character", "欧阳建国", "欧阳建"),
        ("dropped_character", "王芳", "王芳"),
    ],
)  # fmt: skip
def test_a_name_keeps_its_surname_and_something_of_the_given_name(kind: str, said: str, written: str) -> None:
    assert one(kind, (said, "1", "", "")) == (written, "1", "", "")


CHANGES = {
    "short_address": {"address"}, "dropped_word": {"address"}, "homophone": {"name"}, "dropped_character": {"name"},
    "title": {"name"}, "old_phone": {"phone"}, "swapped_digits": {"id_number"}, "cut_id": {"id_number"},
    "rounded_id": {"id_number"}, "old_id": {"id_number"}, "no_id": {"id_number"}, "no_phone": {"phone"},
    "full_width": {"id_number", "phone"}, "country_code": {"phone"}, "dashes": {"phone"},
    "spaces": {"name", "id_number"}, "wrong_column": {"phone", "address"}, "no_name": {"name", "phone", "address"},
}  # fmt: skip

lines = st.tuples(
    st.sampled_from(["张伟", "李思思", "欧阳芳", "王建军", "赵"]),
    st.dates(date(1900, 1, 1), date(2024, 12, 31)).map(lambda day: CN.synthetic_id("320102", day, 7))
    | st.just(""),
    st.integers(0, 10**6).map(CN.synthetic_phone) | st.just(""),
    st.just(CLEAN[3]),
)
some = st.lists(lines, min_size=20, max_size=40)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=examples(3), deadline=None)
@given(some, st.integers(0, 2**40))
def test_a_kind_touches_its_own_columns_and_says_so(kind: str, before: list[Line], draw: int) -> None:
    for line, (after, happened) in zip(before, soil([kind], before, draw), strict=True):
        changed = {name for name, was, is_ in zip(COLUMNS, line, after, strict=True) if was != is_}
        assert changed <= CHANGES[kind]
        assert happened == ({kind} if changed else set())


@settings(max_examples=examples(5), deadline=None)
@given(some, st.integers(0, 2**40))
def test_dirt_of_spelling_hides_nobody(before: list[Line], draw: int) -> None:
    spelling = ("full_width", "spaces", "dashes", "country_code", "title", "homophone", "old_id")
    for line, (after, _happened) in zip(before, soil(spelling, before, draw), strict=True):
        if line[1][6:8] in ("19", ""):
            assert CN.read_id(after[1]).value == line[1]
        assert CN.read_phone(after[2]).value == line[2]
        assert CN.read_name(after[0]).sound == CN.read_name(line[0]).sound


@settings(max_examples=examples(8), deadline=None)
@given(some, st.integers(0, 2**40))
def test_exchanged_digits_are_noticed_and_stay_in_the_synthetic_region(before: list[Line], draw: int) -> None:
    for line, (after, happened) in zip(before, soil(["swapped_digits"], before, draw), strict=True):
        if happened:
            assert sum(was != is_ for was, is_ in zip(line[1], after[1], strict=True)) == 2
            assert (
                sorted(after[1]) == sorted(line[1])
                and after[1][:6] == line[1][:6]
                and after[1][-1] == line[1][-1]
            )
            assert CN.read_id(after[1]).value == ""


def test_fifteen_digits_that_are_left_over_are_nobody_s_old_number() -> None:
    born = [CN.synthetic_id("320102", date(year, 3, 9), 123) for year in range(1932, 2021)]
    cut = {
        CN.read_id(after[1]).value
        for after, _happened in soil(["cut_id"], [("李明", one, "", "") for one in born])
    }

    assert cut.isdisjoint(born)
    # Those born from 2001 to 2012 seem to be somebody of 1920.
    assert {number[6:10] for number in cut - {""}} == {"1920"}


def test_dirt_without_anything_to_stick_to_has_not_happened() -> None:
    ((after, happened),) = soil(NAMES, [("赵", "", "", "")], draw=0)

    assert (after, happened) == ((" 赵　先　生 ", "", "", ""), {"title", "spaces"})


def test_each_character_written_by_ear_sounds_like_the_one_that_was_said() -> None:
    assert len(HEARD) == len(WRITTEN) == len(set(HEARD + WRITTEN)) / 2
    assert [
        (heard, written)
        for heard, written in zip(HEARD, WRITTEN, strict=True)
        if CN.read_name("王" + heard).sound != CN.read_name("王" + written).sound
    ] == []
