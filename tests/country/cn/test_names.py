import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from gridward.country.api import NameReading, pack
from gridward.country.cn.sounds import SOUNDS

CN = pack("cn")


@pytest.mark.parametrize(
    ("typed", "value", "surname", "given_name", "sound"),
    [
        ("张三丰", "张三丰", "张", "三丰", "zhang sanfeng"),
        (" 张 三 丰 ", "张三丰", "张", "三丰", "zhang sanfeng"),
        ("张三丰先生", "张三丰", "张", "三丰", "zhang sanfeng"),
        ("张三丰同志（户主）", "张三丰", "张", "三丰", "zhang sanfeng"),
        ("户主：张三丰2", "张三丰", "张", "三丰", "zhang sanfeng"),
        ("张三丰（已电话联系", "张三丰", "张", "三丰", "zhang sanfeng"),
        ("１张三丰", "张三丰", "张", "三丰", "zhang sanfeng"),
        ("张先生", "张", "张", "", "zhang"),
        ("先生", "先生", "先", "生", "xian sheng"),
        ("欧阳修", "欧阳修", "欧阳", "修", "ouyang xiu"),
        ("司马相如", "司马相如", "司马", "相如", "sima xiangru"),
        ("尉迟恭", "尉迟恭", "尉迟", "恭", "yuchi gong"),
        ("司徒女士", "司徒", "司徒", "", "situ"),
        ("曾小红", "曾小红", "曾", "小红", "zeng xiaohong"),
        ("单雄信", "单雄信", "单", "雄信", "shan xiongxin"),
        ("仇英", "仇英", "仇", "英", "qiu ying"),
        ("解珍", "解珍", "解", "珍", "xie zhen"),
        ("区大伟", "区大伟", "区", "大伟", "ou dawei"),
        ("万俟卨", "万俟卨", "万俟", "卨", "moqi xie"),
        ("查良", "查良", "查", "良", "zha liang"),
        ("吕布", "吕布", "吕", "布", "lv bu"),
        ("买买提·吐尔逊", "买买提·吐尔逊", "买买提", "吐尔逊", "maimaiti tuerxun"),
        ("买买提•吐尔逊", "买买提·吐尔逊", "买买提", "吐尔逊", "maimaiti tuerxun"),
        ("ZHANG Sanfeng", "zhang sanfeng", "zhang", "sanfeng", "zhang sanfeng"),
        ("Zhang San Feng", "zhang san feng", "zhang", "san feng", "zhang sanfeng"),
        ("LYU BU", "lyu bu", "lyu", "bu", "lv bu"),
        ("Mr. John Smith", "john smith", "smith", "john", "smith john"),
        ("Smith, John", "john smith", "smith", "john", "smith john"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "john smith", "smith", "john", "smith john"),
        ("不详", "", "", "", ""),
        ("无", "", "", "", ""),
        ("", "", "", "", ""),
        ("123（注）", "", "", "", ""),
    ],
)
def test_a_name_is_read_however_it_is_typed(typed, value, surname, given_name, sound):
    assert CN.read_name(typed) == NameReading(value, surname, given_name, sound)


@given(st.text() | st.text(alphabet="张三欧阳先生女士的·（）()A z", max_size=12))
def test_reading_any_text_settles_at_once(text):
    first = CN.read_name(text)

    assert CN.read_names([text]) == [first]
    assert CN.read_name(first.value).value == first.value
    assert bool(first.value) == bool(first.surname)


def test_the_table_of_sounds_is_pypinyins():
    differing = [chr(code) for code, sound in SOUNDS.items() if lazy_pinyin(chr(code)) != [sound]]

    assert differing == []
    assert len(SOUNDS) > 20_000


def test_there_is_enough_to_make_synthetic_people_of():
    surnames = [surname for surname, _ in CN.surnames]

    assert len(set(surnames)) == len(surnames) >= 150
    assert len(set(CN.given_characters)) == len(CN.given_characters) >= 300
    assert all(weight > 0 for _, weight in CN.surnames)
    assert [surname for surname in surnames if CN.read_name(surname + "明").surname != surname] == []
