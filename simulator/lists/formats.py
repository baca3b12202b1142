"""
How lists are written: text in three encodings, JSON, and sheets, row by row and in bounded memory.

Owns the bytes. Each format turns a row into one text by SQL; what stands before and behind the rows is added here.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from simulator.lists.departments import FORMATS, NUMBER, PERSON, ListShape

Blocks = Iterable[list[str]]
#: A sheet can hold no more; longer lists go on in another file.
SHEET_ROWS = 1_048_576
_MOMENT = (2020, 2, 14, 0, 0, 0)


def row_text(shape: ListShape) -> str:
    """Return the SQL for one row's text; `number` counts the list's rows from 1, `row_number` is the physical row."""
    cells = [_cell(source) for _header, source in shape.columns]
    kind = FORMATS[shape.format]
    if kind == "csv":
        return " || ',' || ".join(_csv_cell(cell) for cell in cells)
    if kind == "json":
        pairs = (f"{_quoted(header)}: {cell}" for header, cell in zip(shape.headers, cells, strict=True))
        return f"to_json({{{', '.join(pairs)}}})::varchar"
    letters = (chr(ord("A") + place) for place in range(len(cells)))
    parts = [_sheet_cell(letter, cell) for letter, cell in zip(letters, cells, strict=True)]
    return " || ".join(["'<row r=\"' || row_number || '\">'", *parts, "'</row>'"])


def write_list(shape: ListShape, path: Path, blocks: Blocks) -> None:
    """Write one file of a list from the texts of its rows."""
    {"csv": _write_csv, "json": _write_json, "xlsx": _write_sheet}[FORMATS[shape.format]](shape, path, blocks)


def _cell(source: str) -> str:
    if source == NUMBER:
        return "number::varchar"
    return source if source in PERSON else _quoted(source.removeprefix("="))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _csv_cell(cell: str) -> str:
    special = f"regexp_matches({cell}, '[,\"\\r\\n]')"
    return f"case when {special} then '\"' || replace({cell}, '\"', '\"\"') || '\"' else {cell} end"


def _sheet_cell(letter: str, cell: str) -> str:
    safe = f"replace(replace(replace({cell}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    filled = (
        f'\'<c r="{letter}\' || row_number || \'" t="inlineStr"><is><t xml:space="preserve">\' || {safe}'
        " || '</t></is></c>'"
    )
    return f"case when {cell} = '' then '' else {filled} end"


def _write_csv(shape: ListShape, path: Path, blocks: Blocks) -> None:
    # The first bytes say utf-8-sig; an encoder that is asked again would say it again.
    codec = "gb18030" if shape.format == "gb18030" else "utf-8"
    top = "\ufeff" if shape.format == "utf-8-sig" else ""
    lines = [title + "," * (len(shape.columns) - 1) for title in shape.titles] + [",".join(shape.headers)]
    with path.open("wb") as file:
        file.write((top + "\r\n".join(lines) + "\r\n").encode(codec))
        for block in blocks:
            file.write(("\r\n".join(block) + "\r\n").encode(codec))


def _write_json(shape: ListShape, path: Path, blocks: Blocks) -> None:
    opened, closed = ("[\n", "\n]\n")
    if shape.format == "json-rows":
        source = json.dumps(path.stem.partition("-")[0], ensure_ascii=False)
        opened, closed = f'{{"source": {source}, "rows": [\n', "\n]}\n"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(opened)
        for place, block in enumerate(blocks):
            file.write((",\n" if place else "") + ",\n".join(block))
        file.write(closed)


def _write_sheet(shape: ListShape, path: Path, blocks: Blocks) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for name, text in _PARTS.items():
            book.writestr(_dated(name), _HEAD + text)
        with book.open(_dated("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            for part in _sheet(shape, blocks):
                sheet.write(part.encode())


def _dated(name: str) -> ZipInfo:
    """Return an entry with a fixed moment, so that the same seed gives the same bytes."""
    entry = ZipInfo(name, _MOMENT)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _sheet(shape: ListShape, blocks: Blocks) -> Iterator[str]:
    rows, merged = _top(shape)
    yield _HEAD + f'<worksheet xmlns="{_MAIN}"><sheetData>'
    for number, cells in enumerate(rows, start=1):
        written = "".join(
            f'<c r="{letter}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for letter, text in cells.items()
            if text
        )
        yield f'<row r="{number}">{written}</row>'
    for block in blocks:
        yield "".join(block)
    spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
    yield "</sheetData>" + (f'<mergeCells count="{len(merged)}">{spans}</mergeCells>' if merged else "")
    yield "</worksheet>"


def _top(shape: ListShape) -> tuple[list[dict[str, str]], list[str]]:
    """Return the rows above the first person, by column letter, and which cells are one."""
    last = chr(ord("A") + len(shape.columns) - 1)
    rows = [{"A": title} for title in shape.titles]
    merged = [f"A{number}:{last}{number}" for number in range(1, len(rows) + 1)]
    if shape.groups:
        row: dict[str, str] = {}
        place = 0
        for text, width in shape.groups:
            first, end = chr(ord("A") + place), chr(ord("A") + place + width - 1)
            row[first] = text
            merged += [f"{first}{len(rows) + 1}:{end}{len(rows) + 1}"] if width > 1 else []
            place += width
        rows.append(row)
    rows.append({chr(ord("A") + place): header for place, header in enumerate(shape.headers)})
    return rows, merged


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
