import csv
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridward.country.api import AddressReading, pack
from gridward.country.cn.address_text import address_text
from tests.country.hostile import in_no_time
from tests.examples import examples

CN = pack("cn")

# text -> the parts it states, as "part=value"; house numbers and rooms are made up.
SAMPLES = """
南京市玄武区新街口街道成贤街社区珠江路273号3幢2单元501室 | city=南京市 county=玄武区 street=新街口街道 community=成贤街社区 road=珠江路 number=273 building=3 unit=2 room=501
玄武区珠江路273号 3-2-501 | county=玄武区 road=珠江路 number=273 building=3 unit=2 room=501
成贤街社区居委会 珠江路２７３号三栋二单元５０１ | community=成贤街社区 road=珠江路 number=273 building=3 unit=2 room=501
江苏省南京市玄武区珠江路273号 | province=江苏省 city=南京市 county=玄武区 road=珠江路 number=273
江苏南京鼓楼区广州路12号 | province=江苏省 city=南京市 county=鼓楼区 road=广州路 number=12
南京玄武珠江路273号3幢501 | city=南京市 county=玄武区 road=珠江路 number=273 building=3 room=501
南京路12号 | road=南京路 number=12
镇江路5号 | road=镇江路 number=5
花园路12号 | road=花园路 number=12
玄武大道88号 | road=玄武大道 number=88
南京市江北新区沿江街道京新社区丹凤花园12幢1单元302室 | city=南京市 county=江北新区 street=沿江街道 community=京新社区 compound=丹凤花园 building=12 unit=1 room=302
锁金村街道锁金五村12号203室 | street=锁金村街道 compound=锁金五村 building=12 room=203
玄武区锁金村街道锁金三村 8幢 乙单元 301 | county=玄武区 street=锁金村街道 compound=锁金三村 building=8 unit=乙 room=301
梅园新村街道梅园新村30号 | street=梅园新村街道 compound=梅园新村 building=30
珠江路丹凤花园3幢2单元501 | road=珠江路 compound=丹凤花园 building=3 unit=2 room=501
丹凤花园珠江路273号3幢501 | road=珠江路 number=273 compound=丹凤花园 building=3 room=501
珠江路小区3幢501室 | compound=珠江路小区 building=3 room=501
丹凤街小区5号楼3门402 | compound=丹凤街小区 building=5 unit=3 room=402
北京东路小区8-3-205 | compound=北京东路小区 building=8 unit=3 room=205
北京西路8号5幢3单元12室 | road=北京西路 number=8 building=5 unit=3 room=12
御道街35号 | road=御道街 number=35
马路街12号 | road=马路街 number=12
三条巷15号2-301 | road=三条巷 number=15 building=2 room=301
四牌楼2号 | road=四牌楼 number=2
石婆婆庵8号 | road=石婆婆庵 number=8
新街口中山路12号 | road=中山路 number=12 rest=新街口
中山北路一条巷12号 | road=一条巷 number=12 rest=中山北路
栖霞区马群科技园金马路3号 | county=栖霞区 road=金马路 number=3 rest=马群科技园
成贤街社区 成贤街118号 | community=成贤街社区 road=成贤街 number=118
汉府街社区 汉府街4-1号 | community=汉府街社区 road=汉府街 number=4-1
鼓楼区湖南路街道高云岭社区湖南路1号 | county=鼓楼区 street=湖南路街道 community=高云岭社区 road=湖南路 number=1
鼓楼区宁海路街道办事处北京西路社区北京西路66号3栋 | county=鼓楼区 street=宁海路街道 community=北京西路社区 road=北京西路 number=66 building=3
鼓楼区小市街道线路新村社区居委会线路新村5幢101 | county=鼓楼区 street=小市街道 community=线路新村社区 compound=线路新村 building=5 room=101
秦淮区中华门街道路子铺社区路子铺16号 | county=秦淮区 street=中华门街道 community=路子铺社区 road=路子铺 number=16
秦淮区夫子庙街道大石坝街社区大石坝街50号401 | county=秦淮区 street=夫子庙街道 community=大石坝街社区 road=大石坝街 number=50 room=401
鼓楼区中央门街道工人新村社区工人新村35幢3单元501室 | county=鼓楼区 street=中央门街道 community=工人新村社区 compound=工人新村 building=35 unit=3 room=501
建邺区月安社区月安花园二期七幢甲单元六零二 | county=建邺区 community=月安社区 compound=月安花园2期 building=7 unit=甲 room=602
月安街10号月安花园7幢602 | road=月安街 number=10 compound=月安花园 building=7 room=602
雨花台区板桥街道孙家社区孙家花苑十五幢二单元三〇二室 | county=雨花台区 street=板桥街道 community=孙家社区 compound=孙家花苑 building=15 unit=2 room=302
江宁区东山街道上元大街12号翠屏国际城一期A3栋1单元0501室 | county=江宁区 street=东山街道 road=上元大街 number=12 compound=翠屏国际城1期 building=A3 unit=1 room=501
江宁区秣陵街道将军大道20号翠屏国际城C区12幢1单元1502 | county=江宁区 street=秣陵街道 road=将军大道 number=20 compound=翠屏国际城C区 building=12 unit=1 room=1502
天润城十二街区8幢1单元702 | compound=天润城十二街区 building=8 unit=1 room=702
高淳区淳溪街道石臼湖南路8号 | county=高淳区 street=淳溪街道 road=石臼湖南路 number=8
溧水区永阳街道中山路居委会中山路45号 | county=溧水区 street=永阳街道 community=中山路社区 road=中山路 number=45
溧水区白马镇白马居委会3组12号 | county=溧水区 street=白马镇 community=白马社区 road=3组 number=12
浦口区永宁街道侯冲村村委会东庄组12号 | county=浦口区 street=永宁街道 community=侯冲村 road=东庄组 number=12
六合区长芦街道滨江村四组21号 | county=六合区 street=长芦街道 community=滨江村 road=4组 number=21
六合区竹镇镇仁和社区八百桥路二百七十三号 | county=六合区 street=竹镇镇 community=仁和社区 road=八百桥路 number=273
孙家村12号 | community=孙家村 number=12
湖熟街道周岗社区水乡花园3幢501 | street=湖熟街道 community=周岗社区 compound=水乡花园 building=3 room=501
建邺区江心洲街道洲岛家园贤康苑5幢2单元1104室 | county=建邺区 street=江心洲街道 compound=洲岛家园贤康苑 building=5 unit=2 room=1104
大光路社区大光路129号2幢西单元301 | community=大光路社区 road=大光路 number=129 building=2 unit=西 room=301
珠江路273弄12号5室 | road=珠江路 number=273弄12 room=5
珠江路273-1号2楼 | road=珠江路 number=273-1 floor=2
珠江路273号之一 | road=珠江路 number=273-1
珠江路273号附3号 | road=珠江路 number=273-3
珠江路273 3-2-501 | road=珠江路 number=273 building=3 unit=2 room=501
珠江路273-3-2-501 | road=珠江路 number=273 building=3 unit=2 room=501
珠江路273号科技大厦A座12层1203室 | road=珠江路 number=273 compound=科技大厦 building=A floor=12 room=1203
珠江路273号3#501 | road=珠江路 number=273 building=3 room=501
珠江路273号3#2单元501 | road=珠江路 number=273 building=3 unit=2 room=501
珠江路273号5楼501 | road=珠江路 number=273 floor=5 room=501
珠江路273号501-2室 | road=珠江路 number=273 room=501-2
珠江路273号院3号楼2单元1201 | road=珠江路 number=273 building=3 unit=2 room=1201
中山东路300号01幢负一层 | road=中山东路 number=300 building=1 floor=B1
丹凤花园东门3幢501 | compound=丹凤花园 building=3 room=501 rest=东门
玄武区珠江路273号(成贤街社区)3幢501 | county=玄武区 community=成贤街社区 road=珠江路 number=273 building=3 room=501
珠江路273号对面 | road=珠江路 number=273 rest=对面
210018 南京市玄武区珠江路273号 | city=南京市 county=玄武区 road=珠江路 number=273
现住址：南京市玄武区珠江路273号 | city=南京市 county=玄武区 road=珠江路 number=273
住址：我家住在玄武区珠江路273号 | county=玄武区 road=珠江路 number=273
本人目前在珠江路273号 | road=珠江路 number=273
老家在玄武区 | rest=老家在玄武区
在水一方3幢501 | compound=在水一方 building=3 room=501
上海市浦东新区张江镇祖冲之路887弄12号602室 | province=上海市 county=浦东新区 street=张江镇 road=祖冲之路 number=887弄12 room=602
北京市朝阳区望京街道广顺北大街33号 | province=北京市 county=朝阳区 street=望京街道 road=广顺北大街 number=33
湖北省武汉市江汉区北湖街道建设大道568号 | province=湖北省 city=武汉市 county=江汉区 street=北湖街道 road=建设大道 number=568
3#501 | building=3 room=501
无 | rest=无
"""  # noqa: E501 - one sample a line reads best

TABLE = [tuple(part.strip() for part in line.split("|")) for line in SAMPLES.strip().splitlines()]


@pytest.mark.parametrize(("text", "parts"), TABLE)
def test_an_address_is_read_into_its_parts(text, parts):
    expected = AddressReading(**dict(part.split("=", 1) for part in parts.split()))

    assert CN.read_address(text) == expected


def test_the_table_of_samples_is_wide_enough():
    assert len(TABLE) >= 60
    stated = {part.split("=")[0] for _, parts in TABLE for part in parts.split()}
    assert stated == set(AddressReading._fields)


def test_every_community_of_the_model_city_is_found_in_its_official_address():
    table = Path(__file__).parents[3] / "simulator" / "data" / "nanjing" / "divisions.csv"
    with table.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    names = {row["code"]: row["name"] for row in rows}
    # Statistical placeholders in which nobody lives, and names with brackets in them, are not written this way.
    lived_in = [
        row for row in rows if row["level"] == "community" and "虚拟" not in row["name"] + row["parent"]
    ]
    lived_in = [row for row in lived_in if "软件谷" not in row["name"]]
    door = AddressReading(road="珠江路", number="273", building="3", unit="2", room="501")

    wrong = []
    for row in lived_in:
        county, street = names[row["code"][:6]], names[row["parent"]]
        reading = CN.read_address(f"南京市{county}{street}{row['name']}珠江路273号3幢2单元501室")
        whole = door._replace(city="南京市", county=county, street=street, community=reading.community)
        if reading != whole or reading.community not in CN.code_name_variants(row["name"]):
            wrong.append(row["name"])

    assert len(lived_in) > 1250
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("南京市玄武区珠江路273号3幢2单元501室", "珠江路|273|-|3|2|501"),
        ("丹凤花园3幢501", "-|-|丹凤花园|3|-|501"),
        ("", "-|-|-|-|-|-"),
    ],
)
def test_a_key_names_the_door_and_says_which_level_is_missing(text, key):
    assert CN.address_key(CN.read_address(text)) == key


SPELLINGS = (
    "{head}{road}{number}号{building}幢{unit}单元{room}室",
    "{head}{road}{number}号{building}栋{unit}单元{room}",
    "{head} {road} {number}号 {building}号楼{unit}单元{room}室",
    "{head}{road}{number}号{building}-{unit}-{room}",
    "{head}{road}{number} {building}-{unit}-{room}室",
    "{road}{number}号0{building}幢{unit}单元0{room}室（{head}）",
    "{head}，{road}{number}号，{building}#{unit}单元，{room}",
)


@given(
    st.sampled_from(
        ["", "玄武区", "南京市玄武区", "江苏省南京市玄武区新街口街道", "新街口街道成贤街社区居委会"]
    ),
    st.sampled_from(["珠江路", "丹凤街", "中山东路", "应天大街", "玄武大道", "三条巷", "御道街"]),
    st.integers(1, 999),
    st.integers(1, 60),
    st.integers(1, 9),
    st.integers(101, 3305),
    st.booleans(),
)
def test_all_spellings_of_a_door_have_one_key(head, road, number, building, unit, room, wide):
    keys = set()
    for spelling in SPELLINGS:
        text = spelling.format(head=head, road=road, number=number, building=building, unit=unit, room=room)
        if wide:
            text = text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
        keys.add(CN.address_key(CN.read_address(text)))

    assert keys == {f"{road}|{number}|-|{building}|{unit}|{room}"}


PIECES = st.lists(
    st.sampled_from(
        [
            *"0123456789 -#号幢栋单元室楼层座路街巷里村社区居委会镇乡市省组新花园一二三十百第负AB（），",
            "南京",
            "玄武",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=examples(300), deadline=None)
@given(st.text() | PIECES)
@example("一-第0室")
def test_reading_any_text_settles_at_once(text):
    reading = CN.read_address(text)

    assert CN.read_addresses([text]) == [reading]
    assert address_text(address_text(text)) == address_text(text)
    assert CN.address_key(reading).count("|") == 5 + "".join(reading[5:12]).count("|")


@pytest.mark.parametrize(
    "text", ["路" * 5000, "珠江路" * 2000, "1-" * 3000, "社区" * 2000, "三" * 5000, "(" * 5000]
)
def test_a_hostile_address_is_read_in_no_time(text):
    with in_no_time():
        CN.read_address(text)
