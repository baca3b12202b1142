"""The parts of a door in the address book: however a row writes them, they are spelled as a text's reading is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import AddressReading, pack
from gridward.territory.rules.doorplates import PARTS, DoorSpelling, copy_line, position

CN = pack("cn")


def spelled(**cells: str) -> dict[str, str]:
    """The parts of a row that are not empty."""
    parts = DoorSpelling(CN.read_address).parts(cells)
    return {part: getattr(parts, part) for part in PARTS if getattr(parts, part)}


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"road": "珠江路", "number": "273", "room": "101"}, {"road": "珠江路", "number": "273", "room": "101"}),
        ({"road": " 珠江 路 ", "number": "２７３"}, {"road": "珠江路", "number": "273"}),
        ({"road": "珠江路", "number": "0273", "building": "01"}, {"road": "珠江路", "number": "273", "building": "1"}),
        ({"road": "珠江路", "number": "0"}, {"road": "珠江路", "number": "0"}),
        ({"road": "珠江路", "number": "273号"}, {"road": "珠江路", "number": "273"}),
        ({"compound": "丹凤花园", "building": "1幢"}, {"compound": "丹凤花园", "building": "1"}),
        (
            {"road": "珠江路", "number": "273号", "building": "3号楼", "unit": "2单元", "room": "501室"},
            {"road": "珠江路", "number": "273", "building": "3", "unit": "2", "room": "501"},
        ),
        ({"road": "珠江路", "building": "a3", "room": "b101"}, {"road": "珠江路", "building": "A3", "room": "B101"}),
        ({"road": "珠江路", "number": "4-1"}, {"road": "珠江路", "number": "4-1"}),
        ({"road": "珠江路", "number": "-", "compound": "无", "building": "none"}, {"road": "珠江路"}),
        ({"road": "无", "compound": ""}, {}),
        ({}, {}),
    ],
)  # fmt: skip
def test_parts_are_bare_numbers_in_one_width(cells, parts):
    assert spelled(**cells) == parts


NUMBERS = st.integers(1, 9_999).map(str)
WAYS = st.sampled_from(
    [
        lambda n, word: n,
        lambda n, word: f" {n} ",
        lambda n, word: f"0{n}",
        lambda n, word: n.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)}),
        lambda n, word: f"{n}{word}",
        lambda n, word: f" {n} {word}",
    ]
)


@given(
    NUMBERS, st.integers(1, 99).map(str), st.integers(1, 9).map(str), st.integers(101, 3_305).map(str), WAYS
)
def test_a_row_and_a_text_about_one_door_have_one_key(number, building, unit, room, way):
    row = DoorSpelling(CN.read_address).parts(
        {
            "road": "珠江路",
            "number": way(number, "号"),
            "building": way(building, "幢"),
            "unit": way(unit, "单元"),
            "room": way(room, "室"),
        }
    )
    text = CN.read_address(f"玄武区珠江路{number}号{building}幢{unit}单元{room}室")

    assert CN.address_key(row) == CN.address_key(text)


@given(st.dictionaries(st.sampled_from(PARTS), st.text(max_size=30)))
def test_any_cells_settle_at_once_and_fit_on_a_line_of_copy(cells):
    spelling = DoorSpelling(CN.read_address)

    parts = spelling.parts(cells)

    assert isinstance(parts, AddressReading)
    assert spelling.parts(cells) == parts == DoorSpelling(CN.read_address).parts(cells)
    line = copy_line([1, 2.5, None, *(getattr(parts, part) for part in PARTS)])
    assert line.count("\t") == 2 + len(PARTS)
    assert line.count("\n") == 1


@pytest.mark.parametrize(
    ("longitude", "latitude", "point"),
    [
        ("118.79", "32.05", (118.79, 32.05)),
        (" 118.79", "32.05 ", (118.79, 32.05)),
        ("1.1879e2", "32", (118.79, 32.0)),
        ("-180", "-90", (-180.0, -90.0)),
        ("", "", None),
        ("0", "0.0", None),  # what programs write that do not know
        ("0", "51.5", (0.0, 51.5)),
    ],
)
def test_a_position_is_two_numbers_of_degrees_or_none(longitude, latitude, point):
    assert position({"longitude": longitude, "latitude": latitude}) == point


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [("118.79", ""), ("", "32"), ("east", "32"), ("nan", "32"), ("118", "inf"), ("180.1", "0"), ("118", "-90.5"),
     ("118,79", "32"), ("118°47′", "32°3′"), ("13223000", "3768000")],
)  # fmt: skip
def test_a_wrong_position_is_an_error_and_never_a_place(longitude, latitude):
    with pytest.raises(ValueError):
        position({"longitude": longitude, "latitude": latitude})


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ((1, "珠江路", "-"), "1\t珠江路\t-\n"),
        ((1, None, 2.5), "1\t\\N\t2.5\n"),
        ((r"a\b", r"\N"), "a\\\\b\t\\\\N\n"),
    ],
)
def test_a_line_of_copy_says_what_the_values_are(values, line):
    assert copy_line(values) == line
