"""What the tests of forms share: workbooks made of rows, and a form that nothing speaks against."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl

from gridward.forms import api as forms
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from tests import people

LANGUAGES = ("中文 (zh)", "English (en)")
Row = Mapping[str, str]
CHOICES: Sequence[Row] = (
    {"list_name": "yes_no", "name": "yes", "label::中文 (zh)": "是", "label::English (en)": "Yes"},
    {"list_name": "yes_no", "name": "no", "label::中文 (zh)": "否", "label::English (en)": "No"},
)


def asked(name: str = "help_needed", kind: str = "select_one yes_no", **more: str) -> dict[str, str]:
    """Return one question that nothing speaks against, in two languages; `more` changes cells ('' takes one out)."""
    row = {
        "type": kind,
        "name": name,
        "label::中文 (zh)": "需要帮助吗",
        "label::English (en)": "Is help needed?",
        "hint::中文 (zh)": "问本人",
        "hint::English (en)": "Ask the person",
        "purpose::中文 (zh)": "安排服务",
        "purpose::English (en)": "To arrange help",
    }
    return {key: value for key, value in (row | more).items() if value}


def sheets(
    *questions: Row, code: str = "care_visit", version: str = "1", choices: Sequence[Row] = CHOICES
) -> dict[str, list[Row]]:
    """Return the three sheets of a form."""
    settings = {"form_title": "Care visit", "form_id": code, "version": version}
    return {"survey": list(questions or [asked()]), "choices": list(choices), "settings": [settings]}


def csv_of(book: Mapping[str, Sequence[Row]]) -> bytes:
    """Write the sheets below each other, as XLSForms in CSV are."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for sheet, rows in book.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        writer.writerow([sheet])
        writer.writerow(["", *columns])
        for row in rows:
            writer.writerow(["", *[row.get(column, "") for column in columns]])
    return out.getvalue().encode()


def xlsx_of(book: Mapping[str, Sequence[Row]], path: Path) -> Path:
    """Write the sheets as a workbook."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for sheet, rows in book.items():
        page = made.create_sheet(sheet)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        page.append(columns)
        for row in rows:
            page.append([row.get(column, "") for column in columns])
    made.save(path)
    return path


def answers(**more: object) -> forms.Answers:
    """Return what stands beside the workbook."""
    said = {"owner_code": "health", "purpose": "home_service", "sunset_at": clock.now() + timedelta(days=20)}
    return forms.Answers(**(said | more))  # type: ignore[arg-type]


def drafted(
    folder: Path, by: Actor, *questions: Row, version: str = "1", now: datetime | None = None, **more: object
) -> forms.FormReport | Refusal:
    """Send a form in."""
    path = folder / "form.csv"
    path.write_bytes(csv_of(sheets(*questions, version=version)))
    with people.acting(by):
        return forms.form_draft(
            path=path, filename=path.name, answers=answers(**more), by=by, now=now or clock.now()
        )
