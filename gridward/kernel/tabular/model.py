"""
The shapes of a table: limits, wanted columns, rows, problems, notes and refusals.

Owns what readers hand to importers. Refuses to read anything itself.
"""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, NoReturn

from django.utils.functional import Promise

from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular.codes import (
    NOTE_MESSAGES,
    ROW_MESSAGES,
    TABLE_PROBLEMS,
    NoteCode,
    RowCode,
    TableCode,
)

Hint = Literal["id", "phone", "name", "address"]
Param = str | int

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much one file may cost; every limit ends in a refusal, never in a crash."""

    bytes_max: int = 256 * MIB
    rows_max: int = 2_000_000
    columns_max: int = 256
    cell_max: int = 4_096
    unpacked_max: int = 1024 * MIB
    ratio_max: int = 200
    title_rows_max: int = 20
    seconds_max: float = 900.0

    @property
    def record_max(self) -> int:
        """The longest row, in characters, that is held in memory while its end is looked for."""
        return min(self.columns_max * self.cell_max, MIB)


@dataclass(frozen=True)
class Column:
    """A column an importer wants: its own name, the headers it goes by, and what its values look like."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    hint: Hint | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Every header this column goes by, its own name first."""
        return (self.name, *self.aliases)


class RowProblem(NamedTuple):
    """One thing wrong with one row; importers add theirs with their own codes. Never holds a cell's value."""

    row: int
    column: str
    code: str
    message: str | Promise


class Row(NamedTuple):
    """
    One row: its physical number, one cell per header, and what the reader found wrong with it.

    `cells` are stripped at both ends and free of control characters; apart from that they are as sent.
    """

    number: int
    cells: tuple[str, ...]
    problems: tuple[RowProblem, ...] = ()


class Record(NamedTuple):
    """A row as a format's reader found it, before cleaning; flags are (cell index, what is wrong)."""

    number: int
    cells: list[str]
    flags: tuple[tuple[int, RowCode], ...] = ()


@dataclass(frozen=True)
class Note:
    """Something the reader decided and a person should see."""

    code: NoteCode
    params: MappingType[str, Param] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The note in the reader's language."""
        return str(NOTE_MESSAGES[self.code]) % self.params


@dataclass(frozen=True)
class TableRefusal:
    """A file that was not read: what is wrong, where, and what to do next."""

    code: TableCode
    params: MappingType[str, Param] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong and what to do next, in the language active when it is asked for."""
        problem = TABLE_PROBLEMS[self.code]
        return f"{str(problem.title) % self.params} {str(problem.advice) % self.params}"

    def as_outcome(self) -> Refusal:
        """The same refusal as the endpoint and the command line answer it; its code is `table_<code>`."""
        return Refusal(f"table_{self.code}", self.params)


class RefusedError(Exception):
    """Carries a refusal out of a reader; it never leaves this package."""

    def __init__(self, refusal: TableRefusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class TableChangedError(Exception):
    """The file is no longer the one that was checked; nothing more can be read from it."""


def refuse(code: TableCode, **params: Param) -> NoReturn:
    """Stop reading with a refusal."""
    raise RefusedError(TableRefusal(code, params))


def row_problem(row: int, column: str, code: RowCode) -> RowProblem:
    """Give a problem from this package's catalogue."""
    return RowProblem(row, column, code.value, ROW_MESSAGES[code])


def is_blank(cells: list[str]) -> bool:
    """Tell whether no cell holds anything but white space."""
    return not "".join(cells).strip()
