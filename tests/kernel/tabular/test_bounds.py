"""No file makes the reader big or slow: each is read by a process of its own under a memory limit."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.tabular.samples import (
    GOOD_CSV,
    HEADERS,
    MIB,
    STUDENT,
    csv_bytes,
    good_xlsx,
    inline_row,
    zip_of,
)

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
GROWTH_MAX_MB = 96
SECONDS_MAX = 20
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# High enough to get past the first look at a file: what is behind it must hold by itself.
WIDE = {"bytes_max": 4096 * MIB, "ratio_max": 100_000, "unpacked_max": 4096 * MIB}


def _zeros(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2048 * MIB)


def _header_and_zeros(path: Path) -> None:
    with path.open("wb") as file:
        file.write(GOOD_CSV * 40)
        file.truncate(200 * MIB)


def _long_cell(path: Path) -> None:
    with path.open("wb") as file:
        file.write(csv_bytes(HEADERS))
        file.writelines([b"x" * MIB] * 100)


def _long_text_in_json(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'[{"name": "')
        file.writelines([b"x" * MIB] * 100)


def _blank_lines(path: Path) -> None:
    path.write_bytes(GOOD_CSV + b"\n" * 20 * MIB)


def _open_quote(path: Path) -> None:
    path.write_bytes(GOOD_CSV + b'"' + b"a,b,c\n" * 15 * MIB)


def _book(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a workbook whose sheet is made of these pieces."""
    path.write_bytes(good_xlsx())
    good = zipfile.ZipFile(path)
    parts = {name: good.read(name) for name in good.namelist() if "sheet1" not in name}
    good.close()
    path.write_bytes(zip_of(parts))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        part.write(f'<worksheet xmlns="{SPACE}"><sheetData>'.encode())
        for piece in pieces:
            part.write(piece)


def _bomb(path: Path) -> None:
    _book(path, (b" " * MIB for _piece in range(200)))


def _bomb_that_lies(path: Path) -> None:
    """Declare a tiny part that unpacks to 200 MB."""
    _bomb(path)
    package = bytearray(path.read_bytes())
    at = package.rfind(b"PK\x01\x02")
    package[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    path.write_bytes(package)


def _long_cell_in_book(path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield inline_row(1, HEADERS).encode()
        yield b'<row r="2"><c t="inlineStr"><is><t>'
        yield from [b"x" * MIB] * 100
        yield b"</t></is></c></row></sheetData></worksheet>"

    _book(path, pieces())


def _endless_attribute(path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'<row spans="'
        yield from [b"1" * MIB] * 300

    _book(path, pieces())


def _endless_row(path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield inline_row(1, HEADERS).encode()
        yield b'<row r="2">'
        yield from [b"<c/>" * 1000] * 1_000
        yield b"</row></sheetData></worksheet>"

    _book(path, pieces())


def _far_corner(path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield inline_row(1, HEADERS).encode()
        yield inline_row(1_048_576, STUDENT).encode()
        yield b"</sheetData></worksheet>"

    _book(path, pieces())


def _many_names(path: Path) -> None:
    """List four million parts in the directory."""
    one = zip_of({"a": b""})
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    directory = one[start:end] * 2_000_000
    closing = bytearray(one[end:])
    closing[12:16] = len(directory).to_bytes(4, "little")
    path.write_bytes(one[:start] + directory + closing)


CASES: list[tuple[str, dict[str, Any], str, Callable[[Path], None], str]] = [
    ("two sparse gigabytes of zeros", {}, "list.csv", _zeros, "too_large"),
    ("two sparse gigabytes of zeros, let in", WIDE, "list.csv", _zeros, "binary"),
    ("a table followed by zeros", {}, "list.csv", _header_and_zeros, "record_too_long"),
    ("a cell of 100 MB", {}, "list.csv", _long_cell, "record_too_long"),
    ("a JSON text of 100 MB", {}, "list.json", _long_text_in_json, "record_too_long"),
    ("20 million blank lines", {}, "list.csv", _blank_lines, "too_many_rows"),
    ("an open quote before 90 MB", {}, "list.csv", _open_quote, "unclosed_quote"),
    ("a zip bomb", {}, "list.xlsx", _bomb, "unpacks_too_large"),
    ("a zip bomb, let in", WIDE, "list.xlsx", _bomb, "damaged"),
    ("a zip bomb that lies about its size", WIDE, "list.xlsx", _bomb_that_lies, "damaged"),
    ("a workbook cell of 100 MB", {}, "list.xlsx", _long_cell_in_book, "unpacks_too_large"),
    ("a workbook cell of 100 MB, let in", WIDE, "list.xlsx", _long_cell_in_book, "table"),
    ("an attribute of 300 MB", WIDE, "list.xlsx", _endless_attribute, "unsafe_xml"),
    ("a row of a million cells", WIDE, "list.xlsx", _endless_row, "no_rows"),
    ("values in two far corners", {}, "list.xlsx", _far_corner, "table"),
    ("a directory of two million parts", {}, "list.xlsx", _many_names, "too_many_parts"),
]


@pytest.mark.parametrize(
    ("limits", "filename", "make", "outcome"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_hostile_file_costs_little_memory_and_time(
    tmp_path: Path, limits: dict[str, Any], filename: str, make: Callable[[Path], None], outcome: str
) -> None:
    path = tmp_path / "upload"
    make(path)

    done = subprocess.run(
        [sys.executable, "-m", "tests.kernel.tabular.bounded", str(path), filename, json.dumps(limits)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2_000:]
    report = json.loads(done.stdout)
    path.unlink()
    assert report["outcome"] == outcome
    assert report["mb"] < GROWTH_MAX_MB
    assert report["seconds"] < SECONDS_MAX
