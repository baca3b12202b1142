"""
The files a city leaves as: csv for every table, Parquet beside it for the large ones.

Owns writing, the disk it takes and what a full disk looks like. Refuses columns; those are the text's part.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from simulator.city.make import City, Tell, silent
from simulator.city.text import Sheet, sheets
from simulator.drafts import all_or_nothing

#: Measured at city size, rounded up; shapes and areas included.
BYTES_A_HOUSEHOLD = 900
MEMORY = "2GB"


def bytes_needed(households: int) -> int:
    """Return the disk that a city of so many households takes, shapes and areas included."""
    return 2**20 + households * BYTES_A_HOUSEHOLD


def write_city(city: City, out: Path, *, tell: Tell = silent) -> dict[str, Path]:
    """
    Write every table of the city into `out` and say where each is, by file name.

    All of them come to stand there together, residents.csv last. The same city gives the same bytes. Raises OSError
    where the disk will not have them.
    """
    written: dict[str, Path] = {}
    with all_or_nothing(out, last="residents.csv") as draft, engine() as db:
        for sheet in sheets(city):
            tell(sheet.name)
            for path in write_sheet(db, sheet, draft):
                written[path.name] = out / path.name
    return written


@contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that keeps the order of rows, writes nothing but what it is told to, and asks no network."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": min(2, os.cpu_count() or 1),
        "memory_limit": MEMORY,
        "temp_directory": "",
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(config=settings) as db:
        yield db


def select(sheet: Sheet) -> str:
    """Return the statement that gives the sheet's rows as they are written."""
    return f"select {', '.join(f'{text} as {name}' for name, text in sheet.columns.items())} from numbers"


def read_sheet(sheet: Sheet) -> list[tuple[str, ...]]:
    """Return the rows of a table as texts, for those who want to hold them one by one."""
    with engine() as db:
        db.register("numbers", dict(sheet.numbers))
        return db.execute(f"select columns(*) :: varchar from ({select(sheet)})").fetchall()


def write_sheet(db: duckdb.DuckDBPyConnection, sheet: Sheet, folder: Path) -> list[Path]:
    """Write one table into a folder and return its files."""
    formats = {".csv": "format csv, header"}
    if sheet.large:
        formats[".parquet"] = "format parquet, compression zstd"
    db.register("numbers", dict(sheet.numbers))
    paths = []
    try:
        for ending, options in formats.items():
            path = folder / (sheet.name + ending)
            with disk_errors(path):
                db.execute(
                    f"copy ({select(sheet)}) to '{str(path).replace(chr(39), chr(39) * 2)}' ({options})"
                ).fetchall()
            paths.append(path)
    finally:
        db.unregister("numbers")
    return paths


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what DuckDB says about a disk into the system's own error."""
    try:
        yield
    except duckdb.IOException as error:
        for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS):
            if os.strerror(number) in str(error):
                raise OSError(number, os.strerror(number), str(path)) from error
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path)) from error
