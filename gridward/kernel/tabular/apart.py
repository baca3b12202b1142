"""
Old workbooks (.xls) and parquet files: read by a program of their own, because both readers hold what they like.

Owns what that program may take and what its end means. Refuses to load either reader into this process.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Literal

from gridward.kernel.tabular.codes import RowCode, TableCode
from gridward.kernel.tabular.entries import DECODER, cell_text
from gridward.kernel.tabular.model import Limits, Record, refuse

Kind = Literal["xls", "parquet"]

PROGRAM: Final = Path(__file__).with_name("apart_program.py")
#: Addresses, not memory: the parquet reader reserves 750 MB of them before it has read a byte.
MEGABYTES: Final[dict[Kind, int]] = {"xls": 320, "parquet": 1_152}
SECONDS: Final = 120
#: JSON writes a character in at most twelve others.
_WIDEST: Final = 12
_KILLED_BY: Final = {
    -signal.SIGABRT: TableCode.UNPACKS_TOO_LARGE,
    -signal.SIGXCPU: TableCode.TOO_SLOW,
    -signal.SIGKILL: TableCode.TOO_SLOW,
}


class ApartSource:
    """The records of one sheet of an old workbook, or of a parquet file; may be read any number of times."""

    def __init__(self, path: Path, kind: Kind, limits: Limits, sheet: int | None = None) -> None:
        self.path = path
        self.kind: Kind = kind
        self.limits = limits
        self.sheet = sheet

    def headers(self) -> list[str]:
        """Return the names of a parquet file's columns."""
        with _said(self, "") as lines:
            return [str(name) for name in next(lines, [])]

    def records(self) -> Iterator[Record]:
        """Yield each row with its number; a parquet file's first row is 1, its names are none."""
        with _said(self, "" if self.sheet is None else str(self.sheet)) as lines:
            if self.kind == "parquet":
                next(lines, None)
            for number, line in enumerate(lines, start=1):
                yield _record(number, line)


def old_sheets(path: Path, limits: Limits) -> list[tuple[str, bool]]:
    """Return the sheets of an old workbook: name and whether people see it."""
    with _said(ApartSource(path, "xls", limits), "") as lines:
        return [(str(name)[:64], bool(visible)) for name, visible in lines]


def _record(number: int, line: list[Any]) -> Record:
    cells: list[str] = []
    flags: list[tuple[int, RowCode]] = []
    for index, value in enumerate(line):
        text, code = cell_text(value)
        cells.append(text)
        if code:
            flags.append((index, code))
    return Record(number, cells, tuple(flags))


@contextmanager
def _said(source: ApartSource, sheet: str) -> Iterator[Iterator[list[Any]]]:
    """Run the program and give what it says, line by line; it ends when nobody listens any more."""
    longest = source.limits.cell_max + 1
    limits = (str(MEGABYTES[source.kind]), str(SECONDS), str(longest))
    command = [sys.executable, "-I", str(PROGRAM), source.kind, str(source.path.resolve()), sheet, *limits]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        assert process.stdout is not None  # noqa: S101 — for the type checker; it is asked for above
        try:
            yield _lines(process, process.stdout, source.limits.record_max * _WIDEST)
        finally:
            process.kill()


def _lines(process: "subprocess.Popen[bytes]", output: IO[bytes], longest: int) -> Iterator[list[Any]]:
    row = 0
    while line := output.readline(longest):
        row += 1
        if not line.endswith(b"\n"):
            if len(line) == longest:
                refuse(TableCode.RECORD_TOO_LONG, row=row)
            break
        said = DECODER.decode(line.decode("ascii"))
        # An object is the program's own word about the file; rows are lists.
        if said and isinstance(said[0], tuple):
            refuse(TableCode(said[0][1]))
        yield said
    if code := process.wait(timeout=SECONDS):
        if _KILLED_BY.get(code) is TableCode.TOO_SLOW:
            refuse(TableCode.TOO_SLOW, seconds=SECONDS)
        refuse(_KILLED_BY.get(code, TableCode.DAMAGED))
