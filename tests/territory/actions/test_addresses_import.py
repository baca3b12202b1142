"""Importing the address book: doors in grids, once each, and bad files that must change nothing."""

import pytest

from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.territory.models import Address
from tests.territory.conftest import DOORS, everything

HEAD = "area_code,road,number,compound,building,unit,room,longitude,latitude\n"
GOOD = "320102003015001,珠江路,273,,1,1,101,118.79,32.05\n"


def test_doors_go_into_the_book_with_their_grid(import_text):
    report = import_text(territory.addresses_import, HEAD + GOOD)

    assert (report.rows, report.added, report.changed, report.unchanged) == (1, 1, 0, 0)
    door = Address.objects.get()
    assert door.area_pos == territory.get_area("320102003015001").pos
    assert door.community_code == "320102003015"
    assert (door.road, door.number, door.compound, door.building, door.room) == (
        "珠江路",
        "273",
        "-",
        "1",
        "101",
    )
    assert territory.get_addresses([door.id])[door.id].text == "珠江路273号1幢1单元101室"


def test_the_same_book_again_changes_nothing(import_text, doors):
    before = list(Address.objects.order_by("id").values_list())

    report = import_text(territory.addresses_import, DOORS)

    assert (report.added, report.changed, report.unchanged) == (0, 0, 9)
    assert list(Address.objects.order_by("id").values_list()) == before


def test_a_door_that_changed_its_grid_keeps_its_id(import_text):
    import_text(territory.addresses_import, HEAD + GOOD)
    door = Address.objects.get()

    report = import_text(territory.addresses_import, HEAD + GOOD.replace("015001", "015002"))

    assert (report.added, report.changed) == (0, 1)
    moved = Address.objects.get()
    assert moved.id == door.id
    assert moved.area_pos == territory.get_area("320102003015002").pos


@pytest.mark.parametrize(
    "row",
    [
        "320102003015001,珠江路,273号,,1幢,1单元,101室,,\n",
        "320102003015001,珠江路,２７３,,1,1,101,,\n",
        "３２０１０２００３０１５００１,珠 江 路,0273,-,01,1,0101,,\n",
        "320102003015001,珠江路,273,无,1,1,101,0,0\n",
    ],
)
def test_ways_of_writing_one_door_are_one_door(import_text, row):
    import_text(territory.addresses_import, HEAD + GOOD)

    report = import_text(territory.addresses_import, HEAD + row)

    assert report.added == 0
    assert Address.objects.count() == 1


def test_a_row_twice_is_one_door_and_noted(import_text):
    report = import_text(territory.addresses_import, HEAD + GOOD + GOOD)

    assert (report.rows, report.added) == (2, 1)
    assert any("1" in note for note in report.notes)


BAD_ROWS = {
    "no area": (",珠江路,1,,,,,,\n", "area_not_grid"),
    "an unknown grid": ("320102003015099,珠江路,1,,,,,,\n", "area_not_grid"),
    "a community": ("320102003015,珠江路,1,,,,,,\n", "area_not_grid"),
    "neither road nor compound": ("320102003015001,,1,,,,,,\n", "door_missing"),
    "words as position": ("320102003015001,珠江路,1,,,,,x,y\n", "position_wrong"),
    "half a position": ("320102003015001,珠江路,1,,,,,118.7,\n", "position_wrong"),
    "a position off the earth": ("320102003015001,珠江路,1,,,,,200,32\n", "position_wrong"),
    "a position that is no number": ("320102003015001,珠江路,1,,,,,nan,nan\n", "position_wrong"),
    "an infinite position": ("320102003015001,珠江路,1,,,,,inf,1\n", "position_wrong"),
    "a formula": ("320102003015001,=cmd(),1,,,,,,\n", "formula"),
    "one door in two grids": (GOOD.replace("015001", "015002"), "door_in_two_grids"),
    "a code that lost its digits": ("3.20102E+14,珠江路,1,,,,,,\n", "number_precision"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_one_bad_row_is_named_and_no_door_is_imported(import_text, case):
    row, code = BAD_ROWS[case]
    before = everything()

    report = import_text(territory.addresses_import, HEAD + GOOD + row)

    assert not report.imported
    assert code in {problem.code for problem in report.problems}
    assert all(str(problem.message) for problem in report.problems)
    assert everything() == before


BAD_FILES = {
    "nothing": b"",
    "only a header": HEAD.encode(),
    "no header": GOOD.encode(),
    "zeros": b"\x00" * 2_000_000,
    "digit zeros": b"0" * 5_000_000,
    "a picture": b"\xff\xd8\xff\xe0" + b"\x00" * 100,
    "a page": b"<html><body>area_code</body></html>",
    "half of an archive": b"PK\x03\x04" + b"\x00" * 200,
    "an open quotation mark": (HEAD + '"' + GOOD * 3).encode(),
    "two encodings": (HEAD + GOOD).encode() + GOOD.encode("gb18030"),
    "a list of people": "name,phone\n甲,1\n".encode(),
    "no area column": "road,number,room\n珠江路,1,2\n".encode(),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_what_is_no_address_book_is_refused_in_words(import_text, case):
    before = everything()

    outcome = import_text(territory.addresses_import, BAD_FILES[case])

    assert isinstance(outcome, Refusal), outcome
    assert outcome.code == "territory_file"
    assert everything() == before


def test_many_bad_rows_are_all_counted_and_the_first_listed(import_text):
    report = import_text(territory.addresses_import, HEAD + "1,珠江路,1,,,,,,\n" * 1_200)

    assert report.problems_count == 1_200
    assert len(report.problems) == 500
    assert report.problems[0].row == 2
