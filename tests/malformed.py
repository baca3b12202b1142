"""Files as they should not be, for every importer of tables: file name, content, the start of the refusal's code."""

import io
import zipfile
from collections.abc import Callable


def zipped(name: str, content: bytes) -> bytes:
    """Return an archive with one file in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le")

#: Given the importer's header and one good line, a file that is none.
FILES: dict[str, Callable[[str, str], tuple[str, bytes, str]]] = {
    "nothing": lambda head, line: ("a.csv", b"", "table_empty"),
    "a byte order mark and nothing": lambda head, line: ("a.csv", b"\xef\xbb\xbf", "table_empty"),
    "only blank lines": lambda head, line: ("a.csv", b"\n\n \n", "table_empty"),
    "only the column names": lambda head, line: ("a.csv", f"{head}\n".encode(), "table_no_rows"),
    "no column names": lambda head, line: ("a.csv", f"{line}\n{line}\n".encode(), "table_header_not_found"),
    "zeros": lambda head, line: ("a.csv", bytes(2_000_000), "table_binary"),
    "zeros called a workbook": lambda head, line: ("a.xlsx", bytes(2_000_000), "table_binary"),
    "a picture": lambda head, line: ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200), "table_image"),
    "a document to print": lambda head, line: ("a.csv", b"%PDF-1.7\n" + bytes(200), "table_pdf"),
    "the beginning of an old workbook": lambda head, line: ("a.xls", OLD_WORKBOOK, "table_damaged"),
    "a web page": lambda head, line: ("a.csv", b"<html><body><table></table></body></html>", "table_html"),
    "an archive": lambda head, line: ("a.csv", zipped("l.csv", f"{head}\n{line}\n".encode()), "table_archive"),
    "half a workbook": lambda head, line: ("a.xlsx", b"PK\x03\x04" + bytes(90), "table_damaged"),
    "a zip bomb called a workbook": lambda head, line: (
        "a.xlsx", zipped("xl/worksheets/sheet1.xml", bytes(60_000_000)), "table_"
    ),
    "half a JSON": lambda head, line: ("a.json", b'[{"name": "', "table_json_broken"),
    "a JSON that is no list": lambda head, line: ("a.json", b'{"name": "x"}', "table_json_shape"),
    "a JSON nested too deeply": lambda head, line: ("a.json", b"[" * 5_000 + b"]" * 5_000, "table_json_"),
    "two encodings": lambda head, line: (
        "a.csv", f"{head}\n{line}\n".encode() + (f"{line}王小明张三丰李四光\n" * 3).encode("gb18030"), "table_encoding_"
    ),
    "a quotation mark without an end": lambda head, line: (
        "a.csv", f'{head}\n"{line}\n{line}\n'.encode(), "table_unclosed_quote"
    ),
    "more columns than a table has": lambda head, line: (
        "a.csv", f"{head},{','.join(f'c{i}' for i in range(400))}\n{line}\n".encode(), "table_too_many_columns"
    ),
    "a line without an end": lambda head, line: (
        "a.csv", f"{head}\n{'x' * 3_000_000}".encode(), "table_record_too_long"
    ),
    "a required column missing": lambda head, line: (
        "a.csv", f"{head.split(',', 1)[1]}\n{line.split(',', 1)[1]}\n".encode(), "table_"
    ),
}  # fmt: skip
