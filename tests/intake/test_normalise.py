"""From cells to leads: however a value is written it is the same person, and what cannot be used is left out."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.intake import steps
from gridward.intake.rules import ABSENT, Lead
from gridward.intake.steps import Work
from gridward.kernel.tabular import Row, RowProblem

COUNTRY = pack("cn")
NUMBER = COUNTRY.synthetic_id("320199", date(1990, 3, 7), 1)
PHONE = "15400000001"
ADDRESS = "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元101室"
COLUMNS = ("name", "id_number", "phone", "address")
FULL_WIDTH = str.maketrans("0123456789X+-", "０１２３４５６７８９Ｘ＋－")


def work_of(rows: list[tuple[str, ...]], columns: tuple[str, ...] = COLUMNS) -> Work:
    """Return a list in work with these cells, as the reader would have handed it over."""
    table = SimpleNamespace(
        headers=columns,
        columns={name: place for place, name in enumerate(columns)},
        chunks=lambda size: [[Row(number, cells) for number, cells in enumerate(rows, start=2)]],
    )
    # Only the table is asked before the step `place`; neither batch, order nor actor exist yet.
    nothing = cast(Any, None)
    return Work(nothing, nothing, cast(Any, table), nothing, nothing)


def leads(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> list[Lead]:
    work = work_of(list(rows), columns)
    steps.read(work)
    steps.normalise(work)
    return work.leads


def lead(name: str = "王小明", id_number: str = "", phone: str = "", address: str = "") -> Lead:
    (one,) = leads((name, id_number, phone, address))
    return one


# --- identity numbers ---------------------------------------------------------------------------------------------

ID_SPELLINGS: dict[str, Callable[[str], str]] = {
    "as printed": lambda number: number,
    "full width": lambda number: number.translate(FULL_WIDTH),
    "in groups": lambda number: f"{number[:6]} {number[6:14]} {number[14:]}",
    "with dashes": lambda number: f"{number[:6]}-{number[6:14]}-{number[14:]}",
    "behind the apostrophe of a spreadsheet": lambda number: f"'{number}",
    "with a small x": str.lower,
    "with a Cyrillic x": lambda number: number.replace("X", "Х"),
    "with a multiplication sign": lambda number: number.replace("X", "×"),
    "between ideographic spaces": lambda number: f"\u3000{number}\u3000",
}
births = st.dates(date(1920, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize("name", ID_SPELLINGS)
@given(born=births, sequence=st.integers(0, 999))
def test_an_identity_number_is_one_number_however_it_is_written(name: str, born: date, sequence: int) -> None:
    number = COUNTRY.synthetic_id("320199", born, sequence)

    read = lead(id_number=ID_SPELLINGS[name](number))

    assert (read.id_number, read.unusable) == (number, ())


@given(born=st.dates(date(1920, 1, 1), date(1999, 12, 31)), sequence=st.integers(0, 995))
def test_a_number_of_fifteen_digits_is_the_one_of_eighteen(born: date, sequence: int) -> None:
    number = COUNTRY.synthetic_id("320199", born, sequence)
    old = number[:6] + number[8:17]

    assert lead(id_number=old).id_number == lead(id_number=f"{old[:6]} {old[6:]}").id_number == number


@given(place=st.integers(0, 17), step=st.integers(1, 9))
def test_a_wrong_digit_anywhere_makes_the_number_unusable_and_not_somebody_else(
    place: int, step: int
) -> None:
    if place == 17:
        other = "0123456789X"[("0123456789X".index(NUMBER[17]) + step) % 11]
    else:
        other = str((int(NUMBER[place]) + step) % 10)

    read = lead(id_number=NUMBER[:place] + other + NUMBER[place + 1 :], phone=PHONE)

    assert (read.id_number, read.phone, read.unusable) == ("", PHONE, ("id_unusable",))


# --- telephones ---------------------------------------------------------------------------------------------------

PHONE_SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda phone: phone,
    "full width": lambda phone: phone.translate(FULL_WIDTH),
    "with +86": lambda phone: f"+86{phone}",
    "with 0086 and dashes": lambda phone: f"0086-{phone[:3]}-{phone[3:7]}-{phone[7:]}",
    "with (+86) and spaces": lambda phone: f"(+86) {phone[:3]} {phone[3:7]} {phone[7:]}",
    "with full-width +86": lambda phone: f"＋８６{phone}",
    "with a trunk zero": lambda phone: f"0{phone}",
    "with words around": lambda phone: f"本人:{phone}(微信同号)",
    "twice": lambda phone: f"{phone}/{phone}",
    "with a second one": lambda phone: f"{phone},025-83211234",
}


@pytest.mark.parametrize("name", PHONE_SPELLINGS)
@given(number=st.integers(0, 99_999_999))
def test_a_telephone_is_one_number_however_it_is_written(name: str, number: int) -> None:
    phone = COUNTRY.synthetic_phone(number)

    read = lead(phone=PHONE_SPELLINGS[name](phone))

    assert (read.phone, read.unusable) == (phone, ())


@pytest.mark.parametrize("text", ["110", "120", "12345", "400-820-8820", "95588", "8008208820"])
def test_a_number_that_is_nobodys_own_is_no_number(text: str) -> None:
    read = lead(phone=text, address=ADDRESS)

    assert (read.phone, read.address, read.unusable) == ("", ADDRESS, ("phone_unusable",))


@pytest.mark.parametrize("text", ["1540000000", "154000000011", "23211234", "见身份证", "00000000000"])
def test_what_is_no_whole_telephone_number_is_unusable(text: str) -> None:
    assert (lead(phone=text).phone, lead(phone=text).unusable) == ("", ("phone_unusable",))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("025-83211234", "02583211234"),
        ("(025)83211234转801", "02583211234"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_landlines_and_foreign_numbers_keep_what_sets_them_apart(text: str, number: str) -> None:
    assert lead(phone=text).phone == number


# --- names --------------------------------------------------------------------------------------------------------

NAMES = {
    "spaces inside": ("王 小　明", "王小明"),
    "a title": ("王小明先生", "王小明"),
    "a label": ("姓名:王小明", "王小明"),
    "a remark": ("王小明(租客)", "王小明"),
    "digits of a numbered list": ("1王小明", "王小明"),
    "a dot of another kind": ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
    "a compound surname": ("欧阳 娜", "欧阳娜"),
    "two characters": ("李 伟", "李伟"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_name_however_it_is_written(name: str) -> None:
    written, plain = NAMES[name]

    read, wanted = lead(written), lead(plain)

    assert (read.name, read.surname_sound, read.name_sound) == (
        plain,
        wanted.surname_sound,
        wanted.name_sound,
    )


HOMOPHONES = [
    ("王小明", "王晓铭"),
    ("张伟", "章伟"),
    ("李娜", "Li Na"),
    ("吕红", "吕宏"),
    ("欧阳娜", "欧阳那"),
]


@pytest.mark.parametrize(("one", "other"), HOMOPHONES)
def test_names_that_sound_alike_have_one_sound(one: str, other: str) -> None:
    assert lead(one).name_sound == lead(other).name_sound
    assert lead(one).surname_sound == lead(other).surname_sound


@pytest.mark.parametrize(
    ("one", "other"), [("王小明", "王明"), ("王小明", "黄小明"), ("李娜", "李梅"), ("欧阳娜", "欧娜")]
)
def test_a_dropped_or_another_character_is_another_sound(one: str, other: str) -> None:
    assert lead(one).name_sound != lead(other).name_sound


@pytest.mark.parametrize("text", ["无", "不详", "未知", "　", "123", "()", "-"])
def test_what_names_nobody_is_no_name(text: str) -> None:
    assert (lead(text).name, lead(text).name_sound) == ("", "")


# --- values in each other's column, words for nothing, columns that are missing -------------------------------------


def test_a_telephone_in_the_address_column_is_put_back() -> None:
    read = lead(phone=ADDRESS, address=PHONE)

    assert (read.phone, read.address, read.unusable) == (PHONE, ADDRESS, ())


@pytest.mark.parametrize(
    ("phone", "address"),
    [(PHONE, ADDRESS), (PHONE, "15400000002"), ("", PHONE), (ADDRESS, ADDRESS), (ADDRESS, "110")],
    ids=[
        "both right",
        "two telephones",
        "no telephone",
        "no telephone anywhere",
        "a hotline beside an address",
    ],
)
def test_what_stands_right_or_cannot_be_told_stays_where_it_is(phone: str, address: str) -> None:
    assert lead(phone=phone, address=address).address == address


@pytest.mark.parametrize("word", sorted(ABSENT))
def test_a_word_for_nothing_is_nothing_in_every_column(word: str) -> None:
    read = lead(name="王小明", id_number=word, phone=word, address=f" {word.upper()} ")

    assert (read.id_number, read.phone, read.address, read.unusable) == ("", "", "", ())


@pytest.mark.parametrize("missing", ["id_number", "phone", "address"])
def test_a_column_the_list_does_not_have_is_empty_for_everybody(missing: str) -> None:
    values = {"name": "王小明", "id_number": NUMBER, "phone": PHONE, "address": ADDRESS}
    columns = tuple(name for name in COLUMNS if name != missing)

    (read,) = leads(tuple(values[name] for name in columns), columns=columns)

    assert getattr(read, missing) == ""
    assert all(getattr(read, name) == values[name] for name in columns)


def test_the_order_of_the_columns_does_not_matter() -> None:
    values = {"name": "王小明", "id_number": NUMBER, "phone": PHONE, "address": ADDRESS}
    other = ("address", "phone", "name", "id_number")

    assert leads(tuple(values[name] for name in other), columns=other) == leads(tuple(values.values()))


cells = st.sampled_from(
    ["王小明", "", "无", NUMBER, NUMBER[:-1], PHONE, "110", ADDRESS, "=1+1", "１５４０００００００１"]
)


@given(rows=st.lists(st.tuples(cells, cells, cells, cells), max_size=12))
def test_every_row_becomes_a_lead_or_a_reject_under_its_own_number(rows: list[tuple[str, ...]]) -> None:
    work = work_of(rows)

    for step in (steps.read, steps.normalise, steps.validate):
        step(work)

    numbers = [one.row for one in work.leads] + [number for number, _column, _code in work.rejects]
    assert sorted(numbers) == list(range(2, len(rows) + 2))
    assert all(one.name and (one.id_number or one.phone or one.address) for one in work.leads)
    assert sum(work.notes.values()) == sum(len(one.unusable) for one in work.leads)


@given(text=st.text(max_size=40))
def test_no_cell_whatever_stops_a_list(text: str) -> None:
    work = work_of([(text, text, text, text)])

    for step in (steps.read, steps.normalise, steps.validate):
        step(work)

    assert len(work.leads) + len(work.rejects) == 1


def test_a_cell_the_reader_doubts_is_left_out_and_the_row_stays() -> None:
    work = work_of([("王小明", NUMBER, PHONE, ADDRESS)])
    problems = (
        RowProblem(2, "id_number", "number_precision", ""),
        RowProblem(2, "address", "merged_cell", ""),
    )
    work.rows = [Row(2, ("王小明", NUMBER, PHONE, ADDRESS), problems)]

    for step in (steps.normalise, steps.validate):
        step(work)

    (read,) = work.leads
    assert (read.id_number, read.phone, read.address, read.unusable) == ("", PHONE, "", ())


@pytest.mark.parametrize(
    ("column", "code", "reject"),
    [
        ("phone", "formula", (2, "phone", "formula")),
        ("", "too_many_cells", (2, "", "shifted_cells")),
        ("", "repeated_header", (2, "", "repeated_header")),
        ("name", "bad_character", (2, "name", "name_missing")),
    ],
)
def test_a_row_nothing_of_which_can_be_trusted_is_rejected_for_that(
    column: str, code: str, reject: tuple[int, str, str]
) -> None:
    work = work_of([])
    work.rows = [Row(2, ("王小明", NUMBER, PHONE, ADDRESS), (RowProblem(2, column, code, ""),))]

    for step in (steps.normalise, steps.validate):
        step(work)

    assert (work.leads, work.rejects, work.rows) == ([], [reject], [])
