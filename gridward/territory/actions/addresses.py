"""
Owns importing the address book: rows go by COPY into a stage, one statement brings them into the book.

Refuses to delete: a door that is not in a file stays, for households stand behind it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from gridward.country.api import CountryPack, pack
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.kernel.tabular import Column, Limits, RowProblem, Table
from gridward.territory.actions import files
from gridward.territory.queries.held import AreaView, read_tree
from gridward.territory.rules.doorplates import (
    MISSING,
    PARTS,
    DoorSpelling,
    copy_line,
    door_problem,
    position,
)
from gridward.territory.rules.report import ImportNote, ImportReport, Problems, failed

COLUMNS = (
    Column("area_code", ("网格编码", "网格代码"), required=True),
    Column("road", ("道路", "路名", "街路巷"), required=True),
    Column("number", ("门牌号", "门牌")),
    Column("compound", ("小区", "院落")),
    Column("building", ("楼栋", "幢")),
    Column("unit", ("单元",)),
    Column("room", ("室", "房号", "户室")),
    Column("longitude", ("经度",)),
    Column("latitude", ("纬度",)),
)
LIMITS = Limits(bytes_max=1 << 30, rows_max=5_000_000, columns_max=64)
TOLD_EVERY = 50_000

COPY = """
copy territory_address_stage (row_number, area_pos, community_code, road, number, compound, building, unit,
room,
                              key, longitude, latitude) from stdin
"""
DOORS = """
select count(*), count(*) filter (where first <> last)
  from (select min(area_pos) as first, max(area_pos) as last
          from territory_address_stage group by community_code, key) doors
"""
CLASHES = """
select row_number
  from (select row_number, min(area_pos) over door <> max(area_pos) over door as clash
          from territory_address_stage window door as (partition by community_code, key)) doors
 where clash order by row_number limit %s
"""
UPSERT = """
with done as (
  insert into territory_address (area_pos, community_code, road, number, compound, building, unit, room, key,
                                 longitude, latitude)
  select {which} area_pos, community_code, road, number, compound, building, unit, room, key, longitude, latitude
    from territory_address_stage {order}
  on conflict (community_code, key) do update
     set area_pos = excluded.area_pos, longitude = excluded.longitude, latitude = excluded.latitude
   where (territory_address.area_pos, territory_address.longitude, territory_address.latitude)
         is distinct from (excluded.area_pos, excluded.longitude, excluded.latitude)
  returning (xmax = 0) as fresh)
select count(*) filter (where fresh), count(*) filter (where not fresh) from done
"""
#: A book without repeated doors, which is nearly every book, need not be sorted to keep the first of each.
ALL = UPSERT.format(which="", order="")
FIRST = UPSERT.format(
    which="distinct on (community_code, key)", order="order by community_code, key, row_number"
)


@transaction.atomic
def addresses_import(
    *, path: Path, filename: str, by: Actor, now: datetime, progress: files.Progress = files.silent
) -> ImportReport | Refusal:
    """
    Import doors (area_code, road, number, compound, building, unit, room, longitude, latitude) and return the report.

    `area_code` must be a grid. A door that is known gets the row's grid and position. With any problem
    nothing is imported. `progress(step, done, total)` is called as rows go in.
    """
    table = files.open_table(path, filename, COLUMNS, LIMITS, by)
    if isinstance(table, Refusal):
        return table
    files.lock_imports()
    grids = {area.code: area for area in read_tree().areas if area.level == "grid"}
    if not grids:
        return refuse("territory_no_grids")
    problems = Problems()
    with connection.cursor() as cursor:
        cursor.execute("truncate territory_address_stage")
        rows = _stage(table, grids, problems, progress)
        doors = 0
        if not problems.count:
            cursor.execute(DOORS)
            doors, clashes = cursor.fetchone()
            if clashes:
                cursor.execute(CLASHES, [1_000])
                problems.add(
                    door_problem(row, "area_code", "door_in_two_grids") for (row,) in cursor.fetchall()
                )
        notes = [note.message for note in table.notes]
        if problems.count:
            report = failed("addresses", rows, problems, notes)
        else:
            progress("entering doors", 0, rows)
            report = _enter(rows, doors, notes)
        cursor.execute("truncate territory_address_stage")
    files.record_import(report, path, by=by, now=now)
    return report


def _stage(table: Table, grids: Mapping[str, AreaView], problems: Problems, progress: files.Progress) -> int:
    country = pack(settings.COUNTRY)
    rows = 0
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for lines, count in _lines(table, grids, problems, country):
            copy.write(lines)
            rows += count
            progress("reading doors", rows, table.row_count)
    return rows


def _lines(
    table: Table, grids: Mapping[str, AreaView], problems: Problems, country: CountryPack
) -> Iterator[tuple[str, int]]:
    """Yield pieces of the COPY stream with the number of rows read for them."""
    spelling = DoorSpelling(country.read_address)
    piece: list[str] = []
    rows = 0
    for number, cells in files.rows_of(table, problems):
        rows += 1
        grid = grids.get(files.plain_code(cells["area_code"]))
        door = spelling.parts(cells)
        try:
            point = position(cells) or (None, None)
        except ValueError:
            problems.add([door_problem(number, "longitude", "position_wrong")])
            continue
        if grid is None or not (door.road or door.compound):
            problems.add(_wrong(number, grid is None))
            continue
        parts = [getattr(door, part) or MISSING for part in PARTS]
        key = country.address_key(door)
        piece.append(copy_line((number, grid.pos, grid.parent_code, *parts, key, *point)))
        if rows >= TOLD_EVERY:
            yield "".join(piece), rows
            piece, rows = [], 0
    yield "".join(piece), rows


def _wrong(number: int, is_area: bool) -> list[RowProblem]:
    column, code = ("area_code", "area_not_grid") if is_area else ("road", "door_missing")
    return [door_problem(number, column, code)]


def _enter(rows: int, doors: int, notes: list[str]) -> ImportReport:
    with connection.cursor() as cursor:
        cursor.execute(ALL if doors == rows else FIRST)
        added, changed = cursor.fetchone()
    if doors < rows:
        notes.append(ImportNote("doors_merged", {"count": rows - doors}).message)
    return ImportReport(
        "addresses",
        rows,
        added=added,
        changed=changed,
        unchanged=doors - added - changed,
        notes=tuple(notes),
    )
