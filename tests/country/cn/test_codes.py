import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.country.cn.codes import organisation_code_problem

CN = pack("cn")
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("code", "level", "parent", "kind"),
    [
        ("32", "province", None, None),
        ("320000", "province", None, None),
        ("3201", "city", "32", None),
        ("320100", "city", "32", None),
        ("320102", "district", "3201", None),
        ("320102003", "street", "320102", "sub_district"),
        ("320102003000", "street", "320102", "sub_district"),
        ("320116110", "street", "320116", "town"),
        ("320113450", "street", "320113", "quasi"),
        ("320102003015", "community", "320102003", "residents_committee"),
        ("320111009207", "community", "320111009", "villagers_committee"),
        ("320102400498", "community", "320102400", "quasi"),
        ("320102003015001", "grid", "320102003015", "basic"),
        ("320102003015901", "grid", "320102003015", "special"),
        ("320102003015900", "grid", "320102003015", None),
        ("", None, None, None),
        ("3", None, None, None),
        ("32010", None, None, None),
        ("32010A", None, None, None),
        ("３２０１０２", None, None, None),
        ("020102", None, None, None),
    ],
)
def test_a_code_tells_its_level_its_parent_and_its_kind(code, level, parent, kind):
    assert (CN.code_level(code), CN.code_parent(code), CN.unit_kind(code)) == (level, parent, kind)


@pytest.mark.parametrize(
    ("name", "variants"),
    [
        ("成贤街社区居委会", ("成贤街社区居委会", "成贤街社区", "成贤街")),
        ("孙家社区居民委员会", ("孙家社区居民委员会", "孙家社区", "孙家")),
        ("翠竹园居委会", ("翠竹园居委会", "翠竹园社区", "翠竹园")),
        ("花神庙村村委会", ("花神庙村村委会", "花神庙村", "花神庙")),
        ("小摆渡社区村委会", ("小摆渡社区村委会", "小摆渡社区", "小摆渡")),
        ("化工园区虚拟社区", ("化工园区虚拟社区", "化工园区")),
        ("锁金村街道", ("锁金村街道", "锁金村街道办事处", "锁金村街道办", "锁金村街办", "锁金村")),
        ("锁金村街道办事处", ("锁金村街道办事处", "锁金村街道", "锁金村街道办", "锁金村街办", "锁金村")),
        ("竹镇镇", ("竹镇镇", "竹镇")),
        ("江宁开发区", ("江宁开发区",)),
        ("玄武区", ("玄武区", "玄武")),
        ("郊区", ("郊区",)),
        ("南京市", ("南京市", "南京")),
    ],
)
def test_a_name_loses_its_office_in_steps(name, variants):
    assert CN.code_name_variants(name) == variants


@pytest.mark.parametrize(
    ("code", "name", "settlement"),
    [
        ("320111005218", "周营村委会", True),
        ("320116010216", "四新村村委会", True),
        ("320115005207", "陈巷村委会", False),  # a lane is called so too
        ("320117001001", "中山路居委会", False),
        ("320114001006", "翠岛花城居委会", False),  # a compound, and its committee may care for more
        ("320114005", "板桥街道", False),
        ("", "周营村委会", False),
    ],
)
def test_only_a_village_gives_its_name_to_its_settlement(code, name, settlement):
    assert CN.names_settlement(code, name) is settlement


def test_every_division_of_the_model_city_has_a_level_and_its_own_parent():
    table = Path(__file__).parents[3] / "simulator" / "data" / "nanjing" / "divisions.csv"
    with table.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))

    wrong = [
        row["code"]
        for row in rows
        if CN.code_level(row["code"]) != row["level"] or CN.code_parent(row["code"]) != row["parent"]
    ]
    kindless = [row["code"] for row in rows if len(row["code"]) > 6 and not CN.unit_kind(row["code"])]

    assert len(rows) > 1400
    assert wrong == []
    assert kindless == []


def test_a_region_gives_every_name_it_has_had():
    assert CN.region_names("3201") == ("南京市",)
    assert CN.region_names("320114") == ("雨花台区", "雨花区")
    assert CN.region_names("320124") == ("溧水县",)
    assert CN.region_names("320117") == ("溧水区", "溧水县")
    assert CN.region_names("320199") == ()
    assert CN.region_names("nowhere") == ()


def test_a_grid_code_is_its_communitys_with_a_sequence():
    assert CN.grid_code("320102003015", 7) == "320102003015007"


@pytest.mark.parametrize(
    ("community", "sequence"), [("320102003", 1), ("320102003015", 0), ("320102003015", 1000), ("x", 1)]
)
def test_an_impossible_grid_code_is_not_made(community, sequence):
    with pytest.raises(ValueError, match="community"):
        CN.grid_code(community, sequence)


def test_the_check_letter_follows_the_published_example():
    assert CN.check_letter("G123498654321") == "H"


@given(st.from_regex(r"[1-9][0-9]{14}", fullmatch=True), st.integers(0, 14), st.integers(0, 9))
def test_the_check_letter_catches_every_wrong_digit(code, place, digit):
    wrong = code[:place] + str(digit) + code[place + 1 :]

    assert (CN.check_letter(wrong) == CN.check_letter(code)) == (wrong == code)


@given(st.from_regex(r"[1-9][0-9]{14}", fullmatch=True), st.integers(0, 13))
def test_the_check_letter_catches_every_exchange_of_neighbours(code, place):
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert (CN.check_letter(wrong) == CN.check_letter(code)) == (wrong == code)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("91350100M000100Y43", ""),
        ("914403001922038216", ""),
        ("９１３５０１００ｍ０００１００ｙ４３", ""),
        ("9135 0100 M000 100Y 43", ""),
        ("914403001922038217", "check_digit"),
        ("91440300192203821", "length"),
        ("91440300192203821I", "characters"),
        ("", "empty"),
    ],
)
def test_a_credit_code_is_checked(typed, problem):
    assert CN.credit_code_problem(typed) == problem


@given(st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_of_a_credit_code_never_passes(place, char):
    code = "91350100M000100Y43"
    wrong = code[:place] + char + code[place + 1 :]

    assert (CN.credit_code_problem(wrong) == "") == (wrong == code)


def test_the_old_organisation_code_is_checked():
    assert organisation_code_problem("19220382-1") == ""
    assert organisation_code_problem("19220382-2") == "check_digit"
    assert organisation_code_problem("1922038") == "length"
