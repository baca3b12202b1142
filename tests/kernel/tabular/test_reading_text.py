"""Separated text of every common kind reads the same."""

from pathlib import Path

import pytest

from gridward.kernel.tabular import Limits, Table, TableChangedError, read_table
from tests.kernel.tabular.samples import (
    GOOD_CSV,
    HEADERS,
    NEIGHBOUR,
    STUDENT,
    WANTED,
    codes_of,
    csv_bytes,
    csv_text,
    good_xlsx,
    rows_of,
    table_of,
)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_separator_and_line_end_reads_the_same(
    tmp_path: Path, encoding: str, delimiter: str, newline: str
) -> None:
    content = csv_bytes(HEADERS, STUDENT, NEIGHBOUR, encoding=encoding, delimiter=delimiter, newline=newline)

    table = table_of(tmp_path, content)

    assert table.encoding == encoding.removesuffix("-sig")
    assert table.format == ("tsv" if delimiter == "\t" else "csv")
    assert table.columns == {"name": 0, "id_number": 1, "phone": 2, "address": 3, "remarks": 4}
    rows = [row for chunk in table.chunks(10) for row in chunk]
    assert [(row.number, list(row.cells)) for row in rows] == [(2, STUDENT), (3, NEIGHBOUR)]
    assert not any(row.problems for row in rows)


def test_rare_characters_survive_gb18030(tmp_path: Path) -> None:
    rare = ["𠮷野㐂", *STUDENT[1:]]

    rows = rows_of(tmp_path, csv_bytes(HEADERS, rare, encoding="gb18030"))

    assert rows[0].cells[0] == "𠮷野㐂"


def test_a_name_that_is_valid_utf_8_by_chance_does_not_make_a_file_mixed(tmp_path: Path) -> None:
    by_chance = ["联通", "320102199001011234", "", "", ""]

    table = table_of(tmp_path, csv_bytes(HEADERS, by_chance, STUDENT, encoding="gb18030"))

    assert table.encoding == "gb18030"


def test_rows_carry_the_physical_line_they_start_at(tmp_path: Path) -> None:
    over_two_lines = ["李强", "1", "2", "秦淮区\n中华路1号", ""]
    content = csv_text(HEADERS, over_two_lines, STUDENT) + "\n,,,,\n" + csv_text(NEIGHBOUR)

    table = table_of(tmp_path, content.encode())

    assert (table.row_count, table.blank_rows) == (3, 2)
    assert [row.number for chunk in table.chunks(1) for row in chunk] == [2, 4, 7]


@pytest.mark.parametrize("titles", [1, 3, 5, 19])
def test_title_rows_above_the_header_are_skipped_and_noted(tmp_path: Path, titles: int) -> None:
    content = csv_bytes(*[["某街道名单", "", "电话：025"]] * titles, HEADERS, STUDENT)

    table = table_of(tmp_path, content)

    assert table.header_row == titles + 1
    assert [note.code for note in table.notes] == ["title_rows"]
    assert str(titles + 1) in table.notes[0].message
    assert next(iter(table.chunks(5)))[0].number == titles + 2


def test_the_content_wins_over_the_name(tmp_path: Path) -> None:
    as_text = table_of(tmp_path, GOOD_CSV, "list.xlsx")
    as_workbook = table_of(tmp_path, good_xlsx(), "list.csv")

    assert (as_text.format, as_workbook.format) == ("csv", "xlsx")
    assert [note.code for note in (*as_text.notes, *as_workbook.notes)] == ["wrong_extension"] * 2


@pytest.mark.parametrize(
    ("cell", "kept", "code"),
    [
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1", "formula"),
        ("=1+1", "=1+1", "formula"),
        ("@SUM(A1)", "@SUM(A1)", "formula"),
        ("+cmd|'/c calc'!A1", "+cmd|'/c calc'!A1", "formula"),
        ("-2+3+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "formula"),
        ("\uff1d1+1", "\uff1d1+1", "formula"),
        ("3.20102E+17", "3.20102E+17", "number_precision"),
        ("1.38123E+10", "1.38123E+10", "number_precision"),
        ("320102199001011008.0", "320102199001011008", "number_precision"),
        ("a\x00b", "a\ufffdb", "bad_character"),
        ("坏\ufffd字", "坏\ufffd字", "bad_character"),
        ("x" * 5_000, "x" * 4_096, "cell_too_long"),
        ('="0123456789"', "0123456789", ""),
        ("13812345678.0", "13812345678", ""),
        ("1.3812345678E10", "13812345678", ""),
        ("+86 138-1234-5678", "+86 138-1234-5678", ""),
        ("-", "-", ""),
        ("-无-", "-无-", ""),
        ("@小王", "@小王", ""),
        ("１３８１２３４５６７８", "１３８１２３４５６７８", ""),
        ("007", "007", ""),
        ("37.0", "37.0", ""),
        ("3E", "3E", ""),
        ("\u3000王芳\xa0", "王芳", ""),
        ("\u200b王芳\ufeff", "王芳", ""),
        ("320102199001011234\t", "320102199001011234", ""),
    ],
)
def test_a_cell_is_kept_as_text_and_marked_when_it_cannot_be_trusted(
    tmp_path: Path, cell: str, kept: str, code: str
) -> None:
    rows = rows_of(tmp_path, csv_bytes(HEADERS, STUDENT, [*STUDENT[:4], cell]))

    assert rows[1].cells[4] == kept
    assert codes_of(rows[1]) == ([("备注", code)] if code else [])
    assert not rows[0].problems


def test_a_value_beyond_the_last_header_marks_its_row(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, csv_bytes(HEADERS, [*STUDENT, "", "多余"], [*NEIGHBOUR, "", ""]))

    assert [codes_of(row) for row in rows] == [[("", "too_many_cells")], []]
    assert len(rows[0].cells) == len(HEADERS)


def test_a_row_that_ends_before_a_required_column_is_marked(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, csv_bytes(HEADERS, STUDENT[:1], STUDENT[:2]))

    assert [codes_of(row) for row in rows] == [[("", "too_few_cells")], []]
    assert rows[1].cells == (*STUDENT[:2], "", "", "")


def test_a_header_repeated_on_the_next_page_is_marked(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, csv_bytes(HEADERS, STUDENT, HEADERS, NEIGHBOUR))

    assert [codes_of(row) for row in rows] == [[], [("", "repeated_header")], []]


def test_a_table_can_be_walked_twice_in_chunks_of_any_size(tmp_path: Path) -> None:
    table = table_of(tmp_path, csv_bytes(HEADERS, *[STUDENT] * 7))

    assert [len(chunk) for chunk in table.chunks(3)] == [3, 3, 1]
    assert [len(chunk) for chunk in table.chunks(100)] == [7]


def test_a_file_that_changed_after_the_check_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(GOOD_CSV)
    table = read_table(path, filename="list.csv", wanted=WANTED)
    assert isinstance(table, Table)
    path.write_bytes(GOOD_CSV + GOOD_CSV)

    with pytest.raises(TableChangedError):
        list(table.chunks(1))


def test_blank_columns_far_to_the_right_are_only_formatting(tmp_path: Path) -> None:
    table = table_of(
        tmp_path, csv_bytes([*HEADERS, *[""] * 300], [*STUDENT, *[""] * 300]), limits=Limits(columns_max=16)
    )

    assert table.headers == tuple(HEADERS)
