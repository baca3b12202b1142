"""Workbooks as nobody should send them: locked, cut short, with macros, bombs and instructions in their XML."""

import random
from collections.abc import Callable, Iterator
from typing import Final

from tests.kernel.tabular.old_books import compound, old_book, old_book_of
from tests.kernel.tabular.samples import (
    HEADERS,
    RELATION,
    SHEET_PART,
    STUDENT,
    good_xlsx,
    inline_row,
    ole_with,
    raw_sheet,
    repacked,
    shared_xlsx,
    zip_of,
)

Malformed = tuple[str, str, str, Callable[[], bytes]]
HEADER_XML: Final = inline_row(1, HEADERS)


def every_malformed_workbook() -> list[Malformed]:
    """Return all of them, each name once."""
    families = (_macros, _locked, _cut, _declared, _entities, _bombs, _old)
    return [case for family in families for case in family()]


def _macros() -> Iterator[Malformed]:
    parts = (
        "xl/vbaProject.bin",
        "xl/VBAPROJECT.BIN",
        "xl/macrosheets/sheet1.xml",
        "other/vbaProjectSignature.bin",
    )
    for part in parts:
        for name in ("a.xlsm", "a.xlsx"):
            yield (
                f"{part} in {name}",
                name,
                "table_macros",
                (lambda part=part: repacked(good_xlsx(), {part: b"x"})),
            )


def _locked() -> Iterator[Malformed]:
    for name in ("a.xlsx", "a.xls", "a.csv"):
        yield (
            f"a password, called {name}", name, "table_encrypted",
            lambda: ole_with("EncryptionInfo", "EncryptedPackage", "DataSpaces"),
        )  # fmt: skip
    for number in range(3):
        yield f"part {number} locked", "a.xlsx", "table_encrypted", (lambda number=number: _flagged(number))


def _flagged(number: int) -> bytes:
    package = bytearray(good_xlsx())
    at = -1
    for _part in range(number + 1):
        at = package.find(b"PK\x01\x02", at + 1)
    package[at + 8] |= 1
    return bytes(package)


def _cut() -> Iterator[Malformed]:
    for percent in (*range(5, 100, 10), 99):
        yield (
            f"a workbook of which {percent} % arrived", "a.xlsx", "table_damaged",
            (lambda percent=percent: good_xlsx()[: len(good_xlsx()) * percent // 100]),
        )  # fmt: skip
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "_rels/.rels", SHEET_PART):
        yield (
            f"without {part}",
            "a.xlsx",
            "table_damaged",
            (lambda part=part: repacked(good_xlsx(), {part: None})),
        )
        yield (
            f"half of {part}",
            "a.xlsx",
            "table_damaged",
            (lambda part=part: repacked(good_xlsx(), {part: b"<a><b"})),
        )


def _declared() -> Iterator[Malformed]:
    rows = {
        "row 1,048,577": '<row r="1048577"/>',
        "row 99,999,999,999": '<row r="99999999999"/>',
        "row minus one": '<row r="-1"/>',
        "row nought": '<row r="0"/>',
        "row one again": inline_row(1, STUDENT),
        "a row number in letters": '<row r="zwei"/>',
        "a cell without letters": '<row r="2"><c r="22"><v>1</v></c></row>',
        "a cell of seven letters": '<row r="2"><c r="AAAAAAA2"><v>1</v></c></row>',
        "a shared text number minus one": '<row r="2"><c t="s"><v>-1</v></c></row>',
        "a shared text number of 40 digits": f'<row r="2"><c t="s"><v>{"9" * 40}</v></c></row>',
    }
    for name, xml in rows.items():
        yield name, "a.xlsx", "table_damaged", (lambda xml=xml: raw_sheet(HEADER_XML + xml))
    yield (
        "the whole sheet declared, nothing in it", "a.xlsx", "table_no_rows",
        lambda: repacked(good_xlsx(), {SHEET_PART: (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<dimension ref="A1:XFD1048576"/><sheetData>{HEADER_XML}<row r="1048576"/></sheetData></worksheet>'
        ).encode()}),
    )  # fmt: skip
    merges = "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(2, 40_004, 2))
    yield (
        "20,001 merged ranges", "a.xlsx", "table_unsafe_xml",
        lambda: raw_sheet(f"{HEADER_XML}</sheetData><mergeCells>{merges}</mergeCells><sheetData>"),
    )  # fmt: skip


def _entities() -> Iterator[Malformed]:
    doctypes = {
        "entities that multiply": '<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;&b;&b;">]>',
        "an entity that reads a file": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        "an entity from the net": '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/x"> %b;]>',
    }
    parts = (
        SHEET_PART,
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/_rels/workbook.xml.rels",
        "_rels/.rels",
        "xl/sharedStrings.xml",
    )
    for kind, doctype in doctypes.items():
        for part in parts:
            content = f'<?xml version="1.0"?>{doctype}<a>&b;</a>'.encode()
            yield (
                f"{kind} in {part}", "a.xlsx", "table_unsafe_xml",
                (lambda part=part, content=content: repacked(shared_xlsx(HEADERS, STUDENT), {part: content})),
            )  # fmt: skip


def _bombs() -> Iterator[Malformed]:
    for part in (
        SHEET_PART,
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "xl/media/image1.png",
        "docProps/app.xml",
    ):
        yield (
            f"a bomb in {part}", "a.xlsx", "table_unpacks_too_large",
            (lambda part=part: repacked(good_xlsx(), {part: bytes(24 * 1024 * 1024)})),
        )  # fmt: skip
    yield "a workbook in a workbook", "a.xlsx", "table_archive", lambda: zip_of({"a.xlsx": good_xlsx()})
    yield (
        "a style sheet of 17 MB", "a.xlsx", "table_unpacks_too_large",
        lambda: repacked(good_xlsx(), {"xl/styles.xml": random.Random(1).randbytes(17 << 20)}),
    )  # fmt: skip
    yield (
        "a relation that climbs", "a.xlsx", "table_damaged",
        lambda: repacked(good_xlsx(), {"_rels/.rels": (
            f'<Relationships><Relationship Id="r" Type="{RELATION}/officeDocument" Target="../../etc/passwd"/>'
            "</Relationships>"
        ).encode()}),
    )  # fmt: skip


def _old() -> Iterator[Malformed]:
    good = old_book(HEADERS, STUDENT)
    yield (
        "an old workbook with a far corner",
        "a.xls",
        "table_unpacks_too_large",
        lambda: old_book_of([(0, 0, "姓名"), (0, 1, "手机号"), (65_535, 255, "x")]),
    )
    yield (
        "an old workbook with macros",
        "a.xls",
        "table_macros",
        lambda: compound(bytes(9_000), "_VBA_PROJECT_CUR"),
    )
    yield "an old workbook of zeros", "a.xls", "table_no_sheet", lambda: compound(bytes(9_000))
    yield (
        "an old workbook without column names",
        "a.xls",
        "table_header_not_found",
        lambda: old_book(STUDENT, STUDENT),
    )
    yield "an old workbook without rows", "a.xls", "table_no_rows", lambda: old_book(HEADERS)
    yield (
        "an old workbook with a hidden sheet only",
        "a.xls",
        "table_no_sheet",
        lambda: old_book(HEADERS, STUDENT, hidden=True),
    )
    for kept in (40, 520, 1_100, 1_600):
        yield f"{kept} bytes of an old workbook", "a.xls", "table_", (lambda kept=kept: good[:kept])
    for content in (b"PAR1", b"PAR1" + bytes(400) + b"PAR1", b"PAR1" + b"\xff" * 4_000 + b"PAR1"):
        yield (
            f"{len(content)} bytes that call themselves parquet", "a.parquet", "table_damaged",
            (lambda content=content: content),
        )  # fmt: skip
