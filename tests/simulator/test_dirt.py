"""Each kind of dirt, one by one: what it does to a row, what it leaves alone, and what can still be read."""

import random
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import pack
from simulator.street.dirt import KINDS, Line, soiled

pytestmark = pytest.mark.slow

CN = pack("cn")
CLEAN = Line(
    "张建国",
    "320199198003091234",
    "15400000042",
    "南京市玄武区新街口街道成贤街社区居委会珠江路5号3幢2单元501室",
)


def soil(kind: str, line: Line, seed: int = 1) -> Line:
    return KINDS[kind][0](line, random.Random(seed))


lines = st.builds(
    Line,
    st.sampled_from(["张伟", "李思思", "欧阳芳", "王建军", "赵"]),
    st.dates(date(1900, 1, 1), date(2024, 12, 31)).map(lambda day: CN.synthetic_id("320102", day, 7))
    | st.just(""),
    st.integers(0, 10**6).map(CN.synthetic_phone) | st.just(""),
    st.just(CLEAN.address),
)


@pytest.mark.parametrize(
    ("kind", "column", "becomes"),
    [
        ("homophone", "name", "张健国"),
        ("full_width", "id_number", "３２０１９９１９８００３０９１２３４"),
        ("full_width", "phone", "１５４００００００４２"),
        ("country_code", "phone", "+86 15400000042"),
        ("dashes", "phone", "154-0000-0042"),
        ("spaces", "name", " 张　建　国 "),
        ("spaces", "id_number", " 320199198003091234 "),
        ("no_id", "id_number", ""),
        ("no_phone", "phone", ""),
        ("short_address", "address", "玄武区新街口街道成贤街社区珠江路5号3幢2单元501室"),
        ("wrong_column", "phone", CLEAN.address),
        ("wrong_column", "address", CLEAN.phone),
    ],
)
def test_each_kind_does_what_its_name_says(kind: str, column: str, becomes: str) -> None:
    assert getattr(soil(kind, CLEAN), column) == becomes


@pytest.mark.parametrize(
    ("said", "written"), [("欧阳芳", "欧阳方"), ("司马", "司马"), ("文丽", "文莉"), ("赵", "赵")]
)
def test_a_name_heard_keeps_its_surname(said: str, written: str) -> None:
    assert soil("homophone", Line(said, "", "", "")).name == written


CHANGES = {
    "short_address": {"address"},
    "homophone": {"name"},
    "title": {"name"},
    "old_phone": {"phone"},
    "swapped_digits": {"id_number"},
    "no_id": {"id_number"},
    "no_phone": {"phone"},
    "full_width": {"id_number", "phone"},
    "country_code": {"phone"},
    "dashes": {"phone"},
    "spaces": {"name", "id_number"},
    "wrong_column": {"phone", "address"},
}


@pytest.mark.parametrize("kind", KINDS)
@given(lines, st.integers(0, 99))
def test_a_kind_touches_its_own_columns_only(kind: str, line: Line, seed: int) -> None:
    after = soil(kind, line, seed)

    changed = {
        field.name for field in fields(Line) if getattr(after, field.name) != getattr(line, field.name)
    }
    assert changed <= CHANGES[kind]


@pytest.mark.parametrize("kind", ["full_width", "spaces", "dashes", "country_code", "title", "homophone"])
@given(lines, st.integers(0, 99))
def test_dirt_of_spelling_hides_nobody(kind: str, line: Line, seed: int) -> None:
    after = soil(kind, line, seed)

    assert CN.read_id(after.id_number).value == line.id_number
    assert CN.read_phone(after.phone).value == line.phone
    assert CN.read_name(after.name).sound == CN.read_name(line.name).sound


def test_spelling_dirt_on_top_of_spelling_dirt_can_still_be_read() -> None:
    line = CLEAN
    for kind in ("full_width", "country_code", "dashes", "spaces"):
        line = soil(kind, line)

    assert line.phone == "+86 １５４-００００-００４２"
    assert CN.read_phone(line.phone).value == CLEAN.phone
    assert CN.read_id(line.id_number).value == CLEAN.id_number


@given(lines.filter(lambda line: bool(line.id_number)), st.integers(0, 999))
def test_exchanged_digits_never_make_another_valid_id(line: Line, seed: int) -> None:
    after = soil("swapped_digits", line, seed).id_number

    assert sorted(after) == sorted(line.id_number)
    assert sum(one != other for one, other in zip(after, line.id_number, strict=True)) == 2
    # Nobody else's number by accident; the region, which marks it as synthetic, and the check digit stay.
    assert CN.read_id(after).value == ""
    assert (after[:6], after[-1]) == (line.id_number[:6], line.id_number[-1])


def test_a_number_of_one_digit_has_nothing_to_exchange() -> None:
    line = Line("张伟", "1" * 18, "", "")

    assert soil("swapped_digits", line) == line


@given(lines, st.integers(0, 9999))
def test_an_old_telephone_is_from_the_end_of_the_block_that_nobody_has(line: Line, seed: int) -> None:
    old = soil("old_phone", line, seed).phone

    assert old == "" if not line.phone else (len(old), old[:5]) == (11, "15499")


@given(lines, st.integers(0, 10**6))
def test_what_is_told_has_happened_and_what_has_happened_is_told(line: Line, seed: int) -> None:
    after, kinds = soiled(line, random.Random(seed))

    assert list(kinds) == [kind for kind in KINDS if kind in kinds]
    if not kinds:
        assert after == line
    if after == line:
        # Only exchanging the columns and nothing else could come back to the same, and it is done once.
        assert not kinds


def test_dirt_without_anything_to_stick_to_has_not_happened() -> None:
    nobody = Line("赵", "", "", "")
    kinds = {kind for seed in range(600) for kind in soiled(nobody, random.Random(seed))[1]}

    assert kinds == {"title", "spaces"}


def test_the_same_seed_soils_in_the_same_way() -> None:
    first = [soiled(CLEAN, random.Random(seed)) for seed in range(50)]

    assert first == [soiled(CLEAN, random.Random(seed)) for seed in range(50)]
    assert len({line for line, _kinds in first}) > 10
