"""Reading a text: the country's reading and the tree's names, put together without looking anything up."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridward.territory.rules.names import NameIndex, build_index
from gridward.territory.rules.reading import Understood, understand, understand_many
from tests.examples import examples
from tests.territory.rules.plan_town import CN, HOME, NAMED, codes, index

INDEX = index()


def read(text: str) -> Understood:
    return understand(text, CN.read_address(text), INDEX, HOME)


@pytest.mark.parametrize(
    ("text", "found", "road", "number", "compound"),
    [
        ("玄武区新街口街道成贤街社区珠江路273号", ("320102003015",), "珠江路", "273", ""),
        ("玄武区成贤街43号", ("320102",), "成贤街", "43", ""),
        ("玄武区珠江路275号丹凤花园3幢", ("320102",), "珠江路", "275", "丹凤花园"),
        # Half a community's name in front of the road is not the road's.
        ("新街口街道成贤街珠江路273号", ("320102003015",), "珠江路", "273", ""),
        ("玄武区新街口珠江路273号", ("320102003",), "珠江路", "273", ""),
        # A community behind the door, with and without brackets.
        ("珠江路273号(成贤街社区)", ("320102003015",), "珠江路", "273", ""),
        ("珠江路273号成贤街社区", ("320102003015",), "珠江路", "273", ""),
        ("现住址:玄武区珠江路273号", ("320102",), "珠江路", "273", ""),
        ("江苏玄武区珠江路273号", ("320102",), "珠江路", "273", ""),
        ("丹凤花园3幢", (), "", "", "丹凤花园"),
    ],
)
def test_what_is_an_areas_name_is_no_roads_and_the_other_way_round(text, found, road, number, compound):
    one = read(text)

    assert codes(one.followed.areas) == found
    assert (one.door.road, one.door.number, one.door.compound) == (road, number, compound)
    assert not (one.alien or one.unread)


@pytest.mark.parametrize(
    "text",
    [
        "北京市朝阳区建国路1号",
        "浙江省杭州市西湖区珠江路273号",
        "徐州市鼓楼区新街口街道",  # our names, another city
        "江苏省徐州市玄武区新街口街道",  # our province, another city
        "江苏徐州玄武区新街口街道",
        "朝阳区三里屯路5号",  # a county that is none of ours, and no city
        "天津市和平区新街口街道",
    ],
)
def test_a_province_a_city_or_a_county_elsewhere_makes_it_foreign(text):
    one = read(text)

    assert one.alien
    assert one.followed.areas == ()


def test_an_area_of_ours_may_begin_like_a_city_elsewhere():
    market = build_index(
        [(NAMED["320102007009"], ["徐州市场社区", "徐州市场"]), (NAMED["320102"], ["玄武区"])]
    )

    def in_market(text: str) -> Understood:
        return understand(text, CN.read_address(text), market, HOME)

    assert codes(in_market("徐州市场社区").followed.areas) == ("320102007009",)
    assert in_market("徐州市玄武区").alien


def test_a_zone_inside_our_city_says_nothing_and_what_follows_does():
    assert codes(read("南京市江北新区新街口街道").followed.areas) == ("320102003",)
    assert codes(read("南京市江北新区").followed.areas) == ("3201",)


def test_what_only_surrounds_the_tree_is_no_area_of_it():
    assert read("江苏省").followed.areas == ()
    assert codes(read("江苏省南京市").followed.areas) == ("3201",)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("玄武区新街口街道不存在社区幸福路12号", True),
        ("玄武区不存在街道幸福路12号", True),
        ("玄武区新街口街道幸福路12号", False),
        ("玄武区新街口街道成贤街社区幸福路12号", False),
    ],
)
def test_an_area_that_the_tree_does_not_have_is_told(text, unread):
    assert read(text).unread is unread


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("秦淮区珠江路273号(成贤街社区)", ("320102003015",)),
        ("大石桥社区珠江路273号(成贤街社区)", ()),  # the pack reads one community; the first one counts
        ("玄武区秦虹街道珠江路273号", ("320104001",)),
    ],
)
def test_areas_that_do_not_fit_together_stand_against_each_other(text, against):
    assert codes(read(text).followed.against) == against


PIECES = ["南京市", "玄武区", "秦淮区", "新街口街道", "新街口", "成贤街社区", "成贤街", "新庄社区", "周营",
          "江北新区", "朝阳区", "珠江路", "273号", "丹凤花园", "3幢", "(", ")", " ", "住址", "上海市"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=60))
def test_any_text_is_understood_in_the_same_way_twice_and_a_foreign_one_names_nothing(text):
    one = read(text)

    assert one == read(text)
    assert not (one.alien and (one.followed.areas or one.followed.maybe))
    # A door's parts are pieces of what the country read, never longer.
    reading = CN.read_address(text)
    assert reading.road.endswith(one.door.road)
    assert reading.compound.endswith(one.door.compound)
    assert one.door.number == reading.number


#: The town, and grids whose names have numbers in them.
NUMBERED = build_index(
    [
        (NAMED["3201"], ["南京市", "南京"]),
        (NAMED["320102"], ["玄武区", "玄武"]),
        (NAMED["320102003"], ["新街口街道", "新街口"]),
        (NAMED["320102003015"], ["成贤街社区", "成贤街"]),
        (
            replace(NAMED["320102003015"], level="grid", code="g1", parent_code="320102003015"),
            ["成贤街社区第1网格"],
        ),
        (
            replace(NAMED["320102003015"], level="grid", code="g2", parent_code="320102003015"),
            ["成贤街社区第2网格"],
        ),
    ]
)
PIECES = (
    "南京市", "玄武区", "新街口街道", "成贤街社区", "成贤街", "第", "网格", "珠江路", "号", "幢", "室", "丹凤花园", "3",
    "4", "12", "1", "2", "１", "②", " ", "北京市", "朝阳区", "三里屯路", "(", ")", "-", "北5村",
)  # fmt: skip


def other_digits(text: str) -> str:
    return "".join(
        str((int(char) + place) % 10) if char in "0123456789" else char for place, char in enumerate(text)
    )


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), max_size=5))
@example(["成贤街社区第1网格", "成贤街社区第2网格"])
@example(["成贤街社区第１网格", "成贤街社区第②网格", "成贤街社区第 2网格"])
@pytest.mark.parametrize("names", [INDEX, NUMBERED], ids=["the town", "with numbered grids"])
def test_many_texts_say_what_each_of_them_says(names: NameIndex, texts: list[str]) -> None:
    column = [*texts, *map(other_digits, texts), *texts]
    readings = [CN.read_address(text) for text in column]

    assert understand_many(column, readings, names, HOME) == [
        understand(text, reading, names, HOME) for text, reading in zip(column, readings, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("成贤街社区第1网格", True),
        ("第7组", True),
        ("珠江路273号", False),
        ("成贤街社区", False),
        ("第", False),
    ],
)
def test_a_number_may_be_a_names_only_behind_what_stands_before_one(text: str, may: bool) -> None:
    assert NUMBERED.may_name_number(text) is may
    assert build_index([(NAMED["3201"], ["南京市"])]).may_name_number(text) is False
    assert build_index([(NAMED["3201"], ["1号区"])]).may_name_number("南京") is True
