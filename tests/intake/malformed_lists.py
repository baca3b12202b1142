"""
Lists as nobody should send them: what each is, its file name, the code it is answered with, its bytes.

A code that begins with `row:` is a list that is taken, with that one row rejected. New dirt is a new row.
"""

import random
from collections.abc import Callable, Iterator
from typing import Final

from tests.intake.malformed_workbooks import every_malformed_workbook
from tests.kernel.tabular.malformed_books import BOOKS
from tests.kernel.tabular.malformed_texts import TEXTS
from tests.kernel.tabular.samples import (
    HEADERS,
    STUDENT,
    csv_bytes,
    good_xlsx,
    inline_row,
    raw_sheet,
    shared_xlsx,
    zip_of,
)

Malformed = tuple[str, str, str, Callable[[], bytes]]

HEAD: Final = "姓名,证件号码,手机号,现住址"
GOOD: Final = "王小明,,19900000001,南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元101室"
HEADER_XML: Final = inline_row(1, HEADERS)
#: The kernel's own table, but for what needs smaller limits than a department's list has, or has no name column.
SMALL_LIMITS: Final = frozenset(("too_large", "too_many_rows"))
LIMITED: Final = frozenset(
    ("too many columns", "too many columns in the header", "JSON with too many keys", "more than may be unpacked",
     "a part that unpacks a thousandfold")
)  # fmt: skip


def every_malformed_list() -> list[Malformed]:
    """Return all of them, each name once."""
    families = (_kernels, _formulas, _zeros, _wide, _headers, _ragged, _encodings, _jsons, _called)
    return [*(case for family in families for case in family()), *every_malformed_workbook()]


def _csv(*lines: str, head: str = HEAD) -> bytes:
    return ("\n".join((head, *lines)) + "\n").encode()


def _kernels() -> Iterator[Malformed]:
    for name, filename, code, content in (*TEXTS, *BOOKS):
        if code not in SMALL_LIMITS and name not in LIMITED:
            yield (
                name,
                filename,
                f"table_{code}",
                (lambda kept=content: kept if isinstance(kept, bytes) else kept()),
            )


def _formulas() -> Iterator[Malformed]:
    formulas = {
        "a link": '=HYPERLINK(""http://x"",""y"")',
        "a command": "=cmd|' /C calc'!A0",
        "a plus": "+SUM(A1:A9)",
        "a minus": "-2+3|x!A1",
        "an at": "@SUM(A1)",
        "a full-width sign": "\uff1dSUM(A1)",
        "a fetch": "=WEBSERVICE(A1)",
    }
    for place, column in enumerate(("name", "document", "telephone", "address")):
        for kind, formula in formulas.items():
            cells = GOOD.split(",")
            cells[place] = f'"{formula}"'
            row = ",".join(cells)
            yield (
                f"{kind} as the {column}", "a.csv", "row:formula", (lambda row=row: _csv(row, GOOD))
            )  # fmt: skip
    for letter in "ABCD":
        cell = f'<row r="2"><c r="{letter}2"><f>1+1</f><v>2</v></c></row>'
        yield (
            f"a calculated cell in column {letter}", "a.xlsx", "row:",
            (lambda cell=cell: raw_sheet(HEADER_XML + cell + inline_row(3, STUDENT))),
        )  # fmt: skip


def _zeros() -> Iterator[Malformed]:
    for place, what in enumerate(("name", "document", "telephone", "address")):
        cells = ["王小明", "", "", ""]
        cells[place] = "珠江\x00路273号"
        row = ",".join(cells)
        yield f"a zero byte in the {what}", "a.csv", "row:", (lambda row=row: _csv(row, GOOD))
    for mark in ("\x01", "\x1f", "\x7f", "\x08", "\ufffd"):
        yield (
            f"the character {ord(mark):x} in a name", "a.csv", "row:name_missing",
            (lambda mark=mark: _csv(f"王{mark}明,,19900000001,{GOOD.split(',')[3]}", GOOD)),
        )  # fmt: skip
    yield "zeros behind the names of the columns", "a.csv", "table_", lambda: _csv() + bytes(3_000)
    yield "zeros between the rows", "a.csv", "table_", lambda: _csv(GOOD) + bytes(2_000_000) + _csv(GOOD)
    yield "zeros before the list", "a.csv", "table_binary", lambda: bytes(5_000) + _csv(GOOD)
    yield (
        "a zero in a sheet's XML", "a.xlsx", "table_damaged",
        lambda: raw_sheet(HEADER_XML + '<row r="2"><c><v>\x00</v></c></row>'),
    )  # fmt: skip


def _wide() -> Iterator[Malformed]:
    for width in (257, 300, 1_024, 16_384):
        names = ",".join(f"c{n}" for n in range(width - 4))
        yield (
            f"{width} columns", "a.csv", "table_too_many_columns",
            (lambda names=names: _csv(GOOD, head=f"{HEAD},{names}"))
        )  # fmt: skip
        yield (
            f"{width} columns in a workbook", "a.xlsx", "table_too_many_columns",
            (lambda width=width: raw_sheet(inline_row(1, [*HEADERS, *["x"] * (width - 5)]) + inline_row(2, STUDENT))),
        )  # fmt: skip
        yield (
            f"a value in cell {width} of a row", "a.csv", "table_too_many_columns",
            (lambda width=width: _csv(GOOD + "," * (width - 4) + "x")),
        )  # fmt: skip
    keys = ",".join(f'"k{n}": 1' for n in range(16_384))
    yield "16,384 keys", "a.json", "table_too_many_columns", lambda: f'[{{"姓名": "王", {keys}}}]'.encode()
    yield (
        "a column behind the last", "a.xlsx", "table_damaged",
        lambda: raw_sheet(HEADER_XML + '<row r="2"><c r="XFE2"><v>1</v></c></row>'),
    )  # fmt: skip


def _headers() -> Iterator[Malformed]:
    heads = {
        "the name twice": ("姓名,姓名,手机号", "table_column_ambiguous"),
        "the name three times": ("姓名,姓名,姓名,手机号", "table_column_ambiguous"),
        "no name among the columns": ("证件号码,手机号,现住址", "table_column_missing"),
        "a name and nothing else": ("姓名,甲,乙", "table_header_not_found"),
        "columns that must not be collected": (f"{HEAD},宗教信仰", "forbidden_column"),
        "a people's name among the columns": (f"{HEAD},民族", "forbidden_column"),
        "a party among the columns": (f"{HEAD},政治面貌", "forbidden_column"),
        "columns of numbers": ("1,2,3,4", "table_header_not_found"),
        "columns of blanks": (" , , , ", "table_header_not_found"),
        "columns in question marks": ("??,????,???,???", "table_header_not_found"),
    }
    for name, (head, code) in heads.items():
        yield name, "a.csv", code, (lambda head=head: _csv(*[GOOD] * 3, head=head))


def _ragged() -> Iterator[Malformed]:
    cells = GOOD.split(",")
    rows = {
        "a cell too many": (f"{GOOD},多", "row:shifted_cells"),
        "nine cells too many": (GOOD + ",x" * 9, "row:shifted_cells"),
        "no name": (f",{','.join(cells[1:])}", "row:name_missing"),
        "a name and nothing else": ("王小明,,,", "row:no_key"),
        "the names of the columns again": (HEAD, "row:repeated_header"),
        "a telephone of three digits": ("王小明,,138,", "row:phone_wrong"),
        "a document of nine digits": ("王小明,320102199,,", "row:id_wrong"),
        "a number in powers of ten": ("王小明,3.20102E+17,,", "row:"),
        "an address of 5,000 characters": (f"王小明,,,{'路' * 5_000}", "row:no_key"),
        "a name of 5,000 characters": (f"{'王' * 5_000},,19900000001,", "row:name_missing"),
    }
    for name, (row, code) in rows.items():
        yield f"a row with {name}", "a.csv", code, (lambda row=row: _csv(row, GOOD))


def _encodings() -> Iterator[Malformed]:
    text = _csv(GOOD, GOOD).decode()
    for codec in (
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "utf-16-le",
        "utf-16-be",
        "big5hkscs",
        "shift_jis_2004",
        "utf-7",
        "cp500",
    ):
        wanted = "table_"
        yield (
            f"text stored as {codec}",
            "a.csv",
            wanted,
            (lambda codec=codec: text.encode(codec, errors="replace")),
        )
    good, other = text.encode(), text.encode("gb18030")
    mixes = {
        "UTF-8, then GB18030": good + other,
        "GB18030, then UTF-8": other + good,
        "one line of GB18030 in 2,000 of UTF-8": good * 1_000 + other + good,
        "UTF-8, then UTF-16": good * 40 + text.encode("utf-16-le"),
        "UTF-16, then UTF-8": text.encode("utf-16") + good + b"\n",
        "a mark of UTF-16 before UTF-8": b"\xff\xfe" + good + b"\n",
        "a mark of UTF-8 before GB18030": b"\xef\xbb\xbf" + other,
        "a character cut in half": good[:-3],
        "characters written too long": good + b"\xc0\xaf\xc0\xaf,\xe0\x80\xaf,1,1\n",
        "half a surrogate": good + b"\xed\xa0\x80\xff,1,1,1\n",
        "a byte nobody uses": good + b"\xff\xff\xff\xff\n",
    }
    for name, content in mixes.items():
        yield name, "a.csv", "table_encoding_", (lambda content=content: content)


def _jsons() -> Iterator[Malformed]:
    texts = {
        "an entry within an entry": ('[{"姓名": {"a": 1}, "手机号": "1"}, %s]', "row:name_missing"),
        "a list within an entry": ('[{"姓名": "王小明", "手机号": [1, 2]}, %s]', "row:no_key"),
        "a key twice": (
            '[{"姓名": "王小明", "姓名": "李", "手机号": "19900000001"}, %s]',
            "row:name_missing",
        ),
        "no number": ('[{"姓名": "王小明", "手机号": NaN}, %s]', "row:no_key"),
        "an infinite number": ('[{"姓名": "王小明", "手机号": -Infinity}, %s]', "row:no_key"),
        "a number that lost digits": ('[{"姓名": "王小明", "证件号码": 3.2010219900101E+17}, %s]', "row:"),
        "a text among the entries": ('["王小明", %s]', "table_json_shape"),
        "a number among the entries": ("[7, %s]", "table_json_shape"),
        "a list among the entries": ("[[], %s]", "table_json_shape"),
        "two lists": ("[%s][]", "table_json_broken"),
        "a remark": ("// x\n[%s]", "table_json_"),
        "single quotes": ("[%s, {'姓名': 1}]", "table_json_broken"),
        "a key without a value": ('[%s, {"姓名"}]', "table_json_broken"),
        "an escape that is none": ('[%s, {"姓名": "\\u12"}]', "table_json_broken"),
        "no end": ("[%s,", "table_json_"),
        "rows twice": ('{"rows": [%s], "rows": []}', "table_json_broken"),
    }
    good = '{"姓名": "王小明", "证件号码": "", "手机号": "19900000001"}'
    for name, (text, code) in texts.items():
        yield f"JSON with {name}", "a.json", code, (lambda text=text: (text.replace("%s", good)).encode())
    for depth in (2_000, 100_000):
        yield (
            f"JSON nested {depth} deep", "a.json", "table_json_",
            (lambda depth=depth: b'[{"a":' * depth + b"1" + b"}]" * depth),
        )  # fmt: skip


def _called() -> Iterator[Malformed]:
    contents = {
        "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "table_image"),
        "a PDF": (b"%PDF-1.7\n" + bytes(99), "table_pdf"),
        "a web page": (b"<!doctype html><table></table>", "table_html"),
        "a program": (b"\x7fELF" + bytes(200), "table_binary"),
        "a database": (b"SQLite format 3\x00" + bytes(99), "table_binary"),
        "an archive": (zip_of({"a.csv": _csv(GOOD)}), "table_archive"),
        "a text document": (
            zip_of({"[Content_Types].xml": b"<a/>", "word/a.xml": b"<a/>"}),
            "table_other_office",
        ),
        "an open document": (zip_of({"mimetype": b"x", "content.xml": b"<a/>"}), "table_other_office"),
    }
    for name, (content, code) in contents.items():
        for extension in ("csv", "xlsx", "json"):
            yield f"{name} called .{extension}", f"a.{extension}", code, (lambda content=content: content)


def mutated(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield good lists of each format with bytes changed, cut out and put in at places drawn from the seed."""
    draw = random.Random(seed)
    lists = {
        "a.csv": csv_bytes(HEADERS, STUDENT),
        "b.csv": csv_bytes(HEADERS, STUDENT, encoding="gb18030"),
        "a.json": b'[{"\xe5\xa7\x93\xe5\x90\x8d": "a", "phone": "19900000001"}]',
        "a.xlsx": good_xlsx(),
        "b.xlsx": shared_xlsx(HEADERS, STUDENT),
    }
    for _number in range(count):
        filename, content = draw.choice(sorted(lists.items()))
        for _change in range(draw.randint(1, 8)):
            at, cut = draw.randrange(len(content) + 1), draw.choice((0, 1, 1, 4, 64))
            content = content[:at] + draw.randbytes(draw.choice((0, 1, 1, 3, 40))) + content[at + cut :]
        yield filename, content
