"""Following names through a text: longest first, on one path, and never choosing between equals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.territory.rules.names import (
    SEPARATORS,
    Followed,
    Mark,
    build_index,
    common_area,
    confirmed,
    follow_names,
    narrowed,
    plain,
)
from tests.territory.rules.plan_town import AREAS, NAMED, codes, index

INDEX = index()
XUANWU, STREET, COMMUNITY = NAMED["320102"], NAMED["320102003"], NAMED["320102003015"]
QINHUAI, VILLAGE, DASHIQIAO = NAMED["320104"], NAMED["320116001201"], NAMED["320102003011"]
NEW_ONES = (NAMED["320102007009"], NAMED["320116001013"])


def never(start: int, end: int) -> bool:
    return False


def always(start: int, end: int) -> bool:
    return True


def follow(text: str, goes_on=never) -> Followed:
    return follow_names(plain(text), INDEX, goes_on)


@pytest.mark.parametrize(
    ("text", "found", "tail"),
    [
        ("玄武区", ("320102",), 3),
        ("玄武区新街口街道成贤街社区居委会珠江路", ("320102003015",), 16),
        ("玄武区新街口街道成贤街社区珠江路", ("320102003015",), 13),
        ("江苏省南京市玄武区", ("320102",), 9),
        ("江苏南京玄武", ("320102",), 6),
        ("玄武区,新街口街道;珠江路", ("320102003",), 10),
        ("新街口街道玄武区", ("320102003",), 8),  # the wider area behind the narrower one narrows nothing
        ("成贤街社区第2网格", ("320102003015002",), 9),
        ("新庄社区", ("320102007009", "320116001013"), 4),
        ("玄武区新庄社区", ("320102007009",), 7),
        ("新庄社区玄武区", ("320102007009",), 7),
        ("珠江路", (), 0),
        ("", (), 0),
        (",,, ", (), 3),
    ],
)
def test_names_are_followed_from_the_left_as_long_as_they_lie_on_one_path(text, found, tail):
    followed = follow(text)

    assert (codes(followed.areas), followed.tail, followed.against) == (found, tail, ())


@pytest.mark.parametrize(
    ("text", "found", "against"),
    [
        ("玄武区秦淮区", ("320102",), ("320104",)),
        ("秦淮区成贤街社区", ("320104",), ("320102003015",)),
        ("新庄社区中牌楼社区", ("320102007009", "320116001013"), ("320104001001",)),
        ("新街口街道大石桥社区成贤街社区", ("320102003011",), ("320102003015",)),
    ],
)
def test_a_marked_name_that_lies_elsewhere_speaks_against(text, found, against):
    followed = follow(text)

    assert (codes(followed.areas), codes(followed.against)) == (found, against)


def test_a_bare_name_that_lies_elsewhere_says_nothing():
    followed = follow("玄武区秦淮")

    assert (codes(followed.areas), followed.against, followed.tail) == (("320102",), (), 3)


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("玄武", True),  # nothing follows
        ("玄武某处", False),
        ("玄武区某处", True),
        ("玄武新街口某处", False),  # two halves of names are no whole one
        ("玄武新街口街道某处", True),
        ("玄武区新街口某处", True),  # inside an area that was named
        ("南京市玄武某处", True),  # a district may lack its word behind the city
        ("南京市成贤街某处", False),  # a community may not: it might be a road
        ("江苏省成贤街某处", False),
        ("某处玄武区", True),
    ],
)
def test_half_a_name_is_only_sure_inside_an_area_or_at_the_end(text, sure):
    assert follow(text).sure is sure


def test_a_name_that_goes_on_as_a_roads_is_only_a_possibility():
    followed = follow("玄武区成贤街", always)

    assert (codes(followed.areas), codes(followed.maybe), followed.ends) == (
        ("320102",),
        ("320102003015",),
        True,
    )
    assert not follow("玄武区成贤街43号", always).ends
    # The official name is an area's whatever follows.
    assert codes(follow("玄武区新街口街道", always).areas) == ("320102003",)


def test_the_settlement_is_the_village_right_below_the_area_named_last():
    assert follow("雄州街道周营", always).settlement == VILLAGE
    assert follow("六合区周营", always).settlement is None  # not right below
    assert follow("雄州街道周营3号", always).settlement is None  # something follows
    assert follow("新街口街道成贤街", always).settlement is None  # no village
    assert follow("周营", always).settlement is None  # nothing around it


def test_what_is_somebodys_official_name_means_that_first():
    hill, other = NAMED["320102007"], NAMED["320116001"]
    both = build_index([(hill, ["红山", "红山街道"]), (other, ["红山村", "红山"])])

    assert [(codes(m.areas), m.mark) for m in both.matches("红山", 0)] == [
        ((hill.code,), Mark.OFFICIAL),
        ((hill.code, other.code), Mark.BARE),
    ]


def test_an_index_gives_the_longest_name_first_and_only_where_it_stands():
    assert [match.length for match in INDEX.matches("成贤街社区居委会", 0)] == [8, 5, 3]
    assert [match.length for match in INDEX.matches("在成贤街社区", 1)] == [5, 3]
    assert (
        list(INDEX.matches("在成贤街社区", 0))
        == list(INDEX.matches("成", 0))
        == list(INDEX.matches("", 0))
        == []
    )


def test_only_a_name_with_its_word_is_certain():
    assert INDEX.certain("成贤街社区") == INDEX.certain("成贤街社区居委会") == (COMMUNITY,)
    assert INDEX.certain("成贤街") == INDEX.certain("不存在") == ()
    assert set(INDEX.certain("新庄社区")) == set(NEW_ONES)


@pytest.mark.parametrize(
    ("known", "more", "left"),
    [
        ((), (XUANWU,), ("320102",)),
        ((XUANWU,), (STREET,), ("320102003",)),
        ((STREET,), (XUANWU,), ("320102003",)),
        ((XUANWU,), NEW_ONES, ("320102007009",)),
        (NEW_ONES, (XUANWU,), ("320102007009",)),
        ((XUANWU,), (QINHUAI,), ()),
        ((STREET, QINHUAI), (COMMUNITY, QINHUAI), ("320102003015", "320104")),
    ],
)
def test_two_statements_narrow_each_other_to_the_paths_that_both_allow(known, more, left):
    assert codes(narrowed(known, more)) == left


AREA = st.sampled_from(sorted(NAMED.values(), key=lambda area: area.code))
SOME = st.lists(AREA, min_size=1, max_size=4, unique=True).map(tuple)


@given(SOME, SOME)
def test_narrowing_is_fair_to_both_sides_and_widens_nothing(one, other):
    both = set(narrowed(one, other))

    assert both == set(narrowed(other, one))
    for area in both:
        assert any(area.on_one_path(a) and area.pos >= a.pos for a in one)
        assert any(area.on_one_path(a) and area.pos >= a.pos for a in other)


@given(AREA, AREA)
def test_two_areas_are_on_one_path_when_one_code_begins_with_the_other(one, other):
    assert one.on_one_path(other) == other.on_one_path(one)
    assert one.on_one_path(other) == (one.code.startswith(other.code) or other.code.startswith(one.code))


@given(SOME)
def test_the_common_area_is_the_narrowest_around_all(areas):
    around = common_area(areas, NAMED)

    prefix = areas[0].code
    while not all(area.code.startswith(prefix) for area in areas) or prefix not in NAMED:
        prefix = prefix[:-1]
    assert around == NAMED[prefix]


def test_nothing_has_no_common_area():
    assert common_area((), NAMED) is None


@pytest.mark.parametrize(
    ("followed", "said", "found", "against", "sure"),
    [
        (Followed((XUANWU,)), (COMMUNITY,), ("320102003015",), (), True),
        (Followed((COMMUNITY,), sure=False), (COMMUNITY,), ("320102003015",), (), True),
        (Followed(), NEW_ONES, ("320102007009", "320116001013"), (), True),
        (Followed((XUANWU,)), NEW_ONES, ("320102007009",), (), True),
        (Followed((QINHUAI,)), (COMMUNITY,), ("320104",), ("320102003015",), True),
        (Followed((QINHUAI,), against=(XUANWU,)), (QINHUAI,), ("320104",), ("320102",), True),
    ],
)
def test_a_part_named_elsewhere_in_the_text_confirms_or_contradicts(followed, said, found, against, sure):
    after = confirmed(followed, said)

    assert (codes(after.areas), codes(after.against), after.sure) == (found, against, sure)


WORDS = ["新街口", "玄武", "成贤街", "周营", "新庄", "路", "1号", "江苏", *SEPARATORS]
TEXT = st.lists(
    st.sampled_from([*(name for _level, name in AREAS.values()), *WORDS]), max_size=7
).map("".join)  # fmt: skip


@given(TEXT, st.booleans())
def test_whatever_stands_in_a_text_its_areas_are_named_in_it_and_lie_on_one_path(text, roads):
    followed = follow(text, always if roads else never)

    assert 0 <= followed.tail <= len(plain(text))
    read = plain(text)[: followed.tail]
    assert bool(followed.areas) == bool(read.strip(SEPARATORS)) or followed.against
    for area in (*followed.areas, *followed.maybe):
        if area.code in AREAS:
            name = AREAS[area.code][1]
            assert name[:2] in plain(text), (text, area)
    assert not (followed.against and followed.maybe)
    # A blank anywhere between characters changes nothing.
    assert follow(" ".join(text), always if roads else never) == followed


@given(st.text("玄武区1号aA", max_size=12), st.text(" \t\r\n\u3000\xa0", max_size=4), st.integers(0, 12))
def test_plain_text_has_one_width_and_no_blanks(text, blanks, place):
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})

    assert plain(text[:place] + blanks + text[place:]) == plain(wide[:place] + blanks + wide[place:]) == text


def test_an_empty_index_knows_nothing():
    nothing = build_index([])

    assert follow_names("玄武区", nothing, never) == Followed()
    assert list(nothing.matches("玄武区", 0)) == []
