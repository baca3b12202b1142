"""Traditional characters are written as the simplified ones they stand for, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from gridward.country.api import pack
from gridward.country.cn.script import SIMPLIFIED

CN = pack("cn")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("玄武區新街口街道成賢街社區居委會", "玄武区新街口街道成贤街社区居委会"),
        ("鼓樓區寧海路街道", "鼓楼区宁海路街道"),
        ("珠江路２７３號3棟2單元５０１室", "珠江路２７３号3栋2单元５０１室"),
        ("玄武区珠江路273号", "玄武区珠江路273号"),
        ("乾隆路後街", "乾隆路後街"),  # both are simplified characters too
        ("12-3 Harbour Street", "12-3 Harbour Street"),
        ("", ""),
    ],
)
def test_traditional_characters_become_simplified_ones(typed, plain):
    assert CN.plain_script(typed) == plain


@given(st.text())
def test_any_text_keeps_its_length_and_settles_at_once(text):
    plain = CN.plain_script(text)

    assert len(plain) == len(text)
    assert CN.plain_script(plain) == plain


def test_no_character_of_simplified_text_is_in_the_table():
    for char in map(chr, SIMPLIFIED):
        with pytest.raises(UnicodeEncodeError):
            char.encode("gb2312")


def test_the_table_is_opencc_s():
    convert = OpenCC("t2s").convert

    assert [chr(code) for code, plain in SIMPLIFIED.items() if convert(chr(code)) != plain] == []
    assert len(SIMPLIFIED) > 2_500


@pytest.mark.parametrize(
    ("typed", "community"),
    [
        ("南京市玄武區新街口街道成賢街社區珠江路273號3棟2單元501室", "成贤街社区"),
        ("溧水縣白馬鎮白馬居委會3組12號", "白马社区"),
        ("南京市棲霞區馬群街道馬群社區12號", "马群社区"),
    ],
)
def test_an_address_reads_alike_in_both_scripts(typed, community):
    assert CN.read_address(typed) == CN.read_address(CN.plain_script(typed))
    assert CN.read_address(typed).community == community
