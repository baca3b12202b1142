"""Locating what people say and type instead of an official address: mended where it is sure, never made up."""

from collections.abc import Callable

import pytest
from opencc import OpenCC

from gridward.country.api import pack
from gridward.territory import api as territory
from gridward.territory.models import Area

pytestmark = pytest.mark.slow

CN = pack("cn")
CITY, XUANWU = "3201", "320102"
STREET, COMMUNITY, GRID = "320102003", "320102003015", "320102003015001"
TRADITIONAL = OpenCC("s2t").convert

#: (text, status, area): what stands in the address book is in `conftest.DOORS`.
SAID = [
    # Words around a house number.
    ("玄武区珠江路273", "found", GRID),
    ("玄武区珠江路273号院", "found", GRID),
    ("玄武区珠江路二百七十三号", "found", GRID),
    ("玄武区珠江路第273号", "found", GRID),
    ("玄武区珠江路０２７３号", "found", GRID),
    ("玄武区珠江路273号1栋1单元101", "found", GRID),
    ("玄武区珠江路273号1号楼1单元101室", "found", GRID),
    ("玄武区珠江路273号一幢一单元一〇一室", "found", GRID),
    ("玄武区珠江路273号1#1单元101", "found", GRID),
    ("玄武区珠江路273号1-1-101", "found", GRID),
    ("玄武区珠江路 273 号 1 幢 1 单元 101 室", "found", GRID),
    ("玄武区珠江路275号丹凤花园3号楼", "found", "320102003015003"),
    ("玄武区丹凤花园3幢1单元101室", "found", "320102003015003"),
    ("玄武区丹凤花园三栋", "found", "320102003015003"),
    ("玄武区珠江路273弄12号", "partial", XUANWU),
    ("玄武区珠江路273号对面", "found", GRID),
    # A number that is none of the book's says where no more than its names do.
    ("玄武区珠江路2730号", "partial", XUANWU),
    ("玄武区珠江路27号", "partial", XUANWU),
    # Words left out, offices added, labels and blanks.
    ("玄武新街口成贤街社区", "partial", COMMUNITY),
    ("南京玄武新街口街道成贤街社区", "partial", COMMUNITY),
    ("新街口街道办成贤街居委会", "partial", COMMUNITY),
    ("新街口街道办事处", "partial", STREET),
    ("新街口街办", "partial", STREET),
    ("新街口街办成贤街社区", "partial", COMMUNITY),
    ("我家住在玄武区新街口街道成贤街社区", "partial", COMMUNITY),
    ("本人现居住于玄武区珠江路273号", "found", GRID),
    ("现居:玄武区", "partial", XUANWU),
    ("人在玄武区", "partial", XUANWU),
    ("玄武区/新街口街道/成贤街社区", "partial", COMMUNITY),
    ("玄武区-新街口街道-成贤街社区", "partial", COMMUNITY),
    ("玄武区>新街口街道>成贤街社区", "partial", COMMUNITY),
    ("玄武区_新街口街道_珠江路273号", "found", GRID),
    ("玄武区（新街口街道）【成贤街社区】", "partial", COMMUNITY),
    ("成贤街社区，新街口街道，玄武区", "partial", COMMUNITY),
    ("玄 武 区 新 街 口 街 道", "partial", STREET),
    # The other script.
    ("玄武區新街口街道成賢街社區珠江路273號", "found", GRID),
    ("南京市玄武區珠江路273號1棟1單元101室", "found", GRID),
    ("鼓樓區湖南路街道", "partial", "320106003"),
    # A county that has become a district keeps its name in people's mouths.
    ("南京市溧水县", "partial", "320117"),
    ("江苏省溧水县永阳镇", "partial", "320117001"),
    ("南京市高淳县固城镇", "partial", "320118004"),
    ("江宁县东山镇", "partial", "320115001"),
    # A village without its committee, behind its street and with nothing after it.
    ("浦口区桥林街道周营", "partial", "320111005218"),
    ("六合区横梁街道四新村", "partial", "320116010216"),
    ("江宁街道 牌坊 ", "partial", "320115006205"),
    ("桥林街道周营路", "partial", "320111005"),
    ("桥林街道周营12号", "partial", "320111005"),
    # A road or a compound by the same name may lie elsewhere in the street: nobody can tell.
    ("溧水区永阳街道中山路", "partial", "320117001"),
    ("江宁区禄口街道陈巷", "partial", "320115005"),
    ("雨花台区雨花街道翠岛花城", "partial", "320114001"),
    ("雨花台区雨花街道雨花台", "partial", "320114001"),
    # The street's own name once more says nothing more.
    ("溧水区白马镇白马", "partial", "320117101"),
    ("浦口区汤泉农场汤泉农场", "partial", "320111401"),
    # A residents' and a villagers' committee of one name in one street.
    ("雨花街道花神庙", "ambiguous", "320114001"),
    # Without the street the village may be another one's, or no village at all.
    ("浦口区周营", "partial", "320111"),
    ("周营", "ambiguous", "320111005218"),
    # Near something is not at it, and what somebody comes from is not where he is.
    ("新街口附近", "ambiguous", STREET),
    ("老家在玄武区", "unknown", ""),
    ("玄武湖公园", "ambiguous", XUANWU),
]


@pytest.mark.parametrize(("text", "status", "code"), SAID)
def test_what_people_say_is_located_no_narrower_than_it_is_sure(doors, text, status, code):
    located = territory.locate_text(text)

    assert (located.status, located.area_code) == (status, code), located


NOT_SAID = [
    *("", "-", "?", "N/A", "none", "unknown", "不明", "没有", "地址不详", "拒绝提供", "同上", "同户籍地", "我在外面"),
    *("nanjing", "Nanjing Xuanwu", "xuanwu qu xinjiekou jiedao", "Zhujiang Lu 273", "No. 273, Zhujiang Road"),
    *("外地", "外省", "国外", "美国", "香港特别行政区", "台湾省台北市", "安徽省马鞍山市", "上海", "句容市", "镇江句容"),
    *("南京大学", "南京站", "张三", "13800000000", "2020-02-03", "1", "273号", "3幢2单元501室", "😀😀"),
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_names_no_place_here_is_honestly_unknown(doors, text):
    assert territory.locate_text(text) == territory.Located()


def test_latin_letters_inside_an_address_end_what_is_read(doors):
    assert territory.locate_text("南京市xuanwu区").area_code == CITY
    assert territory.locate_text("玄武区xinjiekou街道").area_code == XUANWU


def test_the_communities_that_could_be_meant_are_candidates(doors):
    assert "320117001001" in territory.locate_text("溧水区永阳街道中山路").candidates
    assert territory.locate_text("雨花街道花神庙").candidates == ("320114001004", "320114001201")
    assert territory.locate_text("白马镇白马").candidates == ("320117101001",)


def test_a_village_whose_name_the_book_knows_elsewhere_in_the_street_is_not_decided(import_text):
    villages = ("320115006205", "320115006207")
    grids = "".join(f"{village}001,grid,{village},第1网格\n" for village in villages)
    assert import_text(territory.areas_import, "code,level,parent,name\n" + grids).imported
    head = "area_code,road,number,compound,building,unit,room\n"
    assert territory.locate_text("江宁街道牌坊").area_code == "320115006205"

    import_text(territory.addresses_import, head + "320115006207001,,,牌坊,1,1,101\n")

    located = territory.locate_text("江宁街道牌坊")
    assert (located.status, located.area_code) == ("ambiguous", "320115006")
    assert located.candidates == ("320115006205", "320115006207")


def test_a_village_that_the_book_knows_by_its_name_is_found_by_its_only_grid(import_text):
    grid = "code,level,parent,name\n320115006205001,grid,320115006205,第1网格\n"
    import_text(territory.areas_import, grid)

    import_text(
        territory.addresses_import,
        "area_code,road,number,compound,building,unit,room\n320115006205001,,,牌坊,1,1,101\n",
    )

    assert territory.locate_text("江宁街道牌坊").area_code == "320115006205001"


Form = Callable[[str, str, str, str], str]


def _bare(name: str) -> str:
    return CN.code_name_variants(name)[-1]


def _no_committee(name: str) -> str:
    """成贤街社区, 周营村: as people say it, with the word for its kind."""
    variants = CN.code_name_variants(name)
    return variants[1] if name.endswith("会") and len(variants) > 2 else variants[0]


#: How the path of a community may be written, and which share must then be found exactly; the rest is left open.
FORMS: dict[str, tuple[Form, float]] = {
    "traditional characters": (lambda *path: TRADITIONAL("".join(path)), 0.99),
    "a blank behind every character": (lambda *path: " ".join("".join(path)), 1),
    "dashes between the parts": (lambda *path: "-".join(path), 1),
    "no word for city and district": (lambda c, d, s, m: _bare(c) + _bare(d) + s + m, 1),
    "no word for the street": (lambda c, d, s, m: c + d + _bare(s) + _no_committee(m), 0.95),
    "the street's office": (lambda c, d, s, m: c + d + s.replace("街道", "街道办事处") + _no_committee(m), 0.98),
    "spoken": (lambda c, d, s, m: f"我家住在{d}{s}{_no_committee(m)}", 0.99),
    "the other way round": (lambda c, d, s, m: _no_committee(m) + s + d, 0.99),
    "without the street": (lambda c, d, s, m: c + d + _no_committee(m), 0.97),
    "the bare name only": (lambda c, d, s, m: d + s + _bare(m), 0.6),
}  # fmt: skip


def test_however_a_community_is_written_it_is_never_taken_for_another(city):
    # Every third one: of all streets, and quick.
    codes = list(Area.objects.filter(level="community").order_by("code").values_list("code", flat=True))[::3]
    paths = [[area.name for area in territory.get_path(code)] for code in codes]

    for form, (write, least) in FORMS.items():
        found = territory.locate_texts([write(*path) for path in paths])

        for code, one in zip(codes, found, strict=True):
            assert one.status in ("partial", "ambiguous"), (form, code, one)
            assert code.startswith(one.area_code), (form, code, one)
            assert one.status == "partial" or code in one.candidates or one.level != "community", (form, code)
        exact = sum(
            one.status == "partial" and one.area_code == code for code, one in zip(codes, found, strict=True)
        )
        assert exact >= least * len(codes), form
