"""What may be learned of a text as a way of saying a grid, as a table: never anybody's name or number."""

import pytest

from gridward.country.api import pack
from gridward.territory.rules.names import Named
from gridward.territory.rules.sayings import saying_key, why_not
from gridward.territory.rules.verdict import AMBIGUOUS, FOUND, PARTIAL, UNKNOWN, Located, Tree

CN = pack("cn")
STREET = Named(100, 200, "street", "S", "C")
COMMUNITY = Named(110, 150, "community", "SC", "S")
GRID = Named(120, 121, "grid", "SCG", "SC")
NEXT = Named(122, 123, "grid", "SCH", "SC")
ELSEWHERE = Named(160, 161, "grid", "SDG", "SD")
TREE = Tree({one.code: one for one in (STREET, COMMUNITY, GRID, NEXT, ELSEWHERE)}, {})
THERE = Located(PARTIAL, "SC", "community", 110)

#: The text behind the community, where it was located, the grid that was confirmed, and why it is not learned.
CASES = {
    "a compound's building": ("红星大院3幢", THERE, GRID, ""),
    "a house number": ("珠江路999号", THERE, GRID, ""),
    "last words": ("菜场后面的红房子", THERE, GRID, ""),
    "a contradiction somebody resolved": (
        "红星大院3幢", Located(AMBIGUOUS, "S", "street", 100, None, ("SC", "SD")), GRID, "",
    ),
    "the book knows it": ("红星大院3幢", Located(FOUND, "SCG", "grid", 120), GRID, "known"),
    "the book has it in several grids": (
        "红星大院3幢", Located(PARTIAL, "SC", "community", 110, None, ("SCG", "SCH")), GRID, "in_several",
    ),
    "the text names another area": ("红星大院3幢", THERE, ELSEWHERE, "elsewhere"),
    "the text names no area of ours": ("红星大院3幢", Located(UNKNOWN), GRID, "elsewhere"),
    "an area alone": ("", THERE, GRID, "says_too_little"),
    "a road alone": ("珠江路", THERE, GRID, "says_too_little"),
    "somebody's home": ("张小红家隔壁的店", THERE, GRID, "about_somebody"),
    "a title": ("菜场东头李阿姨店", THERE, GRID, "about_somebody"),
    "a telephone": ("红房子打13912345678", THERE, GRID, "about_somebody"),
    "the row's own name": ("欧阳菲菲开的店", THERE, GRID, "about_somebody"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_text_is_learned_or_it_is_said_why_not(name: str) -> None:
    text, located, grid, why = CASES[name]
    door = CN.read_address(f"新街口街道成贤街社区{text}")

    assert why_not(located, door, grid, TREE, CN, ("欧阳菲菲", "15400000000", "")) == why


def test_rooms_and_what_stands_behind_a_door_are_not_in_the_words_it_is_kept_under() -> None:
    door = CN.read_address("成贤街社区红星大院3幢2单元501室王小明收")

    assert saying_key("SC", door, CN) == "SC|-|-|红星大院|3|-|-|"
    assert saying_key("", door, CN) == ""


@pytest.mark.parametrize(
    ("words", "does"),
    [
        ("王小明家", True),
        ("李阿姨", True),
        ("欧阳先生", True),
        ("金陵家园", False),
        ("菜场后面的红房子", False),
        ("", False),
    ],
)
def test_a_name_in_words_about_a_place_is_seen_by_the_way_it_is_written(words: str, does: bool) -> None:
    assert CN.names_somebody(words) is does


@pytest.mark.parametrize(("words", "does"), [("Ada's house", True), ("Mill Lane", False)])
def test_the_small_country_sees_it_too(words: str, does: bool) -> None:
    assert pack("xx").names_somebody(words) is does
