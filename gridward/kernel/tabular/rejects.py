"""
The reject file: which rows were not taken, and why.

Owns its shape. Refuses to carry any cell of the source: the sender has the list, a reject file travels
further.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gridward.kernel.tabular.model import RowProblem

FIELDS: Final = ("row_number", "column", "code", "message")
# Full-width signs too: East Asian spreadsheet programs take them for the plain ones.
STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_COLUMN_MAX: Final = 100


def neutralise(text: str) -> str:
    """Return the text so that no spreadsheet program takes it for a formula."""
    if text.startswith(STARTS_FORMULA) or text.lstrip().startswith(STARTS_FORMULA):
        return "'" + text
    return text


def write_rejects(path: Path, problems: Iterable[RowProblem]) -> int:
    """Write the problems as CSV (UTF-8 with BOM, in the active language) and return how many there were."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for problem in problems:
            texts = (problem.column[:_COLUMN_MAX], problem.code, str(problem.message))
            writer.writerow((problem.row, *(neutralise(text) for text in texts)))
            count += 1
    return count
