"""
Owns the list of personal columns: where each is, how sensitive, for what purpose, how long it may stay.

Each room's `models.py` calls `personal(...)` beside the column it declares; tests/house and the generated
reference read `PERSONAL_COLUMNS`. Refuses two different answers about one column.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Sensitivity = Literal["S2", "S3"]


@dataclass(frozen=True)
class PersonalColumn:
    """One sealed column and why it may exist."""

    table: str
    column: str
    sensitivity: Sensitivity
    purpose: str
    retention: str


PERSONAL_COLUMNS: dict[tuple[str, str], PersonalColumn] = {}


def personal(
    table: str, column: str, sensitivity: Sensitivity, purpose: str, retention: str
) -> PersonalColumn:
    """Declare a personal column. Saying the same twice is harmless; contradicting oneself is an error."""
    if sensitivity not in get_args(Sensitivity):
        raise ValueError(f"unknown sensitivity for {table}.{column}")
    if not (table and column and purpose and retention.startswith("R_")):
        raise ValueError(f"{table}.{column} needs a purpose and a retention class R_…")
    declared = PersonalColumn(table, column, sensitivity, purpose, retention)
    if PERSONAL_COLUMNS.setdefault((table, column), declared) != declared:
        raise ValueError(f"{table}.{column} is declared twice, differently")
    return declared
