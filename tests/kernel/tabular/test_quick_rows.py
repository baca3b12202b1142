"""A block of plain lines is read at once, and what comes out is what reading row by row gives."""

import csv
import io
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from gridward.kernel.tabular import Column, Row, Table, read_table
from gridward.kernel.tabular.cleaning import Cleaner
from gridward.kernel.tabular.model import is_blank

WANTED = (Column("name", required=True), Column("phone"), Column("note"))
CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "王小明", "13900000001", " x", "x ", "=1+1", "-5", "+86 139", "@a", "1.0",
         "12345678.0", "1E+10", "1e5", "1.5E3", "e", "118.05",
         "1234567.00", "\uff11\uff12\uff13\uff14\uff15\uff16\uff17.0",
         "E1234567", "\u3000", "\ufffd", "a\tb", "\u200b", "x" * 4_100, "name", "a,b", 'a"b', "two\nlines", "\uff1d1"]
    ),
    st.text(max_size=6),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=4), max_size=12)


def written(folder: Path, rows: list[list[str]], ending: str, *, quoted: bool) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerow([column.name for column in WANTED])
    writer.writerows(rows)
    path = folder / "list.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "replace"))
    return path


def one_by_one(table: Table) -> list[Row]:
    cleaner = Cleaner(table.headers, [0], table.limits, typed=True)
    return [
        cleaner.row(record)
        for record in table.source.records()
        if record.number > table.header_row and not is_blank(record.cells)
    ]


@given(rows=ROWS, ending=st.sampled_from(["\n", "\r\n"]), quoted=st.booleans(), size=st.integers(1, 5))
@example(rows=[["王小明", "1", ""], ["", "", ""], [], ["李四", "2", "3"]], ending="\n", quoted=False, size=9)
@example(rows=[["", "", "", "王小明"], ["李四", "2", "3"]], ending="\n", quoted=False, size=1)
@example(
    rows=[["王", "1", "2"], ["李", "name", "E"], ["name", "phone", "note"]], ending="\n", quoted=False, size=9
)
def test_every_row_comes_out_as_if_it_were_read_alone(
    tmp_path_factory: object, rows: list[list[str]], ending: str, quoted: bool, size: int
) -> None:
    folder = tmp_path_factory.mktemp("quick")  # type: ignore[attr-defined]
    path = written(folder, rows, ending, quoted=quoted)
    table = read_table(path, filename=path.name, wanted=WANTED)
    if not isinstance(table, Table):
        return

    chunks = list(table.chunks(size))

    assert [row for chunk in chunks for row in chunk] == one_by_one(table)
    assert all(0 < len(chunk) <= size for chunk in chunks)
    assert sum(map(len, chunks)) == table.row_count


def test_a_quoted_cell_that_goes_on_behind_a_block_moves_no_row(tmp_path: Path) -> None:
    rows = [[f"王{n}", str(n), "plain"] for n in range(10)]
    rows[4][2] = "two\nlines, and a comma"
    path = written(tmp_path, rows, "\n", quoted=False)
    table = read_table(path, filename=path.name, wanted=WANTED)
    assert isinstance(table, Table)

    read = [row for chunk in table.chunks(3) for row in chunk]

    assert read == one_by_one(table)
    assert [row.number for row in read] == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
