import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import PhoneReading, pack
from tests.country.hostile import in_no_time

CN = pack("cn")
MOBILE = PhoneReading("13812345678", "mobile", "")
LANDLINE = PhoneReading("02583211234", "landline", "")


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("13812345678", MOBILE),
        ("138 1234 5678", MOBILE),
        ("138-1234-5678", MOBILE),
        ("１３８１２３４５６７８", MOBILE),
        ("+86 13812345678", MOBILE),
        ("+8613812345678", MOBILE),
        ("(+86) 138-1234-5678", MOBILE),
        ("0086-13812345678", MOBILE),
        ("86 138 1234 5678", MOBILE),
        ("013812345678", MOBILE),
        ("\u202d13812345678\u202c", MOBILE),
        ("手机：13812345678", MOBILE),
        ("13812345678(儿子)", MOBILE),
        ("13812345678/13812345678", MOBILE),
        ("025-83211234", LANDLINE),
        ("(025)83211234", LANDLINE),
        ("02583211234", LANDLINE),
        ("０２５－８３２１１２３４", LANDLINE),
        ("+86 25 8321 1234", LANDLINE),
        ("0086 025 83211234", LANDLINE),
        ("025-83211234转801", LANDLINE),
        ("025-83211234-801", LANDLINE),
        ("0555-2345678", PhoneReading("05552345678", "landline", "")),
        ("400-820-8820", PhoneReading("4008208820", "service", "")),
        ("12345", PhoneReading("12345", "service", "")),
        ("+44 20 7946 0000", PhoneReading("+442079460000", "foreign", "")),
        ("001 650 253 0000", PhoneReading("+16502530000", "foreign", "")),
        ("13812345678/13912345678", MOBILE._replace(problem="several")),
        ("13812345678 13912345678", MOBILE._replace(problem="several")),
        ("1381234 13812345678、025-83211234", MOBILE._replace(problem="several")),
        ("83211234", PhoneReading("", "landline", "area_code")),
        ("1381234567", PhoneReading("", "", "length")),
        ("138123456789", PhoneReading("", "", "length")),
        ("12812345678", PhoneReading("", "", "length")),
        ("无", PhoneReading("", "", "characters")),
        ("", PhoneReading("", "", "empty")),
        (" - ", PhoneReading("", "", "empty")),
    ],
)
def test_a_cell_is_read_however_it_is_typed(typed, reading):
    assert CN.read_phone(typed) == reading


@given(st.text() | st.from_regex(r"[+０-９0-9 /,、()-]{7,40}"))
def test_reading_any_text_settles_at_once(text):
    first = CN.read_phone(text)

    assert CN.read_phones([text]) == [first]
    if first.value:
        assert CN.read_phone(first.value) == first._replace(problem="")


@given(st.integers(0, 10**8 - 1))
def test_synthetic_numbers_have_the_mobile_shape_and_their_own_prefix(number):
    phone = CN.synthetic_phone(number)

    assert CN.read_phone(phone) == PhoneReading(phone, "mobile", "")
    assert phone.startswith("154")


def test_synthetic_numbers_end_where_the_block_ends():
    with pytest.raises(ValueError, match="number"):
        CN.synthetic_phone(10**8)


@pytest.mark.parametrize("text", ["1" * 5000, "1 " * 3000, "0086" * 2000, "+" * 5000, "138-" * 2000])
def test_a_hostile_cell_is_read_in_no_time(text):
    with in_no_time():
        assert CN.read_phone(text).problem
