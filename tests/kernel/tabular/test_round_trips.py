"""What is written by others is read as it was meant, whatever the encoding, the separator or the format."""

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gridward.kernel.tabular import (
    Limits,
    NoteCode,
    RowProblem,
    Table,
    neutralise,
    normalise_header,
    write_rejects,
)
from gridward.kernel.tabular.cleaning import is_formula
from gridward.kernel.tabular.numbers import number_text, typed_number_text
from tests.examples import examples
from tests.kernel.tabular.samples import (
    HEADERS,
    STUDENT,
    csv_text,
    entry,
    json_bytes,
    read,
    table_of,
    xlsx_bytes,
)

pytestmark = pytest.mark.slow

OFTEN = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: Letters, signs and blanks of several scripts; nothing a list must not hold, nothing that is cut at the ends.
SIGNS = st.sampled_from("王小明张𠮷龘①㎡ＡＢab12.,;|\"'()（）、。· -/\n\t")
CELL = st.text(SIGNS, max_size=8).map(lambda text: f"甲{text}乙")
ROWS = st.lists(st.lists(CELL, min_size=len(HEADERS), max_size=len(HEADERS)), min_size=1, max_size=6)


def cells_of(content: bytes, filename: str = "list.csv", *, chunk: int = 3) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        table = table_of(Path(folder), content, filename)
        return [list(row.cells) for rows in table.chunks(chunk) for row in rows]


@OFTEN
@given(
    ROWS,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from([",", "\t", ";", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 7),
)
def test_any_cells_come_back_from_any_text_file(
    rows: list[list[str]], encoding: str, delimiter: str, newline: str, chunk: int
) -> None:
    text = csv_text(HEADERS, *rows, delimiter=delimiter, newline=newline)

    assert cells_of(text.encode(encoding), chunk=chunk) == rows


@OFTEN
@given(ROWS, st.booleans())
def test_any_cells_come_back_from_json(rows: list[list[str]], wrapped: bool) -> None:
    entries = [entry(row) for row in rows]

    assert cells_of(json_bytes({"rows": entries} if wrapped else entries), "list.json") == rows


@settings(max_examples=examples(15), deadline=None)
@given(ROWS)
def test_any_cells_come_back_from_a_workbook(rows: list[list[str]]) -> None:
    assert cells_of(xlsx_bytes(HEADERS, *rows), "list.xlsx") == rows


@OFTEN
@given(ROWS, st.data())
def test_physical_numbers_lead_to_the_line_in_an_editor(rows: list[list[str]], data: st.DataObject) -> None:
    text, starts = csv_text(HEADERS), []
    for row in rows:
        text += "\n" * data.draw(st.integers(0, 2))
        starts.append(text.count("\n") + 1)
        text += csv_text(row)

    with tempfile.TemporaryDirectory() as folder:
        table = table_of(Path(folder), text.encode())
        numbers = [row.number for chunk in table.chunks(2) for row in chunk]

    assert numbers == starts


@pytest.mark.parametrize("columns", [1, 3, 8])
def test_no_row_and_no_cell_makes_a_chunk_larger_than_asked_for(tmp_path: Path, columns: int) -> None:
    table = table_of(tmp_path, csv_text(HEADERS, *[STUDENT] * 20).encode())

    sizes = [len(chunk) for chunk in table.chunks(columns)]

    assert sum(sizes) == table.row_count == 20
    assert max(sizes) == columns and all(size == columns for size in sizes[:-1])


def test_a_chunk_of_nothing_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        next(table_of(tmp_path, csv_text(HEADERS, STUDENT).encode()).chunks(0))


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"rows_max": 2}, ""),
        ({"rows_max": 1}, "too_many_rows"),
        ({"columns_max": 5}, ""),
        ({"columns_max": 4}, "too_many_columns"),
        ({"bytes_max": 10}, "too_large"),
        ({"title_rows_max": 1}, ""),
    ],
)
def test_a_limit_is_the_last_that_is_taken(tmp_path: Path, limits: dict[str, int], code: str) -> None:
    answer = read(tmp_path, csv_text(HEADERS, STUDENT, STUDENT).encode(), limits=Limits(**limits))

    assert ("" if isinstance(answer, Table) else answer.code) == code


# --- numbers --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**15 - 1))
def test_a_whole_number_of_fifteen_digits_keeps_them_all_however_it_is_stored(number: int) -> None:
    assert number_text(str(number)) == (str(number), False)
    assert number_text(repr(float(number))) == (str(number), False)
    assert number_text(f"{Decimal(number):E}") == (str(number), False)


@given(st.integers(10**15, 10**30))
def test_from_the_sixteenth_digit_on_a_number_is_doubted(number: int) -> None:
    assert number_text(str(number)) == (str(number), True)


@given(st.text("0123456789.eE+-xnaif ", max_size=12))
def test_what_is_no_number_is_kept_as_it_is_and_doubted(text: str) -> None:
    shown, doubted = number_text(text)

    if doubted and not shown.lstrip("-").isdigit():
        assert shown == text
    if not doubted:
        assert Decimal(shown) == pytest.approx(Decimal(text), rel=Decimal("1e-14"))


@given(st.integers(10**9, 10**11), st.integers(1, 3))
def test_a_telephone_that_a_program_wrote_as_a_number_is_found_again(phone: int, zeros: int) -> None:
    assert typed_number_text(f"{phone}.{'0' * zeros}") == (str(phone), False)
    assert typed_number_text(str(phone)) is None


@pytest.mark.parametrize("text", ["3号楼E2", "1.2.3", "12E", "E12", "1e", "37.5", "7.0", "1.5e99", ""])
def test_what_a_person_typed_is_not_taken_for_a_number_of_a_program(text: str) -> None:
    assert typed_number_text(text) is None


# --- formulas and the reject file -----------------------------------------------------------------------------------


@given(st.text(max_size=20) | st.text(" =+-@＝a1(|\t\n", max_size=5))
def test_what_is_made_harmless_is_no_formula_any_more_and_is_made_so_once(text: str) -> None:
    safe = neutralise(text)

    assert not is_formula(safe) and not is_formula(safe.strip())
    assert neutralise(safe) == safe
    assert safe in (text, "'" + text)


@OFTEN
@given(st.lists(st.tuples(st.integers(1, 10**6), st.text(max_size=130)), max_size=5))
def test_a_reject_file_can_be_read_back_row_by_row(problems: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rejects.csv"
        count = write_rejects(
            path, [RowProblem(row, column, "formula", "Words.") for row, column in problems]
        )
        text = path.read_bytes().decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert count == len(rows) == len(problems)
    assert [int(row[0]) for row in rows] == [row for row, _column in problems]
    assert not any(is_formula(cell) for row in rows for cell in row[1:])
    assert all(len(row[1]) <= 101 for row in rows)


# --- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("手机号（必填）", "手机号"),
        ("* 手 机 号 *", "手机号"),
        ("Ｐｈｏｎｅ", "phone"),
        ("Phone_Number 2", "phonenumber"),
        ("联系电话1", "联系电话"),
        ("【姓名】", "姓名"),
        ("2020", "2020"),
        ("", ""),
    ],
)
def test_a_header_is_read_without_its_decoration(written: str, meant: str) -> None:
    assert normalise_header(written) == meant


@given(st.text(max_size=80))
def test_a_header_read_twice_is_read_once(text: str) -> None:
    once = normalise_header(text)
    assume(not once.isdigit())

    assert normalise_header(f" {once} ") == normalise_header(once)


@given(st.permutations(HEADERS), st.integers(0, 3))
def test_columns_are_found_wherever_they_stand(order: Sequence[str], others: int) -> None:
    headers = [*order, *(f"其他{number}号" for number in "甲乙丙"[:others])]
    values = dict(zip(HEADERS, STUDENT, strict=True))
    row = [values.get(header, "") for header in headers]
    with tempfile.TemporaryDirectory() as folder:
        table = table_of(Path(folder), csv_text(headers, row).encode())
        (read_row,) = next(table.chunks(1))

    by_name = {name: read_row.cells[index] for name, index in table.columns.items()}
    assert by_name == dict(zip(("name", "id_number", "phone", "address", "remarks"), STUDENT, strict=True))
    assert len(table.unmapped) == others


@pytest.mark.parametrize(
    ("name", "noted"),
    [("名单.csv", False), ("名单.CSV", False), ("名单", False), ("名单.xls", True), ("名单.xlsx", True)],
)
def test_a_name_is_noted_only_when_it_says_something_else(tmp_path: Path, name: str, noted: bool) -> None:
    table = table_of(tmp_path, csv_text(HEADERS, STUDENT).encode(), name)

    assert (NoteCode.WRONG_EXTENSION in [note.code for note in table.notes]) is noted


def test_a_workbook_another_program_wrote_row_by_row_reads_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    for row in (HEADERS, *[STUDENT] * 30):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")

    cells = cells_of((tmp_path / "list.xlsx").read_bytes(), "list.xlsx")

    assert cells == [STUDENT] * 30
    assert json.loads(json.dumps(cells, ensure_ascii=False)) == cells
