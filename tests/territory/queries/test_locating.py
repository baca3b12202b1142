"""Locating texts: the narrowest sure area wins, equals are listed, contradictions are never decided."""

import random
from collections import Counter

import pytest

from gridward.territory import api as territory
from gridward.territory.models import Area
from gridward.territory.queries import locating

pytestmark = pytest.mark.slow

CITY, XUANWU, QINHUAI, YUHUA = "3201", "320102", "320104", "320114"
STREET, COMMUNITY, GRID = "320102003", "320102003015", "320102003015001"
DASHIQIAO, XIANGPUYING = "320102003011", "320102003001"

#: (text, status, area): what stands in the address book is in `conftest.DOORS`.
TEXTS = [
    # A door of the book, written as people write.
    ("玄武区新街口街道成贤街社区珠江路273号", "found", GRID),
    ("南京市玄武区新街口街道成贤街社区居委会珠江路273号1幢1单元101室", "found", GRID),
    ("江苏省南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元102", "found", GRID),
    ("江苏南京玄武新街口街道成贤街社区珠江路273号", "found", GRID),
    ("新街口街道成贤街社区珠江路273号", "found", GRID),
    ("新街口街道成贤街珠江路273号", "found", GRID),
    ("成贤街社区珠江路273号", "found", GRID),
    ("成贤街居委会珠江路273号", "found", GRID),
    ("珠江路273号", "found", GRID),
    ("珠江路273号(成贤街社区)", "found", GRID),
    ("珠江路273号成贤街社区", "found", GRID),
    ("玄武区珠江路273号", "found", GRID),
    ("玄武区,新街口街道,珠江路273号", "found", GRID),
    ("南京市 玄武区 新街口街道 成贤街社区 珠江路２７３号", "found", GRID),
    ("住址:玄武区珠江路273号1幢1单元101室", "found", GRID),
    ("家住玄武区新街口街道珠江路273号", "found", GRID),
    ("玄武区成贤街43号2幢1单元201室", "found", GRID),
    ("成贤街43号", "found", GRID),
    ("新街口街道珠江路301号学府公寓1幢", "found", "320102003011001"),
    ("学府公寓1幢1单元101室", "ambiguous", DASHIQIAO),
    ("玄武区学府公寓1幢1单元101室", "found", "320102003011001"),
    ("玄武区珠江路275号丹凤花园3幢1单元101室", "found", "320102003015003"),
    ("玄武区珠江路275号丹凤花园2幢9单元999室", "found", "320102003015002"),
    ("成贤街社区第1网格", "found", GRID),
    # A plate in several grids: no grid is sure, the community is.
    ("玄武区珠江路275号", "partial", COMMUNITY),
    ("玄武区新街口街道成贤街社区珠江路275号丹凤花园", "partial", COMMUNITY),
    # The same plate in two districts.
    ("中山路18号", "ambiguous", CITY),
    ("玄武区中山路18号", "found", "320102003001001"),
    ("秦淮区中山路18号", "found", "320104001001001"),
    ("秦虹街道中山路18号1幢", "found", "320104001001001"),
    # A community says one thing, the door another.
    ("大石桥社区珠江路273号", "ambiguous", STREET),
    ("玄武区新街口街道大石桥社区珠江路273号1幢1单元101室", "ambiguous", STREET),
    # Only names.
    ("南京市", "partial", CITY),
    ("江苏省南京市玄武区", "partial", XUANWU),
    ("玄武区", "partial", XUANWU),
    ("南京玄武", "partial", XUANWU),
    ("新街口街道", "partial", STREET),
    ("新街口街道办事处", "partial", STREET),
    ("新街口", "partial", STREET),
    ("玄武区新街口", "partial", STREET),
    ("成贤街社区居委会", "partial", COMMUNITY),
    ("成贤街社区居民委员会", "partial", COMMUNITY),
    ("成贤街社区", "partial", COMMUNITY),
    ("玄武区成贤街社区", "partial", COMMUNITY),
    ("石头寨村", "partial", "320117101205"),
    ("石头寨村3组12号", "partial", "320117101205"),
    ("江宁东山街道佘村社区", "partial", "320115001013"),
    ("江宁区江宁街道", "partial", "320115006"),
    ("徐庄高新技术产业开发区", "partial", "320102400"),
    ("中国（南京）软件谷", "partial", "320114402"),
    ("高淳县茶叶实验场", "partial", "320118401"),
    ("南京市江北新区泰山街道花旗社区", "partial", "320111001038"),
    ("阳江镇平干圩村", "partial", "320118101211"),
    ("板桥街道孙家社区", "partial", "320114005004"),
    # A door nobody knows: the narrowest named area stays.
    ("玄武区新街口街道成贤街社区幸福路12号3幢2单元501室", "partial", COMMUNITY),
    ("玄武区新街口街道幸福路12号", "partial", STREET),
    ("秦淮区珠江路273号", "partial", QINHUAI),
    ("玄武区新街口街道不存在社区幸福路12号", "partial", STREET),
    # Names that occur twice.
    ("新庄社区居委会", "ambiguous", CITY),
    ("玄武区新庄社区", "partial", "320102007009"),
    ("红山街道新庄社区", "ambiguous", CITY),
    ("锁金村街道新庄社区", "partial", "320102007009"),
    ("板桥社区", "ambiguous", CITY),
    ("雨花台区板桥社区", "partial", "320114005001"),
    ("板桥街道板桥社区", "partial", "320114005001"),
    ("板桥", "ambiguous", CITY),
    ("新街口街道不存在社区珠江路273号", "ambiguous", COMMUNITY),
    # Parts that contradict each other.
    ("秦淮区成贤街社区", "ambiguous", CITY),
    ("玄武区秦淮区", "ambiguous", CITY),
    ("鼓楼区梅园新村街道", "ambiguous", CITY),
    ("玄武区板桥街道孙家社区", "ambiguous", CITY),
    # Roads, gates and compounds that begin like an area.
    ("珠江路", "ambiguous", ""),
    ("玄武区珠江路", "partial", XUANWU),
    ("玄武区新街口街道珠江路", "partial", STREET),
    ("珠江路9999号", "ambiguous", ""),
    ("成贤街", "ambiguous", COMMUNITY),
    ("长江路99号", "ambiguous", ""),
    ("江宁路15号", "ambiguous", ""),
    ("玄武大道699号", "ambiguous", ""),
    ("湖滨花园3幢", "ambiguous", ""),
    ("王村路15号", "ambiguous", ""),
    ("玄武区新街口街道成贤街99号", "partial", STREET),
    # Elsewhere, or nowhere.
    ("北京市朝阳区建国路1号", "unknown", ""),
    ("上海市黄浦区南京东路100号", "unknown", ""),
    ("南京东路100号", "unknown", ""),
    ("苏州市姑苏区观前街", "unknown", ""),
    ("徐州市鼓楼区", "unknown", ""),
    ("江苏省徐州市鼓楼区中央门街道", "unknown", ""),
    ("江苏省苏州市姑苏区珠江路273号", "unknown", ""),
    ("江苏省阳江镇平干圩村", "partial", "320118101211"),
    ("浙江省杭州市西湖区珠江路273号", "unknown", ""),
    ("朝阳区三里屯路5号", "unknown", ""),
    ("天津市和平区新街口街道", "unknown", ""),
    ("", "unknown", ""),
    ("   ", "unknown", ""),
    ("不详", "unknown", ""),
    ("13800000000", "unknown", ""),
    ("asdf;drop table", "unknown", ""),
]


@pytest.mark.parametrize(("text", "status", "code"), TEXTS)
def test_a_text_is_located_no_narrower_than_it_is_sure(doors, text, status, code):
    located = territory.locate_text(text)

    assert located.status == status, located
    if code:
        assert located.area_code == code, located
        assert located.area_pos == territory.get_area(code).pos
        assert located.level == territory.get_area(code).level


def test_whole_columns_are_answered_as_single_texts_are(doors):
    texts = [text for text, _status, _code in TEXTS]

    assert territory.locate_texts([*texts, *texts]) == [territory.locate_text(text) for text in texts] * 2


def test_a_found_text_is_in_one_grid_and_an_exact_door_has_its_id(doors):
    plate, exact = territory.locate_texts(["玄武区珠江路273号", "玄武区珠江路273号1幢1单元101室"])

    assert plate.level == exact.level == "grid"
    assert plate.address_id is None
    assert territory.get_addresses([exact.address_id])[exact.address_id].room == "101"


def test_ambiguous_answers_list_what_fits(doors):
    assert territory.locate_text("新庄社区").candidates == ("320102007009", "320116001013")
    assert territory.locate_text("中山路18号").candidates == (XIANGPUYING, "320104001001")
    assert territory.locate_text("大石桥社区珠江路273号").candidates == (DASHIQIAO, COMMUNITY)
    assert {COMMUNITY, DASHIQIAO} <= set(territory.locate_text("珠江路").candidates)
    assert territory.locate_text("玄武区珠江路275号").candidates == ("320102003015002", "320102003015003")


def test_a_known_district_makes_a_double_name_plain(doors):
    assert territory.locate_text("新庄社区", within=XUANWU).area_code == "320102007009"
    assert territory.locate_text("中山路18号", within=QINHUAI).area_code == "320104001001001"


def test_what_lies_outside_a_known_area_is_unknown_there(doors):
    assert territory.locate_text("玄武区新街口街道", within=QINHUAI).status == "unknown"
    assert territory.locate_text("珠江路273号", within=QINHUAI).status == "unknown"
    assert territory.locate_text("不详", within=QINHUAI).status == "unknown"
    assert territory.locate_text("玄武区", within="999999").status == "unknown"


def test_the_index_follows_the_tree(import_text):
    assert territory.locate_text("试验街道").status == "unknown"

    import_text(territory.areas_import, "code,level,parent,name\n320102099,street,320102,试验街道\n")

    assert territory.locate_text("试验街道").area_code == "320102099"


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_texts(
    doors, django_assert_max_num_queries
):
    territory.locate_text("玄武区")

    with django_assert_max_num_queries(6):
        territory.locate_texts([f"{text}{number}" for text, _status, _code in TEXTS for number in range(20)])


def _stripped(name: str) -> str:
    for committee in ("居民委员会", "居委会", "村民委员会", "村委会"):
        if name.endswith(committee):
            return name.removesuffix(committee)
    return name


def _areas(level: str) -> list[territory.AreaView]:
    codes = Area.objects.filter(level=level).values_list("code", flat=True)
    return list(territory.get_areas(codes).values())


def test_every_official_path_leads_to_its_area(city):
    areas = [area for level in ("district", "street", "community") for area in _areas(level)]
    paths = ["".join(above.name for above in territory.get_path(area.code)) for area in areas]

    found = territory.locate_texts(paths)

    assert len(areas) == 11 + 140 + 1322
    assert [one.area_code for one in found] == [area.code for area in areas]
    assert {one.status for one in found} == {"partial"}


def test_every_official_name_alone_leads_to_its_area_or_to_all_that_have_it(city):
    areas = [area for level in ("district", "street", "community") for area in _areas(level)]
    times = Counter(area.name for area in areas)

    for area, one in zip(areas, territory.locate_texts([area.name for area in areas]), strict=True):
        if times[area.name] == 1:
            assert (one.status, one.area_code) == ("partial", area.code), area
        else:
            assert one.status == "ambiguous", area
            assert area.code in one.candidates, area
    assert sum(count > 1 for count in times.values()) == 30


def test_a_double_name_is_plain_with_its_street(city):
    areas = _areas("community")
    times = Counter(area.name for area in areas)
    doubles = [area for area in areas if times[area.name] > 1]
    texts = [territory.get_path(area.code)[2].name + _stripped(area.name) for area in doubles]

    found = territory.locate_texts(texts)

    assert len(doubles) >= 60
    assert [(one.status, one.area_code) for one in found] == [("partial", area.code) for area in doubles]


def test_without_its_committee_no_community_is_taken_for_another(city):
    areas = _areas("community")
    streets = [territory.get_path(area.code)[2].name for area in areas]
    alone = territory.locate_texts([_stripped(area.name) for area in areas])
    with_street = territory.locate_texts(
        [street + _stripped(area.name) for street, area in zip(streets, areas, strict=True)]
    )

    for area, one in zip(areas, alone, strict=True):
        # A village without 村 may also be a road, a compound or a street: then it is one of several, never
        # another.
        assert (
            one.area_code == area.code or area.code in one.candidates or area.code.startswith(one.area_code)
        ), area
    for area, one in zip(areas, with_street, strict=True):
        assert one.status != "unknown", area
        assert area.code.startswith(one.area_code), area
    right = sum(one.area_code == area.code for area, one in zip(areas, with_street, strict=True))
    # The others are called like a road, a compound or their own street, which nobody can tell apart.
    assert right == len(areas) - 31


def test_no_text_whatever_breaks_it_or_leads_to_an_area_that_is_not_there(doors):
    rng = random.Random(7)
    pieces = [text for text, _status, _code in TEXTS] + [
        "号",
        "幢",
        "(",
        ")",
        "-",
        "0",
        "\x00",
        "𠮷",
        "街道",
        "社区",
        " ",
    ]
    texts = [
        "".join(rng.choice(pieces)[: rng.randint(1, 9)] for _ in range(rng.randint(1, 6)))
        for _ in range(3_000)
    ]
    texts += ["玄武区" * 2_000, "珠江路273号" * 500, "成" * 10_000]

    for one in territory.locate_texts(texts):
        assert one.status in ("found", "partial", "ambiguous", "unknown")
        assert (one.status == "found") == (one.level == "grid"), one
        assert one.status != "unknown" or (one.area_code, one.area_pos, one.candidates) == ("", None, ())
        assert set(territory.get_areas([*one.candidates, one.area_code or CITY])) >= set(one.candidates)


def test_a_long_column_is_located_piece_by_piece_as_a_whole(doors, monkeypatch):
    numbers = ["273", "275", "301", "18", "43"]
    texts = [text.replace("273", number) for number in numbers for text, _status, _area in TEXTS]
    whole, doors_of = territory.locate_texts(texts), locating.locate_doors(texts)

    for piece, most_learned in ((7, 1_000), (3, 2)):
        monkeypatch.setattr(locating, "PIECE", piece)
        monkeypatch.setattr(locating, "MOST_LEARNED", most_learned)

        assert territory.locate_texts(texts) == whole
        assert locating.locate_doors(texts) == doors_of
