from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.api import IdReading, pack

CN = pack("cn")
STANDARDS_OWN = "11010519491231002X"

ids = st.builds(
    CN.synthetic_id,
    st.sampled_from(["320102", "110105", "440300"]),
    st.dates(date(1900, 1, 1), date(2024, 12, 31)),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002X",
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "'11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        "11010519491231002Х",
        "11010519491231002×",
        "\ufeff110105\u200b19491231002X",
        "110105491231002",
    ],
)
def test_the_standards_own_example_is_read_however_it_is_typed(typed):
    assert CN.read_id(typed) == IdReading("01", STANDARDS_OWN, "")


@pytest.mark.parametrize(
    ("typed", "kind", "problem"),
    [
        ("", "", "empty"),
        (" \u3000-", "", "empty"),
        ("110105194912310021", "01", "check_digit"),
        ("110105194913310020", "01", "date"),
        ("110105190002290029", "01", "date"),
        ("1101051949123100", "01", "length"),
        ("1101051949123100211", "01", "length"),
        ("11010519491231O02X", "01", "characters"),
        ("张三", "", "characters"),
        ("1.10105E+17", "", "characters"),
    ],
)
def test_a_number_that_is_no_key_says_why_and_gives_no_value(typed, kind, problem):
    assert CN.read_id(typed) == IdReading(kind, "", problem)


def test_a_birth_date_after_the_given_day_is_a_problem_and_on_the_day_is_none():
    newborn = CN.synthetic_id("320102", date(2020, 3, 9), 1)

    assert CN.read_id(newborn, today=date(2020, 3, 8)).problem == "date"
    assert CN.read_id(newborn, today=date(2020, 3, 9)).value == newborn
    assert CN.read_id(newborn).value == newborn


@pytest.mark.parametrize(
    "region", ["320115", "320116", "320117", "320118", "320103", "320124", "110105", "810000"]
)
def test_districts_that_are_or_were_in_force_raise_no_warning(region):
    number = region + "19800101001"
    whole = next(number[:17] + check for check in "0123456789X" if CN.read_id(number[:17] + check).value)

    assert CN.read_id(whole) == IdReading("01", whole, "")


def test_a_centenarians_old_number_falls_into_the_century_before():
    assert CN.read_id("320102991231997").value[6:10] == "1899"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("E12345678", "03"),
        ("EA1234567", "03"),
        ("g 1234 5678", "03"),
        ("H12345678", "06"),
        ("M1234567890", "06"),
        ("军字第1234567号", "04"),
        ("USA110000123456", "99"),
    ],
)
def test_other_documents_are_known_by_their_shape(typed, kind):
    reading = CN.read_id(typed)

    assert (reading.kind, reading.problem) == (kind, "")
    assert reading.value


@given(ids, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_never_passes(number, place, char):
    wrong = number[:place] + char + number[place + 1 :]

    assert (CN.read_id(wrong).value == "") == (wrong != number)


@given(ids, st.integers(0, 17), st.integers(0, 17))
def test_two_exchanged_characters_never_pass_unless_ten_places_apart(number, one, other):
    chars = list(number)
    chars[one], chars[other] = chars[other], chars[one]
    wrong = "".join(chars)

    if wrong != number and abs(one - other) != 10:
        assert CN.read_id(wrong).value == ""


@given(ids)
def test_a_synthetic_id_is_valid_warns_and_is_known_again(number):
    assert CN.read_id(number) == IdReading("01", number, "unknown_region")
    assert CN.is_synthetic_id(number)


def test_no_real_number_is_taken_for_synthetic():
    assert not CN.is_synthetic_id(STANDARDS_OWN)
    assert not CN.is_synthetic_id("")
    assert not CN.is_synthetic_id("320199198001010010")


def test_no_division_that_ever_was_ends_in_the_synthetic_county():
    assert not any(CN.region_names(f"{prefecture}99") for prefecture in range(1000, 9999))


@pytest.mark.parametrize(("region", "sequence"), [("32", 1), ("320102", 1000), ("320102", -1), ("32010X", 1)])
def test_a_synthetic_id_cannot_be_asked_for_the_impossible(region, sequence):
    with pytest.raises(ValueError, match="region"):
        CN.synthetic_id(region, date(1980, 1, 1), sequence)


@given(st.text() | st.from_regex(r"[0-9０-９A-Zx -]{9,20}"))
def test_reading_any_text_settles_at_once(text):
    first = CN.read_id(text)

    assert CN.read_ids([text]) == [first]
    if first.value:
        assert CN.read_id(first.value) == first
