"""Importing the tree: real divisions, gaps for later, and thirty files that must change nothing."""

import io

import pytest
from openpyxl import Workbook

from gridward.kernel.actor import Actor
from gridward.kernel.ledger import object_hash
from gridward.kernel.models import Fact, LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.territory.models import Area, AreaAlias
from tests.people import DIVISIONS, GRIDS
from tests.territory.conftest import everything

HEAD = "code,level,parent,name\n"
STREET = "320102099,street,320102,试验街道\n"


def test_the_real_tree_of_nanjing_is_there(city):
    assert territory.count_areas() == {
        "city": 1,
        "district": 11,
        "street": 140,
        "community": 1322,
        "grid": 12,
    }
    assert [area.name for area in territory.get_path("320102003015")] == [
        "南京市",
        "玄武区",
        "新街口街道",
        "成贤街社区居委会",
    ]


def test_every_area_lies_inside_its_parent_and_apart_from_its_siblings(city):
    rows = list(Area.objects.order_by("pos").values_list("pos", "end_pos", "parent__pos", "parent__end_pos"))
    last_end: dict[object, int] = {}
    for pos, end, above, above_end in rows:
        if above is not None:
            assert above < pos < end <= above_end
            assert last_end.get(above, above) <= pos
            last_end[above] = end


@pytest.mark.parametrize("path", [DIVISIONS, GRIDS])
def test_the_same_file_again_changes_nothing(import_text, path):
    before = everything()

    report = import_text(territory.areas_import, path.read_bytes())

    assert (report.added, report.changed, report.problems) == (0, 0, ())
    assert report.unchanged == report.rows
    assert everything() == before


def test_a_new_community_finds_a_gap_and_nobody_moves(import_text):
    before = dict(Area.objects.values_list("code", "pos"))

    report = import_text(territory.areas_import, HEAD + "320102003099,community,320102003,新设社区居委会\n")

    assert report.added == 1
    area = territory.get_area("320102003099")
    street = territory.get_area("320102003")
    assert street.pos < area.pos < area.end <= street.end
    after = dict(Area.objects.values_list("code", "pos"))
    assert {code: pos for code, pos in after.items() if code != "320102003099"} == before


def test_what_vanished_from_a_list_is_told_and_kept(import_text):
    report = import_text(
        territory.areas_import, HEAD + "320102003015001,grid,320102003015,成贤街社区第1网格\n"
    )

    assert list(report.vanished) == ["320102003015002", "320102003015003"]
    assert any("2" in note for note in report.notes)
    assert territory.get_area("320102003015002") is not None


def test_a_new_name_is_taken_over_and_the_old_one_still_finds_it(import_text):
    report = import_text(territory.areas_import, HEAD + "320102003011,community,320102003,新石桥社区居委会\n")

    assert report.changed == 1
    assert territory.get_area("320102003011").name == "新石桥社区居委会"
    assert AreaAlias.objects.filter(code="大石桥社区居委会").exists()
    assert territory.locate_text("新街口街道大石桥社区居委会").area_code == "320102003011"
    assert territory.locate_text("新街口街道新石桥社区").area_code == "320102003011"


def test_full_width_digits_are_normalised_and_noted(import_text):
    report = import_text(territory.areas_import, HEAD + "３２０１０２０９９,street,３２０１０２,试验街道\n")

    assert report.added == 1
    assert territory.get_area("320102099").name == "试验街道"
    assert any("2" in note for note in report.notes)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_usual_way_of_storing_text_is_read(import_text, codec):
    report = import_text(territory.areas_import, (HEAD + STREET).encode(codec))

    assert report.added == 1
    assert territory.get_area("320102099").name == "试验街道"


def test_a_workbook_with_another_extension_is_read_by_its_content(import_text):
    book = Workbook()
    for row in (
        ("试验区划表",),
        ("code", "level", "parent", "name"),
        ("320102099", "street", "320102", "试验街道"),
    ):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)

    assert import_text(territory.areas_import, buffer.getvalue(), "divisions.csv").added == 1


def test_an_import_leaves_one_ledger_entry_and_one_fact(import_text, owner):
    report = import_text(territory.areas_import, HEAD + STREET)

    assert report.imported
    with owner():
        entry = LedgerEntry.objects.filter(action="territory.import_areas").latest("id")
        assert entry.result == "ok"
        assert entry.object_hash != object_hash("file", "")
        assert Fact.objects.filter(kind="territory.tree_changed").exists()


def test_somebody_without_the_right_imports_nothing(city, tmp_path):
    path = tmp_path / "divisions.csv"
    path.write_text(HEAD + STREET, encoding="utf-8")
    worker = Actor(id=None, handle="worker", role="grid_worker")

    outcome = territory.areas_import(path=path, filename=path.name, by=worker, now=None)

    assert isinstance(outcome, Refusal)
    assert outcome.code == "territory_forbidden"


BAD_ROWS = {
    "letters in the code": ("32010209A,street,320102,试验街道\n", "code_invalid"),
    "a code too short": ("3201020,street,320102,试验街道\n", "code_invalid"),
    "a code too long": ("3201020030150011,grid,320102003015,网格\n", "code_invalid"),
    "no code": (",street,320102,试验街道\n", "code_missing"),
    "a code of zeros": ("000000,district,3201,零区\n", "code_invalid"),
    "another level than the code's": ("320102099,community,320102,试验街道\n", "level_mismatch"),
    "an unknown level": ("320102099,town,320102,试验街道\n", "level_unknown"),
    "no level": ("320102099,,320102,试验街道\n", "level_unknown"),
    "a parent that is nowhere": ("320199099,street,320199,试验街道\n", "parent_missing"),
    "no parent": ("320102099,street,,试验街道\n", "parent_missing"),
    "a parent two levels up": ("320102099,street,3201,试验街道\n", "parent_level"),
    "itself as parent": ("320102099,street,320102099,试验街道\n", "parent_level"),
    "a parent the code does not belong to": ("320104099,street,320102,试验街道\n", "parent_code"),
    "the same code twice": (STREET + STREET, "code_duplicate"),
    "no name": ("320102099,street,320102,\n", "name_missing"),
    "a name of a hundred characters": (f"320102099,street,320102,{'长' * 100}\n", "name_long"),
    "a formula as name": ("320102099,street,320102,=1+1\n", "formula"),
    "a link as name": ('320102099,street,320102,"=HYPERLINK(""http://x"")"\n', "formula"),
    "a code that lost its digits": ("3.20102E+11,community,320102003,某社区\n", "number_precision"),
    "a second city": ("3202,city,32,无锡市\n", "second_city"),
    "two areas that lie in each other": (
        "320102098,street,320102097,甲街道\n320102097,street,320102098,乙街道\n",
        "parent_level",
    ),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_one_bad_row_is_named_and_nothing_is_imported(import_text, case):
    rows, code = BAD_ROWS[case]
    before = everything()

    report = import_text(territory.areas_import, HEAD + "320102096,street,320102,好街道\n" + rows)

    assert not report.imported
    assert code in {problem.code for problem in report.problems}
    assert all(problem.row >= 3 for problem in report.problems)
    assert all(str(problem.message) for problem in report.problems)
    assert everything() == before


BAD_FILES = {
    "nothing": b"",
    "only a header": HEAD.encode(),
    "no header": STREET.encode(),
    "a large file of zeros": b"\x00" * 5_000_000,
    "a large file of digit zeros": b"0" * 5_000_000,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "a page": b"<html><table><tr><td>code</td></tr></table></html>",
    "a quotation mark that never closes": (
        HEAD + '320102099,street,320102,"试验街道\n' + STREET * 50
    ).encode(),
    "two encodings in one file": (HEAD + STREET).encode()
    + "320102098,street,320102,另街道\n".encode("gb18030"),
    "half of an archive": b"PK\x03\x04" + b"\x00" * 200,
    "another table": "name,phone,address\n甲,138,某处\n".encode(),
    "a missing column": "code,level,name\n320102099,street,试验街道\n".encode(),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_what_is_no_list_of_areas_is_refused_in_words(import_text, case):
    before = everything()

    outcome = import_text(territory.areas_import, BAD_FILES[case])

    assert isinstance(outcome, Refusal), outcome
    assert outcome.code == "territory_file"
    assert len(outcome.advice) > 8
    assert everything() == before
