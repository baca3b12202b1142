"""Lists of areas as cities send them: other column names, other formats, later editions, every malformed file."""

import io
import json

import pytest
from django.db import DatabaseError, connection, transaction
from openpyxl import Workbook

from gridward.kernel import scope
from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.territory.models import Area, AreaAlias, TreeVersion
from tests.malformed import FILES
from tests.territory.conftest import everything

HEAD = "code,level,parent,name,kind"
GRID = "320102003015077,grid,320102003015,试验网格,special"


@pytest.mark.parametrize("case", FILES)
def test_no_malformed_file_changes_anything_or_ends_in_a_stack_trace(import_text, case):
    filename, content, code = FILES[case](HEAD, GRID)
    before = everything()

    outcome = import_text(territory.areas_import, content, filename)

    assert isinstance(outcome, Refusal), (code, outcome)
    assert outcome.code == "territory_file"
    assert everything() == before


def _workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WRITTEN = {
    "chinese column names": "代码,级别,上级,名称,类别\n" + GRID,
    "other chinese column names": "网格编码,层级,上级编码,网格名称,网格类别\n" + GRID,
    "columns in another order": "name,code,level,kind,parent\n试验网格,320102003015077,grid,special,320102003015",
    "columns nobody asked for": f"note,{HEAD},seen\nx,{GRID},y",
    "semicolons": f"{HEAD}\n{GRID}".replace(",", ";"),
    "tabs": f"{HEAD}\n{GRID}".replace(",", "\t"),
    "words in capitals": f"{HEAD}\n{GRID}".replace("grid,", "GRID,").replace("special", "Special"),
    "blanks around cells": f"{HEAD}\n {GRID.replace(',', ' , ')} ",
    "a title above and blank lines": f"试验区网格表,,,,\n\n{HEAD}\n\n{GRID}\n\n",
    "windows line ends": f"{HEAD}\r\n{GRID}\r\n",
    "a list of JSON": json.dumps([dict(zip(HEAD.split(","), GRID.split(","), strict=True))]),
    "a workbook of texts": _workbook(HEAD.split(","), GRID.split(",")),
    "a workbook of numbers": _workbook(
        HEAD.split(","), (320102003015077, "grid", 320102003015, "试验网格", "special")
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_a_grid_is_the_same_however_the_list_is_written(import_text, case):
    report = import_text(territory.areas_import, WRITTEN[case], "list.csv")

    assert (report.rows, report.added, report.problems) == (1, 1, ())
    area = territory.get_area("320102003015077")
    assert (area.name, area.kind, area.level, area.parent_code) == (
        "试验网格",
        "special",
        "grid",
        "320102003015",
    )


def test_a_grid_without_a_kind_is_a_basic_one_and_other_levels_have_none(import_text):
    rows = "320102003015077,grid,320102003015,甲\n320102003099,community,320102003,乙社区居委会\n"

    import_text(territory.areas_import, "code,level,parent,name\n" + rows)

    assert territory.get_area("320102003015077").kind == "basic"
    assert territory.get_area("320102003099").kind == ""


#: Rows beside a good one: what is wrong with which row (the good one is row 2).
ROWS = {
    "a kind nobody knows": (["320102003015078,grid,320102003015,乙,round"], [(3, "kind", "kind_unknown")]),
    "a parent below its child in the file is fine, one that is missing is not": (
        ["320102098001,community,320102098,丙,", "320102097,street,320102,丁,"],
        [(3, "parent", "parent_missing")],
    ),
    "a child of a bad parent": (
        ["32010209A,street,320102,戊,", "320102096001,community,320102096,己,"],
        [(3, "code", "code_invalid"), (4, "parent", "parent_missing")],
    ),
    "everything wrong with one row": (
        ["x,town,y,,"], [(3, "code", "code_invalid"), (3, "level", "level_unknown"), (3, "name", "name_missing")]
    ),
    "the same code three times": (
        ["320102097,street,320102,丁,"] * 3, [(4, "code", "code_duplicate"), (5, "code", "code_duplicate")]
    ),
    "a city in the middle of the tree": (["3202,city,32,无锡市,"], [(3, "code", "second_city")]),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_each_problem_names_its_row_and_column_and_the_good_row_is_not_imported_either(import_text, case):
    rows, problems = ROWS[case]
    before = everything()

    report = import_text(territory.areas_import, "\n".join([HEAD, GRID, *rows]))

    assert [(one.row, one.column, one.code) for one in report.problems] == problems
    assert (report.rows, report.added, report.problems_count) == (1 + len(rows), 0, len(problems))
    assert everything() == before


def test_a_name_that_changes_and_changes_back_leaves_both_names_and_one_area(import_text):
    area, told = territory.get_area("320102003011"), []
    old, new = "大石桥社区居委会", "新石桥社区居委会"
    for name in (new, old, new):
        row = f"{area.code},community,320102003,{name}\n"
        report = import_text(territory.areas_import, "code,level,parent,name\n" + row)
        assert (report.changed, report.added) == (1, 0)
        told.append(sorted(AreaAlias.objects.filter(area_id=area.id).values_list("code", flat=True)))
        assert {
            one.area_code for one in territory.locate_texts(["新街口街道" + old, "新街口街道" + new])
        } == {area.code}

    after = territory.get_area("320102003011")
    assert (after.id, after.pos, after.end, after.name) == (area.id, area.pos, area.end, "新石桥社区居委会")
    assert told == [[old], [old, new], [old, new]]


def test_a_closed_area_is_told_and_stays_with_everything_that_stands_on_it(import_text):
    street = territory.get_children("320102003")
    left = street[1:]
    rows = "".join(f"{area.code},community,320102003,{area.name}\n" for area in left)

    report = import_text(territory.areas_import, "code,level,parent,name\n" + rows)

    assert report.imported
    assert list(report.vanished) == [street[0].code]
    assert territory.get_children("320102003") == street
    assert territory.locate_text(street[0].name).area_code == street[0].code


def test_an_area_that_moved_to_another_street_is_a_new_code_and_never_a_moved_one(import_text):
    before = territory.get_area("320102003011")
    moved = "320102003011,community,320102007,大石桥社区居委会\n"
    refused = import_text(territory.areas_import, "code,level,parent,name\n" + moved)
    assert [one.code for one in refused.problems] == ["parent_code"]

    report = import_text(
        territory.areas_import, "code,level,parent,name\n320102007099,community,320102007,大石桥社区居委会\n"
    )

    assert report.added == 1
    assert territory.get_area("320102003011") == before
    assert territory.locate_text("玄武区大石桥社区居委会").candidates == ("320102003011", "320102007099")


def test_the_tree_has_a_new_name_only_when_it_changed(import_text):
    stamp = TreeVersion.objects.get().stamp
    import_text(territory.areas_import, "code,level,parent,name\n320102003,street,320102,新街口街道\n")
    import_text(territory.areas_import, f"{HEAD}\n{GRID},\nx,grid,,,\n")
    assert TreeVersion.objects.get().stamp == stamp

    import_text(territory.areas_import, f"{HEAD}\n{GRID}\n")

    assert TreeVersion.objects.get().stamp != stamp
    assert TreeVersion.objects.count() == 1


def test_an_import_that_is_rolled_back_leaves_the_tree_that_others_read(import_text):
    before = everything()
    with pytest.raises(RuntimeError), transaction.atomic():
        import_text(territory.areas_import, f"{HEAD}\n{GRID}\n")
        assert territory.get_area("320102003015077") is not None
        raise RuntimeError("power cut")

    assert territory.get_area("320102003015077") is None
    assert territory.locate_text("试验网格").status == "unknown"
    assert everything() == before


@pytest.mark.parametrize(
    "sql",
    [
        "update territory_area set end_pos = pos where code = '3201'",
        "update territory_area set pos = (select pos from territory_area where code = '320104') where code = '320102'",
        "update territory_area set code = '320104' where code = '320102'",
        "insert into territory_treeversion (id, stamp, changed_at) values (2, 'x', now())",
    ],
)
def test_the_database_itself_refuses_a_broken_line(city, sql):
    refused = pytest.raises(DatabaseError)
    with refused, transaction.atomic(), scope.as_role("gridward_job"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_no_area_of_the_tree_is_deleted_under_its_children(city, owner):
    with owner(), pytest.raises(DatabaseError), transaction.atomic():
        Area.objects.filter(code="320102003").delete()
