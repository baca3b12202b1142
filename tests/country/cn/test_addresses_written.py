"""Writing doors as people write them: what is written is read back as the same door."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridward.country.api import AddressReading, pack

CN = pack("cn")


@pytest.mark.parametrize(
    ("door", "text"),
    [
        (AddressReading(road="珠江路", number="273", building="1", unit="2", room="501"), "珠江路273号1幢2单元501室"),
        (AddressReading(road="珠江路", number="275", compound="丹凤花园", building="3"), "珠江路275号丹凤花园3幢"),
        (AddressReading(compound="学府公寓", building="A", floor="12", room="1203"), "学府公寓A幢12层1203室"),
        (AddressReading(road="东庄组", number="12"), "东庄组12号"),
        (AddressReading(road="珠江路", number="273弄12", room="5"), "珠江路273弄12号5室"),
        (AddressReading(road="珠江路"), "珠江路"),
        (AddressReading(), ""),
    ],
)  # fmt: skip
def test_a_door_is_written_with_its_unit_words_and_without_what_it_lacks(door, text):
    assert CN.door_text(door) == text


def test_the_areas_around_a_door_and_what_could_not_be_read_are_not_written():
    read = CN.read_address("南京市玄武区新街口街道成贤街社区珠江路273号3幢501室对面")

    assert CN.door_text(read) == "珠江路273号3幢501室"


PLATES = st.integers(1, 9999).map(str) | st.sampled_from(["4-1", "273弄12", "甲5", "12A", "6-12"])
BUILDINGS = st.just("") | st.integers(1, 120).map(str) | st.sampled_from(["A", "A3", "8-1", "乙"])
UNITS = st.just("") | st.integers(1, 9).map(str) | st.sampled_from(["乙", "西"])
ROOMS = st.just("") | st.integers(101, 3305).map(str) | st.sampled_from(["1502A", "B101"])


@given(
    st.sampled_from(["珠江路", "三条巷", "御道街", "玄武大道", "中山北路", "一条巷"]),
    PLATES,
    st.sampled_from(["", "丹凤花园", "锁金五村", "学府公寓", "天润城十二街区"]),
    BUILDINGS,
    UNITS,
    ROOMS,
)
@example("珠江路", "4-1", "", "8-1", "", "501")
def test_a_plate_that_is_written_is_read_as_the_same_door(road, number, compound, building, unit, room):
    door = AddressReading(
        road=road, number=number, compound=compound, building=building, unit=unit, room=room
    )

    assert CN.address_key(CN.read_address(CN.door_text(door))) == CN.address_key(door)


@given(st.sampled_from(["丹凤花园", "锁金五村", "学府公寓"]), st.integers(1, 120), UNITS, ROOMS)
def test_a_compounds_building_that_is_written_is_read_as_the_same_door(compound, building, unit, room):
    door = AddressReading(compound=compound, building=str(building), unit=unit, room=room)

    assert CN.address_key(CN.read_address(CN.door_text(door))) == CN.address_key(door)
