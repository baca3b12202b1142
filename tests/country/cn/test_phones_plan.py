"""Telephone numbers by the numbering plan, and every way in which they are typed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridward.country.api import PhoneReading, pack

CN = pack("cn")

#: First three digits of mobile numbers by what they are, as the regulator gave them out (numbering plan of 2017, with
#: its later allotments up to 192 and 196 in 2021). The reader knows only the shape: a prefix given out tomorrow works.
PREFIXES = {
    "China Mobile": "134 135 136 137 138 139 147 150 151 152 157 158 159 172 178 182 183 184 187 188 195 197 198",
    "China Unicom": "130 131 132 145 155 156 166 175 176 185 186 196",
    "China Telecom": "133 149 153 173 177 180 181 189 190 191 193 199",
    "China Broadnet": "192",
    "virtual operators": "162 165 167 170 171",
    "data cards and things": "140 141 144 146 148",
    "satellite": "174",
}


@pytest.mark.parametrize("operator", PREFIXES)
def test_numbers_of_every_operator_are_read(operator: str) -> None:
    for prefix in PREFIXES[operator].split():
        assert CN.read_phone(prefix + "12345678") == PhoneReading(prefix + "12345678", "mobile", ""), prefix


def test_the_block_of_invented_numbers_is_nobodys() -> None:
    given_out = {prefix for row in PREFIXES.values() for prefix in row.split()}

    assert CN.synthetic_phone(0)[:3] not in given_out
    assert CN.synthetic_phone(10**8 - 1)[:3] == CN.synthetic_phone(0)[:3]


@pytest.mark.parametrize("start", ["10", "11", "12", "20", "00", "01"])
def test_eleven_digits_of_another_beginning_are_no_mobile_number(start: str) -> None:
    assert CN.read_phone(start + "912345678").kind != "mobile"


# --- every way to type the country ---------------------------------------------------------------------------------

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0(10|2[0-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7}", fullmatch=True)
COUNTRY = st.sampled_from(
    ["", "+86", "86", "0086", "+86 ", "86-", "0086 ", "(+86)", "＋８６ ", "(86) ", "+86-"]
)
BEHIND = st.sampled_from(["", " ", "\t", "（本人）", " 张三", "，", "\u202c", "转1"])


@given(mobiles, COUNTRY, BEHIND)
def test_a_mobile_number_is_the_same_with_or_without_the_country(
    number: str, country: str, behind: str
) -> None:
    assert CN.read_phone(country + number + behind) == PhoneReading(number, "mobile", "")


@given(mobiles, st.lists(st.sampled_from(["", " ", "-", "\u3000", "—", " - "]), min_size=10, max_size=10))
def test_gaps_between_the_digits_say_nothing(number: str, gaps: list[str]) -> None:
    typed = number[0] + "".join(gap + digit for gap, digit in zip(gaps, number[1:], strict=True))

    assert CN.read_phone(typed) == PhoneReading(number, "mobile", "")


@given(landlines, st.sampled_from(["+86", "86", "0086", "+86 ", "0086-"]), st.booleans())
def test_a_landline_keeps_its_trunk_zero_wherever_it_is_dialled_from(
    number: str, country: str, zero: bool
) -> None:
    assert CN.read_phone(country + (number if zero else number[1:])) == PhoneReading(number, "landline", "")


MARKS = ["-", " - ", "－", "转", " 转 ", "分机", " ext ", "x"]


@given(st.sampled_from(["", "电话:"]), landlines, st.sampled_from(MARKS), st.integers(1, 99_999))
@example("", "03112345678", "-", 1)  # not the eight digits 23456781
@example("电话:", "03112345678", "-", 1)
def test_an_extension_is_dropped(before: str, number: str, mark: str, extension: int) -> None:
    assert CN.read_phone(f"{before}{number}{mark}{extension}") == PhoneReading(number, "landline", "")


def test_a_dash_within_a_landline_is_no_extension() -> None:
    assert CN.read_phone("0311-8123-4567").value == "031181234567"
    assert CN.read_phone("0311-2345-678").value == "03112345678"
    assert CN.read_phone("025-83211234-").value == "02583211234"


@given(mobiles, mobiles, st.sampled_from(["/", "、", " ", ";", "\n", "或", ",", "（备用）"]))
def test_of_two_numbers_the_first_is_taken_and_said(first: str, second: str, between: str) -> None:
    reading = CN.read_phone(first + between + second)

    assert reading == PhoneReading(first, "mobile", "several" if first != second else "")


@given(mobiles, st.integers(1, 10), st.sampled_from("*xX?○某"))
@example("13001000000", 1, "*")
@example("13001000000", 1, "x")
def test_a_number_with_a_hidden_digit_is_no_key(number: str, place: int, mark: str) -> None:
    reading = CN.read_phone(number[:place] + mark + number[place + 1 :])

    assert reading.value == ""
    assert reading.problem == "length"


@given(mobiles, st.integers(0, 10))
def test_one_digit_too_few_or_too_many_is_no_key(number: str, place: int) -> None:
    short = number[:place] + number[place + 1 :]
    long = number + "0"

    # A short one may still be a landline that happens to begin with the city's digits, never a mobile number.
    assert CN.read_phone(short).kind != "mobile"
    assert CN.read_phone(long).value == ""


# --- landlines ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("010-62345678", "01062345678"),
        ("025 5831 2345", "02558312345"),
        ("0311-81234567", "031181234567"),  # eight digits behind a three-digit code
        ("0998-2345678", "09982345678"),  # seven digits in the far west
        ("(0512) 6234 5678", "051262345678"),
        ("025－８３２１－１２３４", "02583211234"),
        ("家里电话025-83211234，白天", "02583211234"),
    ],
)
def test_area_codes_of_two_and_three_digits(typed: str, value: str) -> None:
    assert CN.read_phone(typed) == PhoneReading(value, "landline", "")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("83211234", "area_code"),
        ("8321 1234", "area_code"),
        ("2345678", "area_code"),
        ("025-8321123", "length"),
        ("025-832112345", "length"),
        ("025-13211234", "length"),  # no subscriber's number begins with 1
        ("0251-2345678", "length"),  # there is no such area
        ("12345678", "length"),
        ("025", "length"),
    ],
)
def test_a_landline_without_its_area_or_of_the_wrong_length_is_no_key(typed: str, problem: str) -> None:
    reading = CN.read_phone(typed)

    assert (reading.value, reading.problem) == ("", problem)


# --- nobody's own ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "110",
        "120",
        "12345",
        "12320",
        "10086",
        "10010",
        "95588",
        "96120",
        "400-820-8820",
        "8008208820",
        "4008208820转8",
    ],
)
def test_numbers_that_everybody_calls_are_told_from_those_of_people(typed: str) -> None:
    reading = CN.read_phone(typed)

    assert (reading.kind, reading.problem) == ("service", "")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("+852 9123 4567", "+85291234567"),
        ("00853 6612 3456", "+85366123456"),
        ("+886-912-345-678", "+886912345678"),
        ("+1 (650) 253-0000", "+16502530000"),
        ("0044 20 7946 0000", "+442079460000"),
        ("+81 90-1234-5678", "+819012345678"),
    ],
)
def test_numbers_of_elsewhere_keep_their_country(typed: str, value: str) -> None:
    assert CN.read_phone(typed) == PhoneReading(value, "foreign", "")
    assert CN.read_phone(value) == PhoneReading(value, "foreign", "")


@pytest.mark.parametrize(
    "typed", ["+0 123 456 789", "+86 1381234567", "+86 23", "++8613812345678x", "+12345"]
)
def test_a_plus_alone_makes_no_number_of_elsewhere(typed: str) -> None:
    assert CN.read_phone(typed).kind != "foreign"


@given(st.sampled_from(["mobile", "landline", "foreign", "service"]), st.data())
def test_no_two_kinds_can_be_equal(kind: str, data: st.DataObject) -> None:
    values = {
        "mobile": mobiles,
        "landline": landlines,
        "foreign": st.from_regex(r"\+(852|853|886|1|44)[0-9]{8,9}", fullmatch=True),
        "service": st.from_regex(r"[48]00[0-9]{7}", fullmatch=True),
    }
    reading = CN.read_phone(data.draw(values[kind]))

    assert reading.kind == kind
    starts = {"mobile": "1", "landline": "0", "foreign": "+", "service": "48"}
    assert reading.value[0] in starts[kind]


def test_an_ip_prefix_is_dialled_before_a_number_and_no_part_of_it() -> None:
    assert CN.read_phone("17951-13812345678").value == "13812345678"
    assert CN.read_phone("12593 13812345678").value == "13812345678"


# --- invented numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [-1, 10**8, 10**9])
def test_no_invented_number_lies_outside_the_block(number: int) -> None:
    with pytest.raises(ValueError, match="number"):
        CN.synthetic_phone(number)


@given(st.integers(0, 10**8 - 1), st.integers(0, 10**8 - 1))
def test_each_invented_number_belongs_to_one(one: int, other: int) -> None:
    assert (CN.synthetic_phone(one) == CN.synthetic_phone(other)) == (one == other)
