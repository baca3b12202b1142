"""
Owns what an import answers: counts, problems by row, notes, and this room's refusals. Refuses cells' content.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, declare
from gridward.kernel.tabular import RowProblem

#: How many problems a report lists; `problems_count` tells how many there are.
PROBLEMS_MAX = 500

declare(
    {
        "territory_forbidden": Problem(
            403, _("Your role may not import areas."), _("Ask the system operator to import the file.")
        ),
        "territory_file": Problem(422, _("The file cannot be imported."), "%(why)s"),
        "territory_unrecognised": Problem(
            422,
            _("This file is none of those that are imported here."),
            _("Send divisions, grids or addresses as a table, or the shapes of grids as GeoJSON."),
        ),
        "territory_no_grids": Problem(
            409, _("There are no grids yet."), _("Import the divisions, then the grids, then this file.")
        ),
    }
)

NOTES = {
    "digits_normalised": _("Digits typed in full width or with spaces were normalised in %(count)s cells."),
    "vanished": _("%(count)s areas of the tree are not in this file; nothing was deleted."),
    "renamed": _("%(count)s areas have a new name; the old one is kept as an alias."),
    "doors_merged": _("%(count)s rows repeat a door of this file and were read once."),
}


@dataclass(frozen=True)
class ImportNote:
    """Something the import did of its own accord and a person should see."""

    code: str
    params: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return the note in the reader's language."""
        return str(NOTES[self.code]) % self.params


@dataclass(frozen=True)
class ImportReport:
    """
    What an import found and did. With problems nothing was imported, and `added` and `changed` are 0.

    `rows` counts the rows read; `problems` lists the first of them by row, `problems_count` counts all.
    `vanished` are the first codes of areas that are in the tree and not in the file.
    """

    kind: str
    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: Sequence[RowProblem] = ()
    problems_count: int = 0
    notes: Sequence[str] = ()
    vanished: Sequence[str] = ()

    @property
    def imported(self) -> bool:
        """Tell whether the file was imported."""
        return not self.problems_count


@dataclass
class Problems:
    """The problems of one file: the first of them kept, all of them counted, however many there are."""

    kept: list[RowProblem] = field(default_factory=list)
    count: int = 0

    def add(self, found: Iterable[RowProblem]) -> None:
        """Take in more problems."""
        for one in found:
            self.count += 1
            if len(self.kept) < PROBLEMS_MAX:
                self.kept.append(one)


def failed(kind: str, rows: int, problems: Problems, notes: Sequence[str] = ()) -> ImportReport:
    """Return the report of a file of which nothing was imported."""
    ordered = tuple(sorted(problems.kept, key=lambda found: found.row))
    return ImportReport(kind, rows, problems=ordered, problems_count=problems.count, notes=tuple(notes))
