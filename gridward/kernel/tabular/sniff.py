"""
What a file is, by its content; its name is only asked when the content leaves it open.

Owns the recognition of what is no table. Refuses to open anything.
"""

import re
from pathlib import Path
from typing import Final, Literal

from gridward.kernel.tabular.codes import TableCode
from gridward.kernel.tabular.model import refuse

Format = Literal["csv", "xlsx", "json", "xls", "parquet"]

HEAD_BYTES: Final = 4_096
_BLOCK: Final = 1024 * 1024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: Final[tuple[tuple[bytes, TableCode], ...]] = (
    (b"%PDF", TableCode.PDF),
    (b"\x89PNG", TableCode.IMAGE),
    (b"\xff\xd8\xff", TableCode.IMAGE),
    (b"GIF8", TableCode.IMAGE),
    (b"II*\x00", TableCode.IMAGE),
    (b"MM\x00*", TableCode.IMAGE),
    (b"\x1f\x8b", TableCode.ARCHIVE),
    (b"BZh", TableCode.ARCHIVE),
    (b"\xfd7zXZ", TableCode.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", TableCode.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", TableCode.ARCHIVE),
    (b"Rar!", TableCode.ARCHIVE),
    (b"{\\rtf", TableCode.OTHER_OFFICE),
    (b"SQLite format 3", TableCode.BINARY),
    (b"\x7fELF", TableCode.BINARY),
)
_BOMS: Final = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_HTML: Final = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<table|<meta)", re.IGNORECASE)
_JSON: Final = re.compile(r"\s*(?:\[\s*(?:[\[{\]]|$)|\{\s*(?:[\"}]|$))")
# More than this share of control characters and the text is none.
_CONTROL_SHARE: Final = 0.05
# Text of two bytes a character: in its first characters one half is zero again and again, the other never.
_PAIRS: Final = 40
_ZERO_HALVES: Final = 5
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0c\x1a\x1b")


def sniff(path: Path, filename: str) -> Format:
    """Return what the file is to be read as, or refuse what cannot be a table."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "xlsx"
    if head.startswith(_OLE):
        return _old_workbook(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            refuse(code)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        refuse(TableCode.IMAGE)
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(plain):
        refuse(TableCode.HTML)
    if plain.lstrip().startswith(b"<?xml"):
        refuse(TableCode.OLD_FORMAT if b"office:spreadsheet" in plain else TableCode.OTHER_OFFICE)
    if not head.startswith(_BOMS):
        _refuse_binary(head)
    return "json" if _looks_like_json(head, filename) else "csv"


def _refuse_binary(head: bytes) -> None:
    """Refuse bytes that are no text, and text of two bytes a character that does not say so."""
    zeros = sorted((head[0:_PAIRS:2].count(0), head[1:_PAIRS:2].count(0)))
    if zeros[0] == 0 and zeros[1] >= _ZERO_HALVES:
        refuse(TableCode.ENCODING_UNKNOWN)
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    if controls > _CONTROL_SHARE * len(head):
        refuse(TableCode.BINARY)


def _looks_like_json(head: bytes, filename: str) -> bool:
    """Tell whether the first characters open an array of objects or an object."""
    if filename.lower().endswith(".json"):
        return True
    codec = "utf-16" if head.startswith(_BOMS[:2]) else "utf-8-sig"
    return _JSON.match(head.decode(codec, errors="replace")) is not None


def _old_workbook(path: Path) -> Format:
    """Tell an old workbook from a locked one, one with macros, and other documents in the same container."""
    names = ("EncryptedPackage", "_VBA_PROJECT_CUR", "Workbook", "Book")
    found: set[str] = set()
    with path.open("rb") as file:
        tail = b""
        while block := file.read(_BLOCK):
            window = tail + block
            found.update(name for name in names if name.encode("utf-16-le") in window)
            tail = block[-64:]
    if "EncryptedPackage" in found:
        refuse(TableCode.ENCRYPTED)
    if "_VBA_PROJECT_CUR" in found:
        refuse(TableCode.MACROS)
    if not found:
        refuse(TableCode.OTHER_OFFICE)
    return "xls"
