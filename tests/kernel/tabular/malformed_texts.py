"""Malformed texts and what is no table: what each is, its name, the refusal it must get, its bytes."""

import bz2
import gzip
import lzma
from collections.abc import Callable

from tests.kernel.tabular.samples import (
    GOOD_CSV,
    HEADERS,
    MIB,
    NEIGHBOUR,
    STUDENT,
    csv_bytes,
    csv_text,
    entry,
    json_bytes,
    ole_with,
    zip_of,
)

ONLY_HEADER = csv_bytes(HEADERS)
BOM = b"\xef\xbb\xbf"


Malformed = tuple[str, str, str, bytes | Callable[[], bytes]]

TEXTS: list[Malformed] = [
    # what was chosen is no table
    ("an empty file", "list.csv", "empty", b""),
    ("only a byte order mark", "list.csv", "empty", BOM),
    ("only a UTF-16 byte order mark", "list.csv", "empty", b"\xff\xfe"),
    ("only blank lines", "list.csv", "empty", b"\r\n \r\n\t\n"),
    ("only separators", "list.csv", "empty", b",,,\n,,,\n"),
    ("an empty file called workbook", "list.xlsx", "empty", b""),
    ("a file of zeros", "list.csv", "binary", bytes(100_000)),
    ("a file of zeros called workbook", "list.xlsx", "binary", bytes(100_000)),
    ("random machine code", "list.csv", "binary", b"\x7fELF" + bytes(range(256)) * 20),
    ("control characters", "list.csv", "binary", bytes(range(1, 32)) * 50),
    ("a PDF called table", "list.csv", "pdf", b"%PDF-1.7\n%\xe2\xe3"),
    ("a PNG called workbook", "list.xlsx", "image", b"\x89PNG\r\n\x1a\n" + bytes(64)),
    ("a JPEG", "list.csv", "image", b"\xff\xd8\xff\xe0" + bytes(64)),
    ("a WebP", "list.csv", "image", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
    ("a web page called old workbook", "list.xls", "html", "<html><table><tr><td>姓名</td></table>".encode()),
    ("a web page with a mark", "list.csv", "html", BOM + b"\n<!DOCTYPE html><html>"),
    ("gzip", "list.csv", "archive", gzip.compress(GOOD_CSV)),
    ("bzip2", "list.csv", "archive", bz2.compress(GOOD_CSV)),
    ("xz", "list.csv", "archive", lzma.compress(GOOD_CSV)),
    ("7z", "list.csv", "archive", b"7z\xbc\xaf\x27\x1c" + bytes(30)),
    ("rar", "list.csv", "archive", b"Rar!\x1a\x07\x01\x00"),
    ("a zip with a table in it", "list.zip", "archive", lambda: zip_of({"list.csv": GOOD_CSV})),
    (
        "a text document",
        "list.docx",
        "other_office",
        lambda: zip_of({"[Content_Types].xml": b"<a/>", "word/a": b""}),
    ),
    (
        "an OpenDocument sheet",
        "list.ods",
        "other_office",
        lambda: zip_of({"mimetype": b"a", "content.xml": b"<a/>"}),
    ),
    ("rich text", "list.csv", "other_office", b"{\\rtf1 hello}"),
    ("an old workbook of which only the beginning arrived", "list.xls", "damaged", ole_with("Workbook")),
    ("the beginning of an older workbook, called new", "list.xlsx", "damaged", ole_with("Book")),
    (
        "an XML spreadsheet",
        "list.xls",
        "old_format",
        b'<?xml version="1.0"?><W xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ),
    (
        "a binary workbook",
        "list.xlsb",
        "old_format",
        lambda: zip_of({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b""}),
    ),
    ("an old text document", "list.doc", "other_office", ole_with("WordDocument")),
    ("a locked workbook", "list.xlsx", "encrypted", ole_with("EncryptionInfo", "EncryptedPackage")),
    # size
    ("too many bytes", "list.csv", "too_large", GOOD_CSV + b" " * 4 * MIB),
    ("too many rows", "list.csv", "too_many_rows", csv_bytes(HEADERS, *[STUDENT] * 51)),
    ("too many blank rows", "list.csv", "too_many_rows", GOOD_CSV + b"\n" * 60),
    ("too many columns", "list.csv", "too_many_columns", csv_bytes(HEADERS, [*STUDENT, *"abcdefgh"])),
    (
        "too many columns in the header",
        "list.csv",
        "too_many_columns",
        csv_bytes([*HEADERS, *"abcdefgh"], STUDENT),
    ),
    (
        "a value far to the right",
        "list.csv",
        "too_many_columns",
        csv_bytes([*HEADERS, *[""] * 600, "x"], STUDENT),
    ),
    (
        "a cell of two megabytes",
        "list.csv",
        "record_too_long",
        csv_bytes(HEADERS, ["x" * 2 * MIB, *STUDENT[1:]]),
    ),
    ("one line without end", "list.csv", "record_too_long", b"\xe5\xa7\x93" * 400_000),
    # text
    ("UTF-32", "list.csv", "encoding_unknown", csv_text(HEADERS, STUDENT).encode("utf-32")),
    (
        "UTF-16 without mark",
        "list.csv",
        "encoding_unknown",
        (csv_text(["name", "phone", "id_number"]) * 9).encode("utf-16-le"),
    ),
    ("Latin with a lone byte", "list.csv", "encoding_unknown", b"name,phone\ncaf\xff,1\n"),
    (
        "a UTF-8 mark before GB18030",
        "list.csv",
        "encoding_broken",
        BOM + csv_bytes(HEADERS, STUDENT, encoding="gb18030"),
    ),
    (
        "UTF-16 cut in a character",
        "list.csv",
        "encoding_broken",
        csv_text(HEADERS, STUDENT).encode("utf-16")[:-1],
    ),
    (
        "UTF-16 with half a character",
        "list.csv",
        "encoding_broken",
        csv_text(HEADERS).encode("utf-16") + b"\x00\xd8\x41\x00",
    ),
    (
        "UTF-8 and then GB18030",
        "list.csv",
        "encoding_mixed",
        csv_bytes(HEADERS, STUDENT) + csv_bytes(NEIGHBOUR, encoding="gb18030"),
    ),
    (
        "GB18030 and then UTF-8",
        "list.csv",
        "encoding_mixed",
        csv_bytes(HEADERS, encoding="gb18030") + csv_bytes(STUDENT),
    ),
    ("an unclosed quote", "list.csv", "unclosed_quote", GOOD_CSV + '"张,1,2,3,4\n'.encode()),
    (
        "an unclosed quote that swallows the list",
        "list.csv",
        "unclosed_quote",
        ONLY_HEADER + b'"' + b"a,b,c\n" * 60_000,
    ),
    ("text behind a closing quote", "list.csv", "broken_quote", GOOD_CSV + '"小区"3栋,1,2,3,4\n'.encode()),
    # rows and headers
    ("only the header", "list.csv", "no_rows", ONLY_HEADER),
    ("no header", "list.csv", "header_not_found", csv_bytes(STUDENT, NEIGHBOUR)),
    ("one known header only", "list.csv", "header_not_found", csv_bytes(["姓名", "甲", "乙"], STUDENT)),
    (
        "a header below the 20th row",
        "list.csv",
        "header_not_found",
        csv_bytes(*[["说明"]] * 20, HEADERS, STUDENT),
    ),
    (
        "a header in the wrong character set",
        "list.csv",
        "header_not_found",
        "姓名,身份證號\n王,1\n".encode("big5"),
    ),
    ("a story", "list.txt", "header_not_found", "从前有座山。\n山上有座庙。\n".encode()),
    ("unknown keys in JSON", "list.json", "header_not_found", json_bytes([{"a": 1, "b": 2}])),
    # JSON
    ("JSON cut short", "list.json", "json_broken", json_bytes([entry(STUDENT)])[:-3]),
    ("JSON with a comma too many", "list.json", "json_broken", b'[{"name": "a", "phone": "1"},]'),
    ("JSON with something behind it", "list.json", "json_broken", json_bytes([entry(STUDENT)]) + b"]"),
    ("JSON without quotes", "list.json", "json_broken", b"[{name: 1}]"),
    ("a table called JSON", "list.json", "json_shape", GOOD_CSV),
    ("JSON of bare values", "list.json", "json_shape", b"[1, 2, 3]"),
    ("JSON with a null among the rows", "list.json", "json_shape", b'[{"name": "a", "phone": "1"}, null]'),
    ("JSON of one object", "list.json", "json_shape", b'{"name": "a", "phone": "1"}'),
    ("JSON whose rows are no array", "list.json", "json_shape", b'{"rows": {"name": "a"}}'),
    ("an empty array", "list.json", "empty", b"[]"),
    ("an array of empty objects", "list.json", "empty", b"[{}, {}]"),
    ("JSON nested without end", "list.json", "json_too_deep", b'[{"name": ' + b"[" * 200_000),
    ("JSON of one endless text", "list.json", "record_too_long", b'[{"name": "' + b"x" * 2 * MIB + b'"}]'),
    (
        "JSON with too many keys",
        "list.json",
        "too_many_columns",
        json_bytes([{f"k{n}": 1 for n in range(9)}]),
    ),
]
