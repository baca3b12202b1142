"""Owns importing the tree: divisions and grids as tables. Refuses shapes, moves and deletions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from gridward.country.api import pack
from gridward.kernel import ids, once, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular import Column, Limits, Table
from gridward.territory.actions import files
from gridward.territory.events import TreeChanged
from gridward.territory.models import Area, AreaAlias, TreeVersion
from gridward.territory.queries.held import AreaView, read_tree
from gridward.territory.rules.line import Interval
from gridward.territory.rules.report import ImportNote, ImportReport, Problems, failed
from gridward.territory.rules.tree import AreaRow, Node, TreePlan, plan_tree

COLUMNS = (
    Column("code", ("代码", "编码", "区划代码", "网格编码"), required=True),
    Column("level", ("级别", "层级"), required=True),
    Column("parent", ("上级", "上级代码", "上级编码"), required=True),
    Column("name", ("名称", "网格名称"), required=True),
    Column("kind", ("类别", "网格类别")),
)
LIMITS = Limits(bytes_max=64 * 1024 * 1024, rows_max=200_000, columns_max=64, seconds_max=120)
FORMER_NAME = "former_name"
VANISHED_SHOWN = 50


@transaction.atomic
def areas_import(*, path: Path, filename: str, by: Actor, now: datetime) -> ImportReport | Refusal:
    """
    Import a table of areas (code, level, parent, name, kind) and return the report.

    Importing the same file again changes nothing. Positions never move; new codes go into gaps; a new name
    is taken over; what is missing is reported and kept. With any problem nothing is imported.
    """
    table = files.open_table(path, filename, COLUMNS, LIMITS, by)
    if isinstance(table, Refusal):
        return table
    files.lock_imports()
    rows, problems, notes = _read(table)
    tree = read_tree().by_code
    country = pack(settings.COUNTRY)
    nodes = {view.code: _node(view) for view in tree.values()}
    plan = plan_tree(rows, nodes, country.code_level, country.code_parent)
    problems.add(plan.problems)
    if problems.count:
        report = failed("areas", len(rows), problems, notes)
    else:
        _write(plan, tree, now)
        report = _report(plan, len(rows), notes)
    files.record_import(report, path, by=by, now=now)
    return report


def _read(table: Table) -> tuple[list[AreaRow], Problems, list[str]]:
    problems = Problems()
    rows: list[AreaRow] = []
    normalised = 0
    for number, cells in files.rows_of(table, problems):
        code, parent = files.plain_code(cells["code"]), files.plain_code(cells["parent"])
        normalised += (code != cells["code"]) + (parent != cells["parent"])
        level, kind = cells["level"].lower(), cells.get("kind", "").lower()
        row = AreaRow(number, code, level, parent, cells["name"], kind)
        rows.append(replace(row, parent="") if level == "city" else row)
    notes = [note.message for note in table.notes]
    if normalised:
        notes.append(ImportNote("digits_normalised", {"count": normalised}).message)
    return rows, problems, notes


def _node(view: AreaView) -> Node:
    return Node(view.code, view.level, view.parent_code, view.name, Interval(view.pos, view.end))


def _write(plan: TreePlan, tree: Mapping[str, AreaView], now: datetime) -> None:
    if not plan.added and not plan.renamed:
        return
    by_code: dict[str, UUID] = {code: view.id for code, view in tree.items()}
    by_code |= dict(zip([new.row.code for new in plan.added], ids.new_ids(len(plan.added)), strict=True))
    # Parents come before children in the plan, so that the foreign keys hold row by row.
    Area.objects.bulk_create(
        [
            Area(
                id=by_code[new.row.code],
                pos=new.interval.pos,
                end_pos=new.interval.end,
                level=new.row.level,
                code=new.row.code,
                name=new.row.name,
                kind=new.row.kind or ("basic" if new.row.level == "grid" else ""),
                parent_id=by_code.get(new.row.parent),
                valid_from=now,
            )
            for new in plan.added
        ],
        batch_size=2_000,
    )
    renamed = {row.code: row.name for row in plan.renamed}
    AreaAlias.objects.bulk_create(
        [AreaAlias(area_id=by_code[code], scheme=FORMER_NAME, code=tree[code].name) for code in renamed],
        ignore_conflicts=True,
    )
    areas = [Area(id=by_code[code], name=name) for code, name in renamed.items()]
    Area.objects.bulk_update(areas, ["name"], batch_size=1_000)
    stamp = str(ids.new_id())
    TreeVersion.objects.update_or_create(id=1, defaults={"stamp": stamp, "changed_at": now})
    once.forget()
    outbox.announce(TreeChanged(stamp), now=now)


def _report(plan: TreePlan, rows: int, notes: list[str]) -> ImportReport:
    if plan.renamed:
        notes.append(ImportNote("renamed", {"count": len(plan.renamed)}).message)
    if plan.vanished:
        notes.append(ImportNote("vanished", {"count": len(plan.vanished)}).message)
    return ImportReport(
        "areas",
        rows,
        added=len(plan.added),
        changed=len(plan.renamed),
        unchanged=plan.unchanged,
        notes=tuple(notes),
        vanished=tuple(plan.vanished[:VANISHED_SHOWN]),
    )
