"""The files a street leaves as, in the formats departments really send."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from simulator.drafts import all_or_nothing
from simulator.street.lists import DepartmentList
from simulator.street.make import Street

ADDRESS_COLUMNS = (
    "area_code",
    "road",
    "number",
    "compound",
    "building",
    "unit",
    "room",
    "longitude",
    "latitude",
)
RESIDENT_COLUMNS = (
    "resident_ref", "name", "id_kind", "id_number", "phone", "address", "area_code", "household_ref",
)  # fmt: skip


def write_street(street: Street, out: Path, *, places: dict[str, str]) -> dict[str, Path]:
    """
    Write every file of the street into `out` and say where each is, by name.

    All of them come to stand there together; truth.csv arrives last.
    """
    with all_or_nothing(out, last="truth.csv") as draft:
        written = _files(street, draft, places)
    return {name: out / path.relative_to(draft) for name, path in written.items()}


def _files(street: Street, out: Path, places: dict[str, str]) -> dict[str, Path]:
    written = {
        "addresses": _csv(out / "addresses.csv", ADDRESS_COLUMNS, (astuple(door) for door in street.doors)),
        "residents": _csv(
            out / "residents.csv",
            RESIDENT_COLUMNS,
            (
                (p.resident_ref, p.name, "01" if p.id_number else "", p.id_number, p.phone,
                 places[p.area_code] + p.door.short, p.area_code, p.household_ref)
                for p in street.people
            ),
        ),
        "workers": _csv(out / "workers.csv", _names(street.workers), (astuple(row) for row in street.workers)),
    }  # fmt: skip
    return written | _lists(street, out)


def _lists(street: Street, out: Path) -> dict[str, Path]:
    written = {
        "truth": _csv(out / "truth.csv", _names(street.truths), (astuple(row) for row in street.truths))
    }
    for department in street.lists:
        written[department.shape.channel] = _list(department, out / "lists")
    return written


def _names(rows: Sequence[object]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(rows[0]))  # type: ignore[arg-type]  # rows of one dataclass


def _csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def _list(department: DepartmentList, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / department.shape.filename
    writers = {".csv": _gb_csv, ".xlsx": _sheet, ".json": _json}
    path.write_bytes(writers[path.suffix](department))
    return path


def _gb_csv(department: DepartmentList) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(department.shape.headers)
    for number, line in enumerate(department.lines, start=1):
        writer.writerow((number, line.name, line.id_number, line.phone, line.address, ""))
    return text.getvalue().encode("gb18030")


def _json(department: DepartmentList) -> bytes:
    rows = [dict(zip(department.shape.headers, astuple(line), strict=True)) for line in department.lines]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def _sheet(department: DepartmentList) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 — a new workbook has one sheet
    sheet.title = "名单"
    for row, title in enumerate(department.shape.title_rows, start=1):
        sheet.cell(row=row, column=1, value=title)
        sheet.merge_cells(
            start_row=row, start_column=1, end_row=row, end_column=len(department.shape.headers)
        )
    sheet.append(department.shape.headers)
    for line in department.lines:
        sheet.append(astuple(line))
    raw = io.BytesIO()
    book.save(raw)
    return _same_bytes(raw.getvalue())


def _same_bytes(archive: bytes) -> bytes:
    """Return the archive with fixed times inside, so that the same seed gives the same bytes."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = (
                    content[: content.index(b"<dcterms:created")] + content[content.index(b"</cp:core") :]
                )
            target.writestr(ZipInfo(name, (2020, 2, 14, 0, 0, 0)), content)
    return out.getvalue()
