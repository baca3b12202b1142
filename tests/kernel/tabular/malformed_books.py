"""Malformed workbooks: what each is, its name, the refusal it must get, its bytes. New dirt is a new row."""

import struct
import zipfile
from collections.abc import Callable

from tests.kernel.tabular.samples import (
    HEADERS,
    MIB,
    NEIGHBOUR,
    SHEET_PART,
    STUDENT,
    csv_bytes,
    good_xlsx,
    inline_row,
    raw_sheet,
    repacked,
    shared_xlsx,
    with_patched_directory,
    xlsx_bytes,
    zip_of,
)

ONLY_HEADER = csv_bytes(HEADERS)
BOM = b"\xef\xbb\xbf"
HEADER_XML = inline_row(1, HEADERS)
STUDENT_XML = inline_row(2, STUDENT)


def _hidden(book: object) -> None:
    book.active.sheet_state = "hidden"  # type: ignore[attr-defined]  # of a new book there is an active sheet
    book.create_sheet("空白")  # type: ignore[attr-defined]  # of a new book there is an active sheet


def _overlapping() -> bytes:
    """Return a container whose parts claim more packed bytes than the file has."""
    package = bytearray(zip_of({"[Content_Types].xml": b"x", "xl/a.xml": b"y" * 50}, zipfile.ZIP_STORED))
    at = package.rfind(b"PK\x01\x02")
    struct.pack_into("<LL", package, at + 20, 100_000, 100_000)
    return bytes(package)


def _locked() -> bytes:
    package = bytearray(good_xlsx())
    at = package.find(b"PK\x01\x02")
    struct.pack_into("<H", package, at + 8, 1)
    return bytes(package)


def _bad_checksum() -> bytes:
    package = bytearray(good_xlsx())
    at = package.find(b"PK\x01\x02")
    while SHEET_PART.encode() not in package[at : at + 46 + len(SHEET_PART)]:
        at = package.find(b"PK\x01\x02", at + 4)
    package[at + 16] ^= 0xFF
    return bytes(package)


Malformed = tuple[str, str, str, bytes | Callable[[], bytes]]

BOOKS: list[Malformed] = [
    (
        "a cell in column XFD",
        "list.xlsx",
        "too_many_columns",
        lambda: raw_sheet(HEADER_XML + '<row r="2"><c r="XFD2"><v>1</v></c></row>'),
    ),
    ("only the header, in a workbook", "list.xlsx", "no_rows", lambda: xlsx_bytes(["名单"], HEADERS)),
    ("no header in a workbook", "list.xlsx", "header_not_found", lambda: xlsx_bytes(STUDENT, NEIGHBOUR)),
    ("a locked zip", "list.xlsx", "encrypted", _locked),
    ("a workbook cut short", "list.xlsx", "damaged", lambda: good_xlsx()[:-300]),
    ("a workbook's first bytes", "list.xlsx", "damaged", b"PK\x03\x04"),
    ("a closing record only", "list.xlsx", "archive", b"PK\x05\x06" + bytes(18)),
    ("a wrong checksum", "list.xlsx", "damaged", _bad_checksum),
    ("a sheet that is missing", "list.xlsx", "damaged", lambda: repacked(good_xlsx(), {SHEET_PART: None})),
    ("a sheet that is no XML", "list.xlsx", "damaged", lambda: repacked(good_xlsx(), {SHEET_PART: b"hello"})),
    (
        "a sheet cut short",
        "list.xlsx",
        "damaged",
        lambda: repacked(good_xlsx(), {SHEET_PART: b"<worksheet><sheetData>"}),
    ),
    ("no relations", "list.xlsx", "damaged", lambda: repacked(good_xlsx(), {"_rels/.rels": None})),
    (
        "shared texts that are missing",
        "list.xlsx",
        "damaged",
        lambda: repacked(shared_xlsx(HEADERS, STUDENT), {"xl/sharedStrings.xml": None}),
    ),
    (
        "a shared text that does not exist",
        "list.xlsx",
        "damaged",
        lambda: raw_sheet(HEADER_XML + '<row r="2"><c t="s"><v>99</v></c></row>'),
    ),
    ("rows out of order", "list.xlsx", "damaged", lambda: raw_sheet(inline_row(7, HEADERS) + STUDENT_XML)),
    (
        "cells out of order",
        "list.xlsx",
        "damaged",
        lambda: raw_sheet(HEADER_XML + '<row r="2"><c r="C2"><v>1</v></c><c r="A2"><v>1</v></c></row>'),
    ),
    (
        "a row beyond the last",
        "list.xlsx",
        "damaged",
        lambda: raw_sheet(HEADER_XML + inline_row(1_048_577, STUDENT)),
    ),
    (
        "a reference that is none",
        "list.xlsx",
        "damaged",
        lambda: raw_sheet(HEADER_XML + '<row r="2"><c r="7"><v>1</v></c></row>'),
    ),
    ("macros", "list.xlsm", "macros", lambda: repacked(good_xlsx(), {"xl/vbaProject.bin": b"x"})),
    (
        "old macros",
        "list.xlsx",
        "macros",
        lambda: repacked(good_xlsx(), {"xl/macrosheets/sheet1.xml": b"<a/>"}),
    ),
    (
        "links to other workbooks",
        "list.xlsx",
        "external_links",
        lambda: repacked(good_xlsx(), {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    ),
    (
        "a path that climbs",
        "list.xlsx",
        "unsafe_archive",
        lambda: repacked(good_xlsx(), {"../../etc/passwd": b"x"}),
    ),
    ("an absolute path", "list.xlsx", "unsafe_archive", lambda: repacked(good_xlsx(), {"/etc/passwd": b"x"})),
    (
        "two parts of one name",
        "list.xlsx",
        "unsafe_archive",
        lambda: repacked(good_xlsx(), {"xl/STYLES.xml": b"<a/>"}),
    ),
    ("parts that overlap", "list.xlsx", "unsafe_archive", _overlapping),
    (
        "too many parts",
        "list.xlsx",
        "too_many_parts",
        lambda: repacked(good_xlsx(), {f"xl/media/{n}": b"" for n in range(2_100)}),
    ),
    (
        "a directory that lies about its length",
        "list.xlsx",
        "too_many_parts",
        lambda: with_patched_directory(good_xlsx(), size=2**31),
    ),
    (
        "a part that unpacks a thousandfold",
        "list.xlsx",
        "unpacks_too_large",
        lambda: repacked(good_xlsx(), {"xl/media/a": bytes(8 * MIB)}),
    ),
    (
        "more than may be unpacked",
        "list.xlsx",
        "unpacks_too_large",
        lambda: repacked(good_xlsx(), {f"xl/media/{n}": b"ab" * MIB for n in range(9)}),
    ),
    (
        "entities that multiply",
        "list.xlsx",
        "unsafe_xml",
        lambda: raw_sheet("&b;", '<!DOCTYPE a [<!ENTITY b "c">]>'),
    ),
    (
        "an entity that reads a file",
        "list.xlsx",
        "unsafe_xml",
        lambda: raw_sheet("&b;", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'),
    ),
    ("XML nested without end", "list.xlsx", "unsafe_xml", lambda: raw_sheet("<x>" * 5_000)),
    (
        "only hidden and blank sheets",
        "list.xlsx",
        "no_sheet",
        lambda: xlsx_bytes(HEADERS, STUDENT, arrange=_hidden),
    ),
]
