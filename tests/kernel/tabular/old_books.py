"""Old workbooks (.xls, BIFF8 in a compound file) made in memory: what programs of twenty years ago write."""

import struct
from collections.abc import Sequence

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Cell = tuple[int, int, str | float]


def old_book(
    *rows: Sequence[str | float], name: str = "名单", hidden: bool = False, first_row: int = 0
) -> bytes:
    """Return an old workbook of one sheet."""
    cells = [
        (first_row + number, column, value)
        for number, row in enumerate(rows)
        for column, value in enumerate(row)
        if value != ""
    ]
    return old_book_of(cells, name=name, hidden=hidden)


def old_book_of(
    cells: Sequence[Cell], *, name: str = "名单", hidden: bool = False, stream: str = "Workbook"
) -> bytes:
    """Return an old workbook whose sheet has these cells, wherever they are."""
    text = name.encode("utf-16-le")
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x2000, 2000, 0, 0x600)) + _record(
        0x42, b"\xb0\x04"
    )
    length = 4 + 8 + len(text)
    start = len(head) + length + 4
    sheet = struct.pack("<IBBBB", start, int(hidden), 0, len(name), 1) + text
    content = head + _record(0x85, sheet) + _record(0xA, b"")
    content += _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x2000, 2000, 0, 0x600))
    rows, columns = max(row for row, *_ in cells) + 1, max(column for _row, column, _value in cells) + 1
    content += _record(0x200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))
    content += b"".join(_cell(*cell) for cell in cells) + _record(0xA, b"")
    return compound(content, stream)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, place + struct.pack("<d", value))


def compound(content: bytes, stream: str = "Workbook") -> bytes:
    """Return a compound file with one stream; it is long enough never to be a short one."""
    content = content.ljust(max(4_096, -(-len(content) // SECTOR) * SECTOR), b"\x00")
    count = len(content) // SECTOR
    tables = -(-(count + 2) // (SECTOR // 4 - 1))
    chain = [FAT] * tables + [END] + [*range(tables + 2, tables + 1 + count), END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4_096, END, 0, END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    entries = _entry("Root Entry", 5, END, 0, child=1) + _entry(stream, 2, tables + 1, len(content))
    return head + table + entries.ljust(SECTOR, b"\x00") + content


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    entry = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text) + 2, kind, 1, FREE, FREE, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)
