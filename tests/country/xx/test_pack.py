from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import AddressReading, IdReading, NameReading, PhoneReading, pack

XX = pack("xx")


def test_an_id_has_nine_digits_and_luhns():
    assert XX.read_id("123-456-782") == IdReading("id", "123456782", "")
    assert XX.read_id("123456783") == IdReading("id", "", "check_digit")
    assert XX.read_id("12345678").problem == "length"
    assert XX.read_id("").problem == "empty"


@given(st.dates(), st.integers(0, 99))
def test_a_synthetic_id_is_valid_and_known_again(day, sequence):
    number = XX.synthetic_id("1", day, sequence)

    assert XX.read_id(number) == IdReading("id", number, "unknown_region")
    assert XX.is_synthetic_id(number)


@given(st.integers(0, 8), st.integers(0, 9))
def test_one_wrong_digit_never_passes(place, digit):
    wrong = "123456782"[:place] + str(digit) + "123456782"[place + 1 :]

    assert (XX.read_id(wrong).problem == "check_digit") == (wrong != "123456782")


@pytest.mark.parametrize("typed", ["+99 700-1234", "0099 7001234", "0700 1234", "07001234"])
def test_a_phone_is_read_however_it_is_typed(typed):
    assert XX.read_phone(typed) == PhoneReading("07001234", "mobile", "")


def test_the_family_name_stands_last():
    assert XX.read_name("Dr. Ada Marlow") == NameReading("ada marlow", "marlow", "ada", "marlow ada")
    assert XX.read_name("MARLOW, Ada") == NameReading("ada marlow", "marlow", "ada", "marlow ada")


@pytest.mark.parametrize("typed", ["12-3 Harbour Street, Eastport", "harbour  street 012-03, EASTPORT"])
def test_an_address_has_two_levels(typed):
    reading = XX.read_address(typed)

    assert reading == AddressReading(city="Eastport", road="Harbour Street", number="12", room="3")
    assert XX.address_key(reading) == "Harbour Street|12|-|-|-|3"


@pytest.mark.parametrize("written", ["12-3 Harbour Street", "12 Harbour Street", "Harbour Street", ""])
def test_a_door_is_written_as_it_is_read(written):
    assert XX.door_text(XX.read_address(written)) == written


def test_there_is_one_script_and_no_settlement_of_its_own():
    assert XX.plain_script("12 Harbour Street") == "12 Harbour Street"
    assert not XX.names_settlement("112233", "Parish of Eastport")


def test_codes_have_no_districts_and_no_streets():
    assert [XX.code_level("1" * length) for length in range(1, 9)] == [
        None, "province", None, "city", None, "community", None, "grid",
    ]  # fmt: skip
    assert XX.code_parent("11223344") == "112233"
    assert XX.grid_code("112233", 4) == "11223304"


def test_masks_hide_what_they_promise():
    assert XX.mask_name("Ada Marlow") == "m**"
    assert XX.mask_id("123456782") == "*******82"
    assert XX.mask_phone("+99 700-1234") == "******34"


@given(st.text())
def test_reading_any_text_settles_at_once(text):
    number, phone, name = XX.read_id(text), XX.read_phone(text), XX.read_name(text)

    assert XX.read_ids([text]) == [number]
    assert XX.read_phones([text]) == [phone]
    assert XX.read_names([text]) == [name]
    assert XX.read_addresses([text]) == [XX.read_address(text)]
    assert not number.value or XX.read_id(number.value) == number
    assert not phone.value or XX.read_phone(phone.value).value == phone.value
    assert XX.read_name(name.value).value == name.value
    assert isinstance(XX.code_level(text), str | None)
    assert XX.is_synthetic_id(XX.synthetic_id("9", date(2000, 1, 1), 0))


@given(st.integers(0, 8), st.sampled_from("0123456789"))
def test_a_mistyped_id_leads_back_to_the_number(place, digit):
    typed = "123456782"[:place] + digit + "123456782"[place + 1 :]

    assert ("123456782" in XX.id_slips(typed)) == (typed != "123456782")


@pytest.mark.parametrize(
    ("left", "right", "likeness"),
    [
        ("Ada Marlow", "Marlow, Ada", "same"),
        ("Zoë Oakes", "Zoe Oakes", "sound"),
        ("Ada Marlow", "Bren Marlow", "surname"),
        ("Ada Marlow", "Ada Tenby", "given"),
        ("Ada Marlow", "Bren Tenby", "other"),
        ("Ada Marlow", "", "other"),
    ],
)
def test_names_are_compared_by_family_and_given_name(left, right, likeness):
    assert XX.name_likeness(XX.read_name(left), XX.read_name(right)) == likeness
