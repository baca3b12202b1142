"""Workbooks read as the clerk sees them; what a workbook can hide is refused, marked or noted."""

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Alignment
from python_calamine import load_workbook

from gridward.kernel.tabular import Row
from tests.kernel.tabular.samples import (
    HEADERS,
    NEIGHBOUR,
    STUDENT,
    codes_of,
    good_xlsx,
    inline_row,
    raw_sheet,
    rows_of,
    shared_xlsx,
    table_of,
    xlsx_bytes,
)


def remark(folder: Path, value: Any, number_format: str = "General") -> Row:
    """Return the row of a sheet whose remark is this value in this format."""

    def arrange(book: openpyxl.Workbook) -> None:
        book.active["E2"].number_format = number_format  # type: ignore[index]  # of a new book there is an active sheet

    return rows_of(folder, xlsx_bytes(HEADERS, [*STUDENT[:4], value], arrange=arrange), "list.xlsx")[0]


def test_a_plain_workbook_reads_like_the_text_it_shows(tmp_path: Path) -> None:
    table = table_of(tmp_path, good_xlsx(), "list.xlsx")

    assert (table.format, table.encoding, table.sheet, table.header_row) == ("xlsx", "", "名单", 1)
    rows = [row for chunk in table.chunks(1) for row in chunk]
    assert [(row.number, list(row.cells)) for row in rows] == [(2, STUDENT), (3, NEIGHBOUR)]
    assert not table.notes


@pytest.mark.parametrize(("prefix", "rich"), [("", False), ("", True), ("x", False)])
def test_shared_texts_read_the_same_however_they_are_written(tmp_path: Path, prefix: str, rich: bool) -> None:
    rows = rows_of(tmp_path, shared_xlsx(HEADERS, STUDENT, NEIGHBOUR, prefix=prefix, rich=rich), "list.xlsx")

    assert [list(row.cells) for row in rows] == [STUDENT, NEIGHBOUR]


def test_another_reader_sees_the_same_cells(tmp_path: Path) -> None:
    content = xlsx_bytes(HEADERS, *[[*STUDENT[:4], f"备注 {number} <&>"] for number in range(300)])

    ours = rows_of(tmp_path, content, "list.xlsx")

    theirs = load_workbook(tmp_path / "upload").get_sheet_by_index(0).to_python()[1:]
    assert [list(row.cells) for row in ours] == theirs


def test_physical_row_numbers_survive_titles_and_blank_rows(tmp_path: Path) -> None:
    content = xlsx_bytes(["某街道返宁人员名单"], [], HEADERS, STUDENT, [], [None, " "], NEIGHBOUR)

    table = table_of(tmp_path, content, "list.xlsx")

    assert table.header_row == 3
    assert [row.number for chunk in table.chunks(9) for row in chunk] == [4, 7]
    assert [note.code for note in table.notes] == ["title_rows"]


def test_merged_title_cells_do_not_matter(tmp_path: Path) -> None:
    def arrange(book: openpyxl.Workbook) -> None:
        book.active.merge_cells("A1:E2")  # type: ignore[union-attr]  # of a new book there is an active sheet
        book.active["A1"].alignment = Alignment(horizontal="center")  # type: ignore[index]  # of a new book there is an active sheet

    content = xlsx_bytes(["名单"], [], HEADERS, STUDENT, arrange=arrange)

    assert not rows_of(tmp_path, content, "list.xlsx")[0].problems


def test_cells_merged_over_rows_mark_every_row_but_the_first(tmp_path: Path) -> None:
    def arrange(book: openpyxl.Workbook) -> None:
        book.active.merge_cells("D2:D4")  # type: ignore[union-attr]  # of a new book there is an active sheet

    content = xlsx_bytes(HEADERS, STUDENT, NEIGHBOUR, STUDENT, NEIGHBOUR, arrange=arrange)

    table = table_of(tmp_path, content, "list.xlsx")

    rows = [row for chunk in table.chunks(9) for row in chunk]
    assert [codes_of(row) for row in rows] == [
        [],
        [("现住址", "merged_cell")],
        [("现住址", "merged_cell")],
        [],
    ]
    assert [note.code for note in table.notes] == ["merged_cells"]


@pytest.mark.parametrize(
    ("value", "number_format", "kept", "code"),
    [
        (13812345678, "General", "13812345678", ""),
        (13812345678.0, "General", "13812345678", ""),
        (3.20102199001011e17, "General", "320102199001011000", "number_precision"),
        (320102003015, "000000000000000", "000320102003015", ""),
        (37.2, "0.0", "37.2", ""),
        (0.1 + 0.2, "General", "0.3", ""),
        (-5, "General", "-5", ""),
        (True, "General", "TRUE", ""),
        (datetime.date(2020, 2, 3), "yyyy-mm-dd", "2020-02-03", ""),
        (datetime.date(2020, 2, 3), 'yyyy"年"m"月"d"日"', "2020-02-03", ""),
        (datetime.datetime.fromisoformat("2020-02-03T08:30"), "yyyy/m/d h:mm", "2020-02-03 08:30:00", ""),
        (datetime.time(8, 30), "h:mm", "08:30:00", ""),
        (43864, "[$-804]m/d/yy", "2020-02-03", ""),
        (43864, '"day"0', "43864", ""),
        ("=1+1", "General", "", "formula"),
        ("#REF!", "General", "#REF!", "error_value"),
        ("_x0041_B", "General", "AB", ""),
    ],
)
def test_a_value_reads_as_it_is_shown(
    tmp_path: Path, value: Any, number_format: str, kept: str, code: str
) -> None:
    row = remark(tmp_path, value, number_format)

    assert row.cells[4] == kept
    assert codes_of(row) == ([("备注", code)] if code else [])


@pytest.mark.parametrize("stored", ["320102199001011234", "3.20102199001011234E+17", "320102199001011000"])
def test_an_id_stored_as_a_number_is_marked_even_if_its_digits_are_still_there(
    tmp_path: Path, stored: str
) -> None:
    sheet = raw_sheet(inline_row(1, HEADERS) + f'<row r="2"><c r="B2"><v>{stored}</v></c></row>')

    rows = rows_of(tmp_path, sheet, "list.xlsx")

    assert rows[0].cells[1].startswith("320102199001011")
    assert codes_of(rows[0]) == [("身份证号", "number_precision")]


def test_a_formula_keeps_its_last_value_and_is_marked(tmp_path: Path) -> None:
    cell = '<c r="E2" t="str"><f>CONCATENATE("a","b")</f><v>ab</v></c>'

    rows = rows_of(
        tmp_path, raw_sheet(inline_row(1, HEADERS) + inline_row(2, STUDENT[:4], cell)), "list.xlsx"
    )

    assert rows[0].cells[4] == "ab"
    assert codes_of(rows[0]) == [("备注", "formula")]


def test_a_text_that_would_be_a_formula_elsewhere_is_marked(tmp_path: Path) -> None:
    sheet = raw_sheet(inline_row(1, HEADERS) + inline_row(2, [*STUDENT[:4], "=cmd|' /C calc'!A0"]))

    rows = rows_of(tmp_path, sheet, "list.xlsx")

    assert codes_of(rows[0]) == [("备注", "formula")]


def test_half_a_character_is_marked_and_never_handed_on(tmp_path: Path) -> None:
    sheet = raw_sheet(inline_row(1, HEADERS) + inline_row(2, [*STUDENT[:4], "a_xD800_b"]))

    rows = rows_of(tmp_path, sheet, "list.xlsx")

    assert rows[0].cells[4] == "a\ufffdb"
    assert codes_of(rows[0]) == [("备注", "bad_character")]


def test_the_first_visible_sheet_with_a_header_is_read_and_the_others_are_noted(tmp_path: Path) -> None:
    def arrange(book: openpyxl.Workbook) -> None:
        book.active.sheet_state = "hidden"  # type: ignore[union-attr]  # of a new book there is an active sheet
        book.create_sheet("空白")
        book.create_sheet("填表说明").append(["请如实填写"])
        people = book.create_sheet("第一批")
        people.append(HEADERS)
        people.append(NEIGHBOUR)
        book.create_sheet("第二批").append(HEADERS)

    table = table_of(tmp_path, xlsx_bytes(HEADERS, STUDENT, arrange=arrange), "list.xlsx")

    assert table.sheet == "第一批"
    assert table.row_count == 1
    assert [(note.code, note.params["count"]) for note in table.notes] == [
        ("other_sheets", 3),
        ("hidden_sheets", 1),
    ]
    assert "第一批" in table.notes[0].message


def test_sheets_counted_from_1904_give_the_same_day(tmp_path: Path) -> None:
    def arrange(book: openpyxl.Workbook) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.active["E2"] = datetime.date(2020, 2, 3)  # type: ignore[index]  # of a new book there is an active sheet

    rows = rows_of(tmp_path, xlsx_bytes(HEADERS, STUDENT, arrange=arrange), "list.xlsx")

    assert rows[0].cells[4] == "2020-02-03"


def test_formatting_out_to_the_last_column_is_no_value(tmp_path: Path) -> None:
    sheet = raw_sheet(inline_row(1, HEADERS) + inline_row(2, STUDENT, '<c r="XFD2" s="0"/>'))

    assert list(rows_of(tmp_path, sheet, "list.xlsx")[0].cells) == STUDENT
