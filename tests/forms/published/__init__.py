"""
The forms that pyxform publishes as examples, what becomes of each here, and what a city adds to a form by hand.

`python -m tests.forms.published` writes the page that shows it; a test holds page and table together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("examples.md")
#: What stands beside an example that is served, rendered and taken in; beside the others stand the codes of why not.
SERVED = "served"
#: Lines that nobody answers need no purpose.
PLAIN = re.compile(r"(begin|end)[ _]|(note|calculate|hidden|start|end|today|audit)$")
WORDS = ("text", "string")
PHOTOS = ("photo", "image")
Sheet = list[dict[str, str]]


@dataclass
class Example:
    """One example: its published name, where it is from, what becomes of it, and answers where not any will do."""

    name: str
    source: str = ""
    happens: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    book: dict[str, Sheet] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Return the name as the id of a form."""
        return re.sub(r"\W+", "_", self.name.lower()).strip("_")[:48]

    @property
    def is_served(self) -> bool:
        """Tell whether it may be asked."""
        return self.happens == SERVED


@cache
def examples() -> dict[str, Example]:
    """Return the examples by name, as the table has them."""
    found = [_example(part) for part in re.split(r"^## ", TABLE.read_text(encoding="utf-8"), flags=re.M)[1:]]
    return {one.name: one for one in found}


def _example(part: str) -> Example:
    name, _newline, body = part.partition("\n")
    said = dict(re.findall(r"^(from|happens|answers): (.+)$", body, flags=re.M))
    answers = dict(one.split("=", 1) for one in said.get("answers", "").split("; ") if one)
    return Example(name, said["from"], said["happens"], answers, dict(_sheets(body)))


def _sheets(body: str) -> Iterator[tuple[str, Sheet]]:
    """Yield the sheets: a line that names one has its columns, the lines below it its rows."""
    sheet: Sheet = []
    columns: list[str] = []
    for line in re.findall(r"^\|.*\|$", body, flags=re.M):
        name, *cells = [cell.strip() for cell in line[1:-1].split("|")]
        if name:
            sheet, columns = [], cells
            yield name.lower(), sheet
        else:
            sheet.append({key: value for key, value in zip(columns, cells, strict=False) if value})


def ready(example: Example) -> dict[str, Sheet]:
    """Return an example with what a city adds by hand: a form's id, purposes, limits of words, rules for photos."""
    book = {name: [dict(row) for row in rows] for name, rows in example.book.items()}
    for row in book["survey"]:
        kind = next(value for key, value in row.items() if key.lower() == "type").lower()
        if PLAIN.match(kind):
            continue
        row["purpose"] = "To be tried"
        if kind in WORDS:
            _adds(row, "constraint", "string-length(.) <= 100", " and ")
        if kind in PHOTOS:
            _adds(row, "hint", "Nobody may be on it: no people", ". ")
            _adds(row, "parameters", "max-pixels=1024", " ")
    own = {"form_title": example.name, "form_id": example.code, "version": "1"}
    book["settings"] = [{**(book.get("settings") or [{}])[0], **own}]
    return book


def _adds(row: dict[str, str], column: str, more: str, between: str) -> None:
    row[column] = between.join(filter(None, [row.get(column), more]))
