"""Fictia's fields in full: the pack that keeps the interface honest has to be honest itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import PROBLEMS, AddressReading, IdReading, NameReading, PhoneReading, pack

XX = pack("xx")


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("AB1234567", IdReading("passport", "AB1234567", "")),
        ("ab 123 4567", IdReading("passport", "AB1234567", "")),
        ("１２３－４５６－７８２", IdReading("", "", "characters")),  # its dash is none of ours
        ("１２３４５６７８２", IdReading("id", "123456782", "")),
        ("723456786", IdReading("id", "723456786", "unknown_region")),
        ("12345678X", IdReading("", "", "characters")),
        ("1234567821", IdReading("", "", "length")),
        (" . - ", IdReading("", "", "empty")),
    ],
)
def test_an_id_or_passport_is_read_as_typed(typed: str, reading: IdReading) -> None:
    assert XX.read_id(typed) == reading


@given(st.integers(0, 10**8 - 1).map("{:08d}".format), st.integers(0, 6))
def test_exchanged_neighbours_pass_only_where_luhn_is_blind(digits: str, place: int) -> None:
    number = digits + XX.check_letter(digits)
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    blind = {number[place], number[place + 1]} in ({"0", "9"}, {number[place]})

    assert bool(XX.read_id(wrong).value) == blind


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("+99 300 1234", PhoneReading("03001234", "landline", "")),
        ("0099-7001234", PhoneReading("07001234", "mobile", "")),
        ("07001234 / 07001235", PhoneReading("07001234", "mobile", "several")),
        ("07001234 / 0700 1234", PhoneReading("07001234", "mobile", "")),
        ("7001234", PhoneReading("", "", "length")),
        ("none", PhoneReading("", "", "characters")),
        (" ", PhoneReading("", "", "empty")),
    ],
)
def test_a_phone_is_read_as_typed(typed: str, reading: PhoneReading) -> None:
    assert XX.read_phone(typed) == reading


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("Ms Zoë Oakes", NameReading("zoë oakes", "oakes", "zoë", "oakes zoe")),
        ("OAKES, Zoë Maria", NameReading("zoë maria oakes", "oakes", "zoë maria", "oakes zoemaria")),
        ("Marlow", NameReading("marlow", "marlow", "", "marlow")),
        (
            "O'Tenby-Marlow, Ada",
            NameReading("ada o'tenby-marlow", "o'tenby-marlow", "ada", "otenbymarlow ada"),
        ),
        ("Mr. Dr. Bren Tenby (2)", NameReading("bren tenby", "tenby", "bren", "tenby bren")),
        ("12", NameReading()),
    ],
)
def test_a_name_is_read_as_typed(typed: str, reading: NameReading) -> None:
    assert XX.read_name(typed) == reading


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("Harbour Street 7", AddressReading(road="Harbour Street", number="7")),
        ("0-0 Mill Lane, Weston", AddressReading(city="Weston", road="Mill Lane", number="0", room="0")),
        (
            "Mill Lane, Weston, next to the inn",
            AddressReading(city="Weston", road="Mill Lane", rest="next to the inn"),
        ),
        ("Mill Lane", AddressReading(road="Mill Lane")),
        ("1 2 3", AddressReading(rest="1 2 3")),
        ("", AddressReading()),
    ],
)
def test_an_address_is_read_as_typed(typed: str, reading: AddressReading) -> None:
    assert XX.read_address(typed) == reading


def test_doors_of_one_house_have_different_keys() -> None:
    cells = [
        "7-1 Mill Lane, Weston",
        "7-2 Mill Lane, Weston",
        "8-1 Mill Lane, Weston",
        "7-1 Mill Road, Weston",
    ]

    assert len({XX.address_key(reading) for reading in XX.read_addresses(cells)}) == 4


@given(st.from_regex(r"[0-9]{0,10}", fullmatch=True))
def test_the_way_up_ends_at_the_province(code: str) -> None:
    path = []
    while XX.code_level(code):
        path.append(XX.code_level(code))
        code = XX.code_parent(code) or ""

    assert path == ["grid", "community", "city", "province"][4 - len(path) :]


@pytest.mark.parametrize("code", ["１１", "1a", "", "111", "11 "])
def test_what_is_no_code_has_neither_level_nor_parent(code: str) -> None:
    assert (XX.code_level(code), XX.code_parent(code)) == (None, None)


@pytest.mark.parametrize(
    ("community", "sequence"), [("112233", 0), ("112233", 100), ("1122", 1), ("11223344", 1)]
)
def test_an_impossible_grid_is_not_made(community: str, sequence: int) -> None:
    with pytest.raises(ValueError, match="a grid needs"):
        XX.grid_code(community, sequence)


def test_what_fictia_does_not_know_it_does_not_say() -> None:
    assert XX.unit_kind("11223344") is None
    assert XX.region_names("11") == ()
    assert XX.code_name_variants("Parish of Weston") == ("Parish of Weston", "Weston")
    assert XX.code_name_variants("Weston") == ("Weston",)


@pytest.mark.parametrize(
    ("typed", "problem"), [("123456", ""), (" 123456 ", ""), ("12345", "length"), (" ", "empty")]
)
def test_a_registration_number_has_six_digits(typed: str, problem: str) -> None:
    assert XX.credit_code_problem(typed) == problem


@pytest.mark.parametrize("sequence", [-1, 100])
def test_an_id_cannot_be_invented_beyond_the_range(sequence: int) -> None:
    with pytest.raises(ValueError, match="sequence"):
        XX.synthetic_id("1", date(2000, 1, 1), sequence)


@given(st.integers(0, 9_999))
def test_invented_phones_are_mobile_and_of_the_block_for_plays(number: int) -> None:
    phone = XX.synthetic_phone(number)

    assert XX.read_phone(phone) == PhoneReading(phone, "mobile", "")
    assert phone.startswith("0700")
    with pytest.raises(ValueError, match="number"):
        XX.synthetic_phone(number + 10_000)


@given(st.text())
def test_masks_of_any_text_show_at_most_two_characters(text: str) -> None:
    for masked in (XX.mask_name(text), XX.mask_id(text), XX.mask_phone(text)):
        assert len(masked) - masked.count("*") <= 2
    assert XX.read_id(text).problem in PROBLEMS
    assert XX.read_phone(text).problem in PROBLEMS
