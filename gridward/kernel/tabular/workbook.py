"""
A workbook: its sheets, its shared texts and what its number formats mean.

Owns everything of a workbook but the cells. Refuses to change or calculate anything.
"""

import posixpath
import re
import zipfile
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from gridward.kernel.tabular.codes import TableCode
from gridward.kernel.tabular.model import MIB, Limits, RefusedError, TableRefusal, refuse
from gridward.kernel.tabular.package import open_package
from gridward.kernel.tabular.xml import DEPTH_MAX, feed, local_name, new_parser, read_elements

_STYLES_MAX: Final = 16 * MIB
_INDEX_MAX: Final = 4 * MIB
_SHEETS_MAX: Final = 256
_TEXTS_BYTES_MAX: Final = 256 * MIB
_BUILT_IN_DATES: Final = frozenset((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)))
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_LETTERS: Final = re.compile(r"[ymdhse年月日]", re.IGNORECASE)
_PADDED: Final = re.compile(r"0{2,18}")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")

DATE: Final = -1


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the part it is stored in, whether people see it."""

    name: str
    part: str
    visible: bool


@dataclass
class Workbook:
    """What all sheets share. `styles[i]` is DATE, 0 (plain) or the number of digits to pad with zeros to."""

    sheets: list[Sheet] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    since_1904: bool = False
    texts: "Texts" = field(default_factory=lambda: Texts())


class Texts:
    """The shared texts of a workbook, packed: a list of strings would take four times the memory."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Append a text."""
        self._bytes += text.encode("utf-8", errors="surrogatepass")
        self._ends.append(len(self._bytes))
        if len(self._bytes) > _TEXTS_BYTES_MAX:
            refuse(TableCode.UNPACKS_TOO_LARGE)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            refuse(TableCode.DAMAGED)
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode("utf-8", errors="surrogatepass")


def unescape(text: str) -> str:
    """Return a text with _x000D_ and the like as the characters they stand for."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def read_workbook(path: Path, limits: Limits) -> Workbook:
    """Read what all sheets of a safe workbook share."""
    workbook = Workbook()
    with open_package(path, limits) as package:
        book_part = _book_part(package)
        parts = _related_parts(package, book_part)
        _read_sheets(package, book_part, parts, workbook)
        for kind, part in parts.values():
            if kind == "styles":
                workbook.styles = _read_styles(package, part)
            elif kind == "sharedStrings":
                _read_texts(package, part, workbook.texts, limits.cell_max)
    return workbook


def _open_small(package: zipfile.ZipFile, part: str, bytes_max: int) -> IO[bytes]:
    """Open a part that describes others; it has no business being large."""
    try:
        info = package.getinfo(part)
    except KeyError:
        refuse(TableCode.DAMAGED)
    if info.file_size > bytes_max:
        refuse(TableCode.UNPACKS_TOO_LARGE)
    return package.open(info)


def _book_part(package: zipfile.ZipFile) -> str:
    """Return the part that lists the sheets."""
    for kind, part in _related_parts(package, "").values():
        if kind == "officeDocument":
            return part
    raise RefusedError(TableRefusal(TableCode.DAMAGED))


def _related_parts(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return relation id -> (kind, part) of a part's relations inside the container."""
    folder, name = posixpath.split(part)
    relations: dict[str, tuple[str, str]] = {}

    def on_element(local: str, attributes: dict[str, str], _ancestors: tuple[str, ...]) -> None:
        if local != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        kind = attributes.get("Type", "").rpartition("/")[2]
        relations[attributes.get("Id", "")] = (kind, posixpath.normpath(full))

    with _open_small(package, posixpath.join(folder, "_rels", f"{name}.rels"), _INDEX_MAX) as stream:
        read_elements(stream, on_element)
    return relations


def _read_sheets(
    package: zipfile.ZipFile, book_part: str, parts: dict[str, tuple[str, str]], workbook: Workbook
) -> None:
    """Fill in the sheets that are tables (charts and dialogs are not) and the calendar's start."""

    def on_element(local: str, attributes: dict[str, str], _ancestors: tuple[str, ...]) -> None:
        if local == "workbookPr":
            workbook.since_1904 = attributes.get("date1904") in ("1", "true")
        elif local == "sheet":
            kind, part = parts.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet":
                visible = attributes.get("state", "visible") == "visible"
                workbook.sheets.append(Sheet(attributes.get("name", "")[:64], part, visible))
            if len(workbook.sheets) > _SHEETS_MAX:
                refuse(TableCode.TOO_MANY_PARTS)

    with _open_small(package, book_part, _INDEX_MAX) as stream:
        read_elements(stream, on_element)


def _read_styles(package: zipfile.ZipFile, part: str) -> list[int]:
    """Return what each cell style makes of a number."""
    codes: dict[str, str] = {}
    formats: list[str] = []

    def on_element(local: str, attributes: dict[str, str], ancestors: tuple[str, ...]) -> None:
        if local == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif local == "xf" and ancestors[-1:] == ("cellXfs",):
            formats.append(attributes.get("numFmtId", "0"))

    with _open_small(package, part, _STYLES_MAX) as stream:
        read_elements(stream, on_element)
    return [_meaning(number, codes.get(number)) for number in formats]


def _meaning(number: str, code: str | None) -> int:
    """Return what a number format makes of a number: a date, padded digits, or itself."""
    if code is None:
        return DATE if number.isascii() and number.isdigit() and int(number[:9]) in _BUILT_IN_DATES else 0
    first = code.partition(";")[0]
    if _PADDED.fullmatch(first):
        return len(first)
    bare = _QUOTED.sub("", first)
    return DATE if "general" not in bare.lower() and _DATE_LETTERS.search(bare) else 0


def _read_texts(package: zipfile.ZipFile, part: str, texts: Texts, cell_max: int) -> None:
    """Read the shared texts; each is cut one character past what a cell may hold."""
    reader = _TextReader(texts, cell_max + 1)
    parser = new_parser()
    parser.StartElementHandler = reader.on_start
    parser.EndElementHandler = reader.on_end
    parser.CharacterDataHandler = reader.on_text
    try:
        stream = package.open(part)
    except KeyError:
        refuse(TableCode.DAMAGED)
    with stream:
        for _step in feed(parser, stream):
            pass


class _TextReader:
    """Collects the pieces of each shared text, leaving out the pronunciation guide."""

    def __init__(self, texts: Texts, length_max: int) -> None:
        self._texts = texts
        self._length_max = length_max
        self._pieces: list[str] = []
        self._length = 0
        self._depth = 0
        self._in_text = False
        self._in_guide = False

    def on_start(self, name: str, _attributes: dict[str, str]) -> None:
        """Open an element."""
        self._depth += 1
        local = local_name(name)
        if local == "si":
            self._pieces, self._length = [], 0
        elif local == "rPh":
            self._in_guide = True
        elif local == "t":
            self._in_text = not self._in_guide
        elif self._depth > DEPTH_MAX:
            refuse(TableCode.UNSAFE_XML)

    def on_end(self, name: str) -> None:
        """Close an element; the end of an entry adds it."""
        self._depth -= 1
        local = local_name(name)
        if local == "t":
            self._in_text = False
        elif local == "rPh":
            self._in_guide = False
        elif local == "si":
            self._texts.add(unescape("".join(self._pieces)))

    def on_text(self, text: str) -> None:
        """Take a piece of text as far as the cell may be long."""
        if self._in_text and self._length < self._length_max:
            piece = text[: self._length_max - self._length]
            self._pieces.append(piece)
            self._length += len(piece)
