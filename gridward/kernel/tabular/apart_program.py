"""
Reads one old workbook (.xls) or parquet file in a process of its own and says its rows on standard output.

Owns the two readers written in other languages: what a hostile file makes them take this process takes, and falls of it
alone. Refuses to import anything of the house, which would cost a reader of ten rows more than the rows. A line is
JSON: a list of cells, or an object that says what is wrong. Without a sheet an old workbook says its sheets.
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

BLOCK = 512
#: What the database in which a parquet file is read may hold of it at once.
HELD = "96MB"


class _Wrong(Exception):
    """What is wrong with the file, as the catalogue of tables calls it."""


def main(kind: str, path: str, sheet: str, megabytes: str, seconds: str, longest: str) -> None:
    """Say the rows, within so much memory and time, each text cut to the longest there may be."""
    for what, limit in (
        (resource.RLIMIT_AS, int(megabytes) * 1024 * 1024),
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    try:
        for line in _lines(kind, path, sheet):
            sys.stdout.write(json.dumps([_said(cell, int(longest)) for cell in line]) + "\n")
    except _Wrong as wrong:
        sys.stdout.write(json.dumps({"wrong": str(wrong)}) + "\n")
    except MemoryError:
        sys.stdout.write('{"wrong": "unpacks_too_large"}\n')
    except Exception:
        # What a reader says of a file may quote it.
        sys.stdout.write('{"wrong": "damaged"}\n')


def _lines(kind: str, path: str, sheet: str) -> Iterator[Any]:
    if kind == "parquet":
        return _parquet(path)
    return _old_rows(path, int(sheet)) if sheet else _old_sheets(path)


def _said(cell: object, longest: int) -> object:
    """Return a cell as JSON can say it: a list stands for whatever is no plain value."""
    if isinstance(cell, str):
        return cell[:longest]
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell if cell is None or isinstance(cell, bool | int | float | list) else str(cell)[:longest]


def _parquet(path: str) -> Iterator[Any]:
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": HELD,
        "temp_directory": "",
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
    }
    try:
        with duckdb.connect(config=settings) as db:
            file = "read_parquet(?, binary_as_string = true)"
            columns = db.execute(f"describe select * from {file}", [path]).fetchall()
            yield [name for name, *_rest in columns]
            wanted = ", ".join(
                _wanted(place, kind) for place, (_name, kind, *_rest) in enumerate(columns, start=1)
            )
            asked = db.execute(f"select {wanted} from {file}", [path])
            while block := asked.fetchmany(BLOCK):
                yield from (list(row) for row in block)
    except duckdb.OutOfMemoryException:
        raise _Wrong("unpacks_too_large") from None
    except duckdb.Error:
        raise _Wrong("damaged") from None


def _wanted(place: int, kind: str) -> str:
    """Return how a column is asked for: numbers as they are, nested values only as there or not."""
    if kind in ("DOUBLE", "FLOAT"):
        return f"#{place}"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"case when #{place} is not null then []::integer[] end"
    return f"cast(#{place} as varchar)"


def _old_sheets(path: str) -> Iterator[Any]:
    for sheet in _opened(path).sheets_metadata:
        # Their names as text: SheetVisibleEnum.Hidden, SheetTypeEnum.WorkSheet. A chart is no sheet to read.
        is_visible = str(sheet.visible).rpartition(".")[2] == "Visible"
        yield [sheet.name, is_visible and str(sheet.typ).rpartition(".")[2] == "WorkSheet"]


def _old_rows(path: str, place: int) -> Iterator[Any]:
    yield from _opened(path).get_sheet_by_index(place).iter_rows()


def _opened(path: str) -> Any:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError:
        raise _Wrong("encrypted") from None
    except python_calamine.CalamineError:
        raise _Wrong("damaged") from None


if __name__ == "__main__":
    main(*sys.argv[1:])
