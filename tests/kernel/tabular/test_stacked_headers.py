"""Headings in two rows, with cells merged over columns, are put together; no row of the list is ever touched."""

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from gridward.kernel.tabular import Table
from tests.kernel.tabular.old_books import old_book
from tests.kernel.tabular.samples import csv_bytes, table_of, xlsx_bytes

STUDENT = ["1", "张小芳", "320102199001011234", "13812345678", "025-83190000", "玄武区珠江路273号"]
NEIGHBOUR = ["2", "李强", "320104198511112345", "13912345678", "", "秦淮区中华路1号"]
TITLE = ["南京市某单位返宁人员名单(虚构)"]
TOP = ["序号", "姓名", "身份证号", "联系方式", "", "现住址"]
LOW = ["", "", "", "手机号", "座机", ""]
TOGETHER = ("序号", "姓名", "身份证号", "联系方式 手机号", "联系方式 座机", "现住址")


def merged(*ranges: str) -> Callable[[openpyxl.Workbook], None]:
    """Merge cells; those of a range that hold nothing are gone then, as programs leave them."""

    def arrange(book: openpyxl.Workbook) -> None:
        for one in ranges:
            book.active.merge_cells(one)  # type: ignore[union-attr]  # of a new book there is an active sheet

    return arrange


def sheet(*rows: Sequence[str], ranges: Sequence[str] = ()) -> bytes:
    return xlsx_bytes(*[[cell or None for cell in row] for row in rows], arrange=merged(*ranges))


def numbered(table: Table) -> list[tuple[int, list[str]]]:
    return [(row.number, list(row.cells)) for chunk in table.chunks(3) for row in chunk]


MADE: dict[str, Callable[[], tuple[bytes, str]]] = {
    "merged": lambda: (
        sheet(
            TITLE, TOP, LOW, STUDENT, NEIGHBOUR, ranges=("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3")
        ),
        "list.xlsx",
    ),
    "not merged, only left blank": (lambda: (sheet(TITLE, TOP, LOW, STUDENT, NEIGHBOUR), "list.xlsx")),
    "an old workbook": (lambda: (old_book(TITLE, TOP, LOW, STUDENT, NEIGHBOUR), "list.xls")),
    "text": (lambda: (csv_bytes([*TITLE, *[""] * 5], TOP, LOW, STUDENT, NEIGHBOUR), "list.csv")),
}


@pytest.mark.parametrize("made", MADE)
def test_a_group_over_several_columns_stands_before_each_of_their_words(made: str, tmp_path: Path) -> None:
    content, filename = MADE[made]()

    table = table_of(tmp_path, content, filename)

    assert (table.header_row, table.headers) == (3, TOGETHER)
    assert numbered(table) == [(4, STUDENT), (5, NEIGHBOUR)], "with their physical rows, as they were sent"
    assert {name: table.headers[place] for name, place in table.columns.items()} == {
        "name": "姓名", "id_number": "身份证号", "phone": "联系方式 手机号", "address": "现住址",
    }  # fmt: skip
    assert {note.code.value for note in table.notes} == {"title_rows", "stacked_header"}
    assert table.titles == tuple(TITLE) and table.groups == ("联系方式",)


def test_a_group_over_words_that_are_headings_by_themselves_is_taken_from_its_merged_cell(
    tmp_path: Path,
) -> None:
    groups = ["序号", "基本信息", "", "联系方式", "", "", ""]
    words = ["", "姓名", "身份证号", "手机号", "座机", "现住址", "备注"]
    content = sheet(TITLE, groups, words, [*STUDENT, "无"], ranges=("A1:G1", "A2:A3", "B2:C2", "D2:F2"))

    table = table_of(tmp_path, content, "list.xlsx")

    assert table.headers == (
        "序号", "基本信息 姓名", "基本信息 身份证号", "联系方式 手机号", "联系方式 座机", "联系方式 现住址", "备注",
    )  # fmt: skip
    assert numbered(table) == [(4, [*STUDENT, "无"])]
    assert table.columns["name"] == 1 and table.columns["phone"] == 3


#: What stands right above the headings and is no group.
TITLES: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "a title over everything": (["名单"], ("A1:F1",)),
    "a title over a part, with a colon": (["报送单位:演练", "", "", "", "", ""], ("A1:C1",)),
    "two with numbers": (["报送单位", "", "", "2020年2月3日", "", ""], ("A1:C1", "D1:F1")),
    "one that is not merged": (["演练单位", "", "", "", "", ""], ()),
    "two that are not merged": (["演练单位", "", "", "值班室", "", ""], ()),
}


@pytest.mark.parametrize("name", TITLES)
def test_a_title_is_no_group(name: str, tmp_path: Path) -> None:
    title, ranges = TITLES[name]
    head = ["序号", "姓名", "身份证号", "手机号", "座机", "现住址"]

    table = table_of(tmp_path, sheet(title, head, STUDENT, ranges=ranges), "list.xlsx")

    assert (table.header_row, table.headers) == (2, tuple(head))
    assert numbered(table) == [(3, STUDENT)]


#: Rows right below the headings that are about somebody, however little they hold.
ABOUT_SOMEBODY: dict[str, list[str]] = {
    "numbers only": ["", "", "", "13812345678", "025-83190000", ""],
    "one cell": ["", "", "", "手机号", "", ""],
    "a name": ["", "张小芳", "", "手机号", "座机", ""],
    "words nobody wants": ["", "", "", "打不通", "没有", ""],
    "everything": STUDENT,
}


@pytest.mark.parametrize("name", ABOUT_SOMEBODY)
def test_a_row_about_somebody_is_no_heading(name: str, tmp_path: Path) -> None:
    row = ABOUT_SOMEBODY[name]

    table = table_of(tmp_path, sheet(TOP, row, NEIGHBOUR, ranges=("D1:E1",)), "list.xlsx")

    assert (table.header_row, table.headers[3]) == (1, "联系方式")
    assert [number for number, _cells in numbered(table)] == [2, 3]
    assert numbered(table)[0][1] == row


def test_merged_cells_below_the_headings_change_no_row(tmp_path: Path) -> None:
    ranges = ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2", "F3:F4", "D3:E3")
    content = sheet(TOP, LOW, [*STUDENT[:4], "", STUDENT[5]], [*NEIGHBOUR[:5], ""], ranges=ranges)

    table = table_of(tmp_path, content, "list.xlsx")

    assert numbered(table) == [(3, [*STUDENT[:4], "", STUDENT[5]]), (4, [*NEIGHBOUR[:5], ""])]
    rows = [row for chunk in table.chunks(9) for row in chunk]
    assert [[(one.column, one.code) for one in row.problems] for row in rows] == [
        [],
        [("现住址", "merged_cell")],
    ]
    assert {note.code.value: note.params for note in table.notes}["merged_cells"] == {"count": 1}


def test_both_rows_of_headings_are_known_when_a_page_repeats_them(tmp_path: Path) -> None:
    table = table_of(tmp_path, sheet(TOP, LOW, STUDENT, TOP, LOW, NEIGHBOUR), "list.xlsx")

    rows = [row for chunk in table.chunks(9) for row in chunk]
    assert [(row.number, [one.code for one in row.problems]) for row in rows] == [
        (3, []), (4, ["repeated_header"]), (5, ["repeated_header"]), (6, []),
    ]  # fmt: skip


def test_headings_below_many_titles_and_blank_rows_are_found(tmp_path: Path) -> None:
    titles = [[f"第 {number} 行说明"] for number in range(1, 19)]

    table = table_of(tmp_path, sheet(*titles, [], TOP, LOW, STUDENT), "list.xlsx")

    assert (table.header_row, numbered(table)) == (21, [(22, STUDENT)])
