"""An address of the commonest form, taken apart and read in pieces, says what it says when it is read whole."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridward.country.api import AddressReading, pack
from tests.country.cn.test_addresses import SAMPLES
from tests.examples import examples

CN = pack("cn")
BEGINNINGS = (
    "南京市玄武区新街口街道成贤街社区珠江路", "玄武区新街口街道长江路社区居委会碧河巷", "江苏省南京市鼓楼区广州路",
    "浦口区永宁街道侯冲村村委会东庄组", "六合区竹镇镇仁和社区八百桥路", "三条巷", "孙家村", "锁金五村", "翠屏国际城",
    "建邺区月安社区月安花园", "南京玄武珠江路", "家住南京路", "现住址玄武大道", "临", "第", "地下", "中山北路一条巷",
    "马群科技园金马路", "珠江路丹凤花园", "丹凤花园珠江路", "秦淮区中华门街道路子铺社区路子铺", "玄武区", "成贤街社区",
)  # fmt: skip
NAMES = (
    "", "天润小区", "丹凤花园二期", "百合雅苑", "院内", "大院", "珠江路", "成贤街社区", "三元巷", "楼", "线",
    "科技大厦甲", "之", "附", "门诊楼", "园区", "国际公寓东区", "村", "地下", "单元房", "号院", "座", "室", "南京市",
    "新寓",
)  # fmt: skip
#: Single words too, so that whatever a rule looks for stands somewhere once.
SINGLE = "省市区县镇乡村路街巷道弄组队屯里社委居号幢栋座层楼室房户门元甲临第负一二十百东西中"
WORDS = st.sampled_from((*BEGINNINGS, *NAMES, *SINGLE))
NUMBERS = st.integers(0, 99_999).map(str)
LEADS = st.lists(WORDS, min_size=1, max_size=4).map("".join)
DOORS = st.tuples(
    LEADS, NUMBERS, st.lists(WORDS, max_size=2).map("".join), NUMBERS, st.sampled_from(("幢", "栋", "号楼", "座")),
    st.sampled_from(("", "1单元", "12单元", "3门")), NUMBERS, st.sampled_from(("室", "", "号")),
).map(lambda parts: f"{parts[0]}{parts[1]}号{''.join(parts[2:])}")  # fmt: skip
NUMBERED = st.tuples(LEADS, NUMBERS).map(lambda parts: f"{parts[0]}{parts[1]}号")


def in_pieces(text: str) -> AddressReading | None:
    """Return what the pieces of a text say, None when it is not of the commonest form."""
    parts = CN.split_plain(text)
    beginning = CN.read_beginning(parts.beginning) if parts else None
    name = CN.read_plain_name(parts.name) if parts else None
    if parts is None or beginning is None or name is None or not (parts.building or beginning.may_end):
        return None
    numbers = {"number": parts.number, "building": parts.building, "unit": parts.unit, "room": parts.room}
    return beginning.reading._replace(**numbers, compound=beginning.reading.compound or name, rest="")


@settings(max_examples=examples(500), deadline=None)
@given(DOORS | NUMBERED)
@example("锁金五村12号3幢1单元101室")
@example("孙家村12号楼3幢101室")
@example("珠江路273号之3幢2单元501室")
@example("珠江路丹凤花园273号天润小区3幢2单元501室")
def test_pieces_say_what_the_whole_says(text: str) -> None:
    read = in_pieces(text)

    assert read is None or read == CN.read_address(text)._replace(rest="")


def test_the_commonest_form_is_read_in_pieces() -> None:
    text = "南京市玄武区新街口街道成贤街社区珠江路273号天润小区3幢2单元501室"

    assert in_pieces(text) == CN.read_address(text)
    assert in_pieces(text.removesuffix("室")) == CN.read_address(text)
    assert in_pieces("玄武区珠江路273号") == CN.read_address("玄武区珠江路273号")


@pytest.mark.parametrize("text", [line.split(" | ")[0] for line in SAMPLES.strip().splitlines()])
def test_samples_say_the_same_in_pieces(text: str) -> None:
    read = in_pieces(text)

    assert read is None or read == CN.read_address(text)._replace(rest="")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("临12号3幢501室", id="a mark that belongs to the number"),
        pytest.param("孙家村12号3幢501室", id="a village's group may follow"),
        pytest.param("珠江路273号三元小区3幢501室", id="a numeral in the name"),
        pytest.param("珠江路273号(成贤街社区)3幢501室", id="a community behind the number"),
        pytest.param("珠江路0273号3幢501室", id="a zero that is dropped"),
        pytest.param("珠江路273号3-2-501", id="dashes"),
        pytest.param("珠江路２７３号3幢501室", id="wide digits"),
        pytest.param("天润小区12号", id="a number that is a building's"),
        pytest.param("花園路12号3幢501室", id="another script"),
        pytest.param("12号3幢501室", id="no beginning"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_texts_are_read_whole(text: str) -> None:
    assert in_pieces(text) is None
