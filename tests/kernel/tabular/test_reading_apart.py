"""Old workbooks and parquet files: read as their rows, by a program of their own that takes no more than it may."""

import resource
from pathlib import Path

import duckdb
import pytest

from gridward.kernel.tabular import TableRefusal
from tests.kernel.tabular.old_books import compound, old_book, old_book_of
from tests.kernel.tabular.samples import HEADERS, NEIGHBOUR, STUDENT, codes_of, read, rows_of, table_of

GROWTH_MAX_MB = 96


def parquet(folder: Path, select: str) -> bytes:
    path = folder / "made.parquet"
    duckdb.execute(f"copy ({select}) to '{path}' (format parquet)")
    return path.read_bytes()


GOOD = 'select \'张小芳\' as "姓名", \'320102199001011234\' as "身份证号", 13812345678 as "手机号"'


def test_an_old_workbook_is_read_as_its_rows(tmp_path: Path) -> None:
    content = old_book(HEADERS, STUDENT, [*NEIGHBOUR[:2], 13912345678.0, *NEIGHBOUR[3:]])

    table = table_of(tmp_path, content, "名单.xls")
    rows = [row for chunk in table.chunks(10) for row in chunk]

    assert (table.format, table.sheet, table.header_row, table.notes) == ("xls", "名单", 1, ())
    assert [(row.number, list(row.cells)) for row in rows] == [(2, STUDENT), (3, NEIGHBOUR)]


def test_the_row_of_an_old_workbook_is_its_physical_one_below_title_and_blank_rows(tmp_path: Path) -> None:
    content = old_book(["名单"], HEADERS, STUDENT, first_row=3)

    (row,) = rows_of(tmp_path, content, "a.xls")

    assert (row.number, list(row.cells)) == (6, STUDENT)


def test_a_document_stored_as_a_number_has_lost_digits_in_an_old_workbook_too(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, old_book(HEADERS, [STUDENT[0], 320102199001011234.0, *STUDENT[2:]]), "a.xls")

    assert codes_of(row) == [("身份证号", "number_precision")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (old_book(HEADERS, STUDENT, hidden=True), "no_sheet"),
        (old_book(HEADERS, STUDENT)[:1_500], "damaged"),
        (old_book_of([(0, 0, "姓名"), (0, 1, "手机"), (65_535, 255, "x")]), "unpacks_too_large"),
        (compound(bytes(8_000)), "no_sheet"),
        (compound(bytes(8_000), "_VBA_PROJECT_CUR"), "macros"),
        (compound(bytes(8_000), "EncryptedPackage"), "encrypted"),
        (compound(bytes(8_000), "WordDocument"), "other_office"),
    ],
    ids=["hidden", "cut short", "a far corner", "zeros", "macros", "a password", "a document"],
)
def test_an_old_workbook_that_is_none_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    refusal = read(tmp_path, content, "a.xls")

    assert isinstance(refusal, TableRefusal) and refusal.code == code


def test_a_parquet_file_is_read_as_its_rows(tmp_path: Path) -> None:
    select = f'{GOOD}, \'玄武区珠江路273号\' as "现住址", null as "备注" from range(1200)'

    table = table_of(tmp_path, parquet(tmp_path, select), "a.parquet")
    rows = [row for chunk in table.chunks(500) for row in chunk]

    assert (table.format, table.header_row, table.row_count, table.notes) == ("parquet", 0, 1_200, ())
    assert [row.number for row in rows] == list(range(1, 1_201))
    assert {row.cells for row in rows} == {(*STUDENT[:4], "")}


def test_what_is_no_plain_value_in_a_parquet_file_is_told_by_row(tmp_path: Path) -> None:
    nested = '{\'a\': 1} as "现住址", [1, 2] as "备注"'
    content = parquet(tmp_path, f"{GOOD.replace('13812345678', '1.5e300::double')}, {nested}")

    (row,) = rows_of(tmp_path, content, "a.parquet")

    assert codes_of(row) == [
        ("手机号", "number_precision"),
        ("现住址", "nested_value"),
        ("备注", "nested_value"),
    ]


@pytest.mark.parametrize(
    ("select", "code"),
    [
        ("select 1 as a, 2 as b", "header_not_found"),
        (f"{GOOD} limit 0", "no_rows"),
        (f"{GOOD}, {', '.join(f'{n} as c{n}' for n in range(300))}", "too_many_columns"),
    ],
    ids=["no names", "no rows", "300 columns"],
)
def test_a_parquet_file_that_is_no_list_is_refused(select: str, code: str, tmp_path: Path) -> None:
    refusal = read(tmp_path, parquet(tmp_path, select), "a.parquet")

    assert isinstance(refusal, TableRefusal) and refusal.code == code


@pytest.mark.parametrize("kept", [4, 8, 100, 300, -1, -5, -9])
def test_a_parquet_file_cut_short_is_damaged(kept: int, tmp_path: Path) -> None:
    refusal = read(tmp_path, parquet(tmp_path, GOOD)[:kept], "a.parquet")

    assert isinstance(refusal, TableRefusal) and refusal.code == "damaged"


def test_a_value_of_a_hundred_megabytes_in_a_parquet_file_takes_little(tmp_path: Path) -> None:
    content = parquet(tmp_path, f"{GOOD}, repeat('x', 100000000) as \"现住址\"")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    refusal = read(tmp_path, content, "a.parquet")

    assert isinstance(refusal, TableRefusal) and refusal.code == "unpacks_too_large"
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024 < GROWTH_MAX_MB
