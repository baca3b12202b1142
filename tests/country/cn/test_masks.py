import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import pack

CN = pack("cn")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三丰", "张**"),
        ("张三", "张**"),
        ("欧阳修", "欧阳**"),
        ("买买提·吐尔逊", "买买**"),
        ("John Smith", "j**"),
        ("？", "**"),
        ("", ""),
    ],
)
def test_a_masked_name_shows_the_surname_and_hides_its_length(name, masked):
    assert CN.mask_name(name) == masked


def test_a_masked_id_shows_its_last_four():
    assert CN.mask_id("11010519491231002X") == "**************002X"
    assert CN.mask_id("110105 19491231 002x") == "**************002X"
    assert CN.mask_id("12345678") == "********"
    assert CN.mask_id("") == ""


def test_a_masked_phone_is_recognised_by_its_owner_only():
    assert CN.mask_phone("13812345678") == "138****5678"
    assert CN.mask_phone("+86 138-1234-5678") == "138****5678"
    assert CN.mask_phone("83211234") == "******34"
    assert CN.mask_phone("110") == "***"


@given(st.text())
def test_any_text_is_masked_without_showing_more_than_seven_characters(text):
    for masked in (CN.mask_name(text), CN.mask_id(text), CN.mask_phone(text)):
        assert len(masked.replace("*", "")) <= max(7, text.count("*"))
