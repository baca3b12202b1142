"""
The closed catalogue of what can be wrong with a table, and what to do about it.

Owns the codes and their words. Refuses to know any importer's own rules (those have codes of their own).
"""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Problem, declare


class TableCode(StrEnum):
    """Why a whole file was refused."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    RECORD_TOO_LONG = "record_too_long"
    BINARY = "binary"
    PDF = "pdf"
    IMAGE = "image"
    HTML = "html"
    ARCHIVE = "archive"
    OLD_FORMAT = "old_format"
    OTHER_OFFICE = "other_office"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    EXTERNAL_LINKS = "external_links"
    UNSAFE_ARCHIVE = "unsafe_archive"
    TOO_MANY_PARTS = "too_many_parts"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    UNSAFE_XML = "unsafe_xml"
    DAMAGED = "damaged"
    NO_SHEET = "no_sheet"
    ENCODING_UNKNOWN = "encoding_unknown"
    ENCODING_MIXED = "encoding_mixed"
    ENCODING_BROKEN = "encoding_broken"
    UNCLOSED_QUOTE = "unclosed_quote"
    BROKEN_QUOTE = "broken_quote"
    JSON_BROKEN = "json_broken"
    JSON_SHAPE = "json_shape"
    JSON_TOO_DEEP = "json_too_deep"
    HEADER_NOT_FOUND = "header_not_found"
    COLUMN_MISSING = "column_missing"
    COLUMN_AMBIGUOUS = "column_ambiguous"
    UNREADABLE = "unreadable"


class RowCode(StrEnum):
    """What is wrong with one row of a file that can otherwise be read."""

    FORMULA = "formula"
    NUMBER_PRECISION = "number_precision"
    ERROR_VALUE = "error_value"
    BAD_CHARACTER = "bad_character"
    CELL_TOO_LONG = "cell_too_long"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_FEW_CELLS = "too_few_cells"
    MERGED_CELL = "merged_cell"
    REPEATED_HEADER = "repeated_header"
    NOT_A_NUMBER = "not_a_number"
    DUPLICATE_KEY = "duplicate_key"
    NESTED_VALUE = "nested_value"


class NoteCode(StrEnum):
    """What the reader did of its own accord and wants seen before anybody relies on it."""

    TITLE_ROWS = "title_rows"
    STACKED_HEADER = "stacked_header"
    OTHER_SHEETS = "other_sheets"
    HIDDEN_SHEETS = "hidden_sheets"
    MERGED_CELLS = "merged_cells"
    WRONG_EXTENSION = "wrong_extension"


TABLE_PROBLEMS: Final[dict[TableCode, Problem]] = {
    TableCode.EMPTY: Problem(
        422,
        _("The file is empty."),
        _("Check that you chose the right file and save it again."),
    ),
    TableCode.NO_ROWS: Problem(
        422,
        _("Row %(row)s holds the column names, but no row follows."),
        _("Add the rows and send it again."),
    ),
    TableCode.TOO_LARGE: Problem(
        413,
        _("The file is larger than %(megabytes)s MB."),
        _("Split it into smaller files."),
    ),
    TableCode.TOO_SLOW: Problem(
        422,
        _("Reading the file took longer than %(seconds)s seconds."),
        _("Split it into smaller files."),
    ),
    TableCode.TOO_MANY_ROWS: Problem(
        422,
        _("The file has more than %(limit)s rows."),
        _("Split it into smaller files."),
    ),
    TableCode.TOO_MANY_COLUMNS: Problem(
        422,
        _("Row %(row)s has more than %(limit)s columns."),
        _("Delete the columns that are not needed."),
    ),
    TableCode.RECORD_TOO_LONG: Problem(
        422,
        _("Row %(row)s is longer than a table row can be."),
        _("Open the file, look at that row and shorten it."),
    ),
    TableCode.BINARY: Problem(
        422,
        _("This is not a table."),
        _("Save the list as .xlsx or .csv and send that."),
    ),
    TableCode.PDF: Problem(
        422,
        _("This is a PDF."),
        _("Ask for the list as a spreadsheet and send it as .xlsx or .csv."),
    ),
    TableCode.IMAGE: Problem(
        422,
        _("This is a picture."),
        _("Ask for the list as a spreadsheet and send it as .xlsx or .csv."),
    ),
    TableCode.HTML: Problem(
        422,
        _("This is a web page under another name."),
        _("Open it in a spreadsheet program, save it as .xlsx."),
    ),
    TableCode.ARCHIVE: Problem(
        422,
        _("This is a compressed archive."),
        _("Unpack it and send the table inside."),
    ),
    TableCode.OLD_FORMAT: Problem(
        422,
        _("This is an old spreadsheet format that is not read (.xlsb, XML 2003)."),
        _("Open it in a spreadsheet program and save it as .xlsx."),
    ),
    TableCode.OTHER_OFFICE: Problem(
        422,
        _("This is an office document but no .xlsx workbook."),
        _("Save the list as .xlsx or .csv."),
    ),
    TableCode.ENCRYPTED: Problem(
        422,
        _("The file is locked with a password."),
        _("Remove the password, save it and send it again."),
    ),
    TableCode.MACROS: Problem(
        422,
        _("The workbook contains macros."),
        _("Save it as .xlsx without macros and send that."),
    ),
    TableCode.EXTERNAL_LINKS: Problem(
        422,
        _("The workbook is linked to other workbooks."),
        _("Copy the sheet, paste it as values and send that."),
    ),
    TableCode.UNSAFE_ARCHIVE: Problem(
        422,
        _("The workbook is built in an unsafe way."),
        _("Copy the rows into a new workbook."),
    ),
    TableCode.TOO_MANY_PARTS: Problem(
        422,
        _("The workbook has too many parts."),
        _("Copy the rows into a new workbook."),
    ),
    TableCode.UNPACKS_TOO_LARGE: Problem(
        422,
        _("The workbook unpacks to far more than it weighs."),
        _("Copy the rows into a new workbook and send that."),
    ),
    TableCode.UNSAFE_XML: Problem(
        422,
        _("The workbook holds instructions no table needs."),
        _("Copy the rows into a new workbook."),
    ),
    TableCode.DAMAGED: Problem(
        422,
        _("The workbook is damaged or incomplete."),
        _("Open it, save it under a new name, send that."),
    ),
    TableCode.NO_SHEET: Problem(
        422,
        _("The workbook has no visible sheet with rows."),
        _("Show the sheet that holds the list."),
    ),
    TableCode.ENCODING_UNKNOWN: Problem(
        422,
        _("The text is stored in an unknown way."),
        _("Save it as “CSV UTF-8” or as .xlsx and send that."),
    ),
    TableCode.ENCODING_MIXED: Problem(
        422,
        _("Line %(line)s is stored in another way (character set) than the lines before it."),
        _("Put the list together again in a spreadsheet program and save it as .xlsx."),
    ),
    TableCode.ENCODING_BROKEN: Problem(
        422,
        _("Line %(line)s holds characters that cannot be read."),
        _("Save the list again as .xlsx or “CSV UTF-8”."),
    ),
    TableCode.UNCLOSED_QUOTE: Problem(
        422,
        _("A quotation mark opened in line %(line)s is never closed."),
        _("Close it or delete it."),
    ),
    TableCode.BROKEN_QUOTE: Problem(
        422,
        _("In line %(line)s a quotation mark stands inside a quoted cell."),
        _("Double it or delete it."),
    ),
    TableCode.JSON_BROKEN: Problem(
        422,
        _("The JSON breaks off or is malformed near entry %(row)s."),
        _("Export it again."),
    ),
    TableCode.JSON_SHAPE: Problem(
        422,
        _("Entry %(row)s of the JSON is not a row."),
        _("Send an array of objects, or an object with such an array under “rows”."),
    ),
    TableCode.JSON_TOO_DEEP: Problem(
        422,
        _("Entry %(row)s of the JSON is nested too deeply."),
        _("Send one flat object for each row."),
    ),
    TableCode.HEADER_NOT_FOUND: Problem(
        422,
        _("None of the first %(limit)s rows holds the column names."),
        _(
            "At least two of these were looked for: %(looked_for)s. Add a row with the column names "
            "above the list."
        ),
    ),
    TableCode.COLUMN_MISSING: Problem(
        422,
        _("Required columns were not found: %(columns)s."),
        _("Name or assign them."),
    ),
    TableCode.COLUMN_AMBIGUOUS: Problem(
        422,
        _("It is not clear which column is meant for: %(columns)s."),
        _("Choose one for each."),
    ),
    TableCode.UNREADABLE: Problem(
        422,
        _("The file cannot be read."),
        _("Open it, save it as .xlsx or .csv and send that."),
    ),
}

declare({f"table_{code}": problem for code, problem in TABLE_PROBLEMS.items()})

ROW_MESSAGES: Final[dict[RowCode, Promise]] = {
    RowCode.FORMULA: _("The cell holds a formula. Replace it by its value."),
    RowCode.NUMBER_PRECISION: _(
        "The number was stored in a way that loses digits. Format the column as text and enter it again."
    ),
    RowCode.ERROR_VALUE: _("The cell holds an error value. Enter the value itself."),
    RowCode.BAD_CHARACTER: _("The cell holds characters that are not text. Type it again."),
    RowCode.CELL_TOO_LONG: _("The cell is too long. Shorten it."),
    RowCode.TOO_MANY_CELLS: _("The row has more cells than there are columns. Look for a stray separator."),
    RowCode.TOO_FEW_CELLS: _("The row ends before a required column. Look for a stray line break."),
    RowCode.MERGED_CELL: _("The cell is merged with the row above. Unmerge it and fill in every row."),
    RowCode.REPEATED_HEADER: _("The row repeats the column names. Delete it."),
    RowCode.NOT_A_NUMBER: _("The value is no number that can be stored. Enter it again."),
    RowCode.DUPLICATE_KEY: _("The same key stands twice in this entry. Keep one."),
    RowCode.NESTED_VALUE: _("The value is a list or an object. Send a plain value."),
}

NOTE_MESSAGES: Final[dict[NoteCode, Promise]] = {
    NoteCode.TITLE_ROWS: _("The column names were found in row %(row)s; the rows above it were skipped."),
    NoteCode.STACKED_HEADER: _(
        "The column names stand in two rows, the second of them row %(row)s; they were put together."
    ),
    NoteCode.OTHER_SHEETS: _("Only the sheet “%(sheet)s” was read; %(count)s other visible sheets were not."),
    NoteCode.HIDDEN_SHEETS: _("%(count)s hidden sheets were not read."),
    NoteCode.MERGED_CELLS: _(
        "The list holds %(count)s merged ranges; only the first row of each has the value."
    ),
    NoteCode.WRONG_EXTENSION: _(
        "The file name does not fit: the content is %(format)s and was read as that."
    ),
}
