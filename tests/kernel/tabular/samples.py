"""Tables as people send them, made in memory: the columns an importer wants, builders of good and bad."""

import csv
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from gridward.kernel.tabular import Column, Hint, Limits, Row, Table, TableRefusal, read_table

WANTED = (
    Column("name", ("姓名", "名字", "人员姓名"), required=True, hint="name"),
    Column("id_number", ("身份证号", "身份证号码", "证件号码", "公民身份号码"), required=True, hint="id"),
    Column("phone", ("手机", "手机号", "手机号码", "联系电话", "电话"), hint="phone"),
    Column("address", ("住址", "现住址", "居住地址", "地址"), hint="address"),
    Column("remarks", ("备注",)),
)
HEADERS = ["姓名", "身份证号", "手机号", "现住址", "备注"]
STUDENT = ["张小芳", "320102199001011234", "13812345678", "玄武区珠江路273号", "返宁学生"]
NEIGHBOUR = ["李强", "320104198511112345", "13912345678", "秦淮区中华路1号", ""]
MIB = 1024 * 1024


def csv_text(*rows: Sequence[str], delimiter: str = ",", newline: str = "\n") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return stream.getvalue()


def csv_bytes(
    *rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",", newline: str = "\n"
) -> bytes:
    return csv_text(*rows, delimiter=delimiter, newline=newline).encode(encoding)


GOOD_CSV = csv_bytes(HEADERS, STUDENT, NEIGHBOUR)


def xlsx_bytes(
    *rows: Sequence[Any], arrange: Callable[[openpyxl.Workbook], None] | None = None, title: str = "名单"
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if arrange:
        arrange(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def good_xlsx() -> bytes:
    return xlsx_bytes(HEADERS, STUDENT, NEIGHBOUR)


def repacked(package: bytes, changes: dict[str, bytes | None], *, order: Iterable[str] = ()) -> bytes:
    """Return a container with parts replaced, added, or (None) left out."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"


def raw_sheet(body: str, before: str = "") -> bytes:
    """Return a workbook whose sheet is this XML."""
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{body}</sheetData></worksheet>"
    )
    return repacked(good_xlsx(), {SHEET_PART: text.encode()})


RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def shared_xlsx(*rows: Sequence[str], prefix: str = "", rich: bool = False) -> bytes:
    """Return a workbook as the common spreadsheet programs write it: every text once, in its own part."""
    texts = sorted({cell for row in rows for cell in row})
    p = f"{prefix}:" if prefix else ""
    space = (
        f'xmlns{":" + prefix if prefix else ""}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    )
    entries = "".join(_shared_entry(text, p, rich=rich) for text in texts)
    cells = [
        "".join(
            f'<{p}c r="{chr(65 + column)}{number}" s="0" t="s"><{p}v>{texts.index(cell)}</{p}v></{p}c>'
            for column, cell in enumerate(row)
        )
        for number, row in enumerate(rows, 1)
    ]
    body = "".join(f'<{p}row r="{number}" spans="1:9">{row}</{p}row>' for number, row in enumerate(cells, 1))
    sheet = f"<{p}worksheet {space}><{p}sheetData>{body}</{p}sheetData></{p}worksheet>"
    good = good_xlsx()
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        relations = package.read("xl/_rels/workbook.xml.rels").decode()
    shared = f'<Relationship Id="rId9" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/>'
    return repacked(
        good,
        {
            SHEET_PART: sheet.encode(),
            "xl/sharedStrings.xml": f"<{p}sst {space}>{entries}</{p}sst>".encode(),
            "xl/_rels/workbook.xml.rels": relations.replace(
                "</Relationships>", shared + "</Relationships>"
            ).encode(),
        },
    )


def _shared_entry(text: str, p: str, *, rich: bool) -> str:
    if not rich:
        return f"<{p}si><{p}t>{text}</{p}t></{p}si>"
    guide = f'<{p}rPh sb="0" eb="1"><{p}t>guide</{p}t></{p}rPh>'
    return f"<{p}si><{p}r><{p}t>{text[:1]}</{p}t></{p}r><{p}r><{p}t>{text[1:]}</{p}t></{p}r>{guide}</{p}si>"


def inline_row(number: int, cells: Sequence[str], extra: str = "") -> str:
    return (
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        + extra
        + "</row>"
    )


def zip_of(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def ole_with(*names: str) -> bytes:
    """Return the start of an old office container with these entries in its directory."""
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in ("Root Entry", *names))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00") + directory


def json_bytes(rows: Any) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def entry(cells: Sequence[str]) -> dict[str, str]:
    return dict(zip(HEADERS, cells, strict=True))


def with_patched_directory(package: bytes, **fields: int) -> bytes:
    """Return a container whose closing record lies about its number of parts or its directory's length."""
    start = package.rfind(b"PK\x05\x06")
    parts, size = struct.unpack_from("<HL", package, start + 10)
    lie = struct.pack("<HL", fields.get("parts", parts), fields.get("size", size))
    return package[: start + 10] + lie + package[start + 16 :]


def read(
    folder: Path,
    content: bytes,
    filename: str = "list.csv",
    *,
    limits: Limits | None = None,
    wanted: Sequence[Column] = WANTED,
    sample_hint: Callable[[Sequence[str]], Hint | None] | None = None,
) -> Table | TableRefusal:
    path = folder / "upload"
    path.write_bytes(content)
    return read_table(path, filename=filename, wanted=wanted, limits=limits, sample_hint=sample_hint)


def table_of(folder: Path, content: bytes, filename: str = "list.csv", **options: Any) -> Table:
    table = read(folder, content, filename, **options)
    assert isinstance(table, Table), table
    return table


def rows_of(folder: Path, content: bytes, filename: str = "list.csv", **options: Any) -> list[Row]:
    return [row for chunk in table_of(folder, content, filename, **options).chunks(2) for row in chunk]


def codes_of(row: Row) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for problem in row.problems]
