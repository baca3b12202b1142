"""
The one reader of tables for all importers: CSV, TSV, XLSX, XLS, JSON and parquet from anybody's computer.

Owns what a file is, how it is stored, where its header row is, which header means what, and a bounded walk
over its rows. Refuses to know what the values mean, to repair them, and to hold a whole file in memory.
"""

from gridward.kernel.tabular.codes import NoteCode, RowCode, TableCode
from gridward.kernel.tabular.headers import Ambiguity, Mapping, normalise_header, propose_mapping
from gridward.kernel.tabular.model import (
    Column,
    Hint,
    Limits,
    Note,
    Row,
    RowProblem,
    TableChangedError,
    TableRefusal,
    row_problem,
)
from gridward.kernel.tabular.package import package_checked
from gridward.kernel.tabular.reading import read_table
from gridward.kernel.tabular.rejects import STARTS_FORMULA, neutralise, write_rejects
from gridward.kernel.tabular.table import Table

__all__ = [
    "STARTS_FORMULA",
    "Ambiguity",
    "Column",
    "Hint",
    "Limits",
    "Mapping",
    "Note",
    "NoteCode",
    "Row",
    "RowCode",
    "RowProblem",
    "Table",
    "TableChangedError",
    "TableCode",
    "TableRefusal",
    "neutralise",
    "normalise_header",
    "package_checked",
    "propose_mapping",
    "read_table",
    "row_problem",
    "write_rejects",
]
