"""Resident numbers and the numbers of other documents, held against the standard written down a second time."""

from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridward.country.api import IdReading, pack
from gridward.country.cn import ids
from tests.country.hostile import in_no_time

CN = pack("cn")
#: GB 11643, copied from its table and not computed.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LAST = "10X98765432"
NOTHING = IdReading("01", "", "")


def whole(first_seventeen: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return first_seventeen + LAST[total % 11]


days = st.dates(date(1850, 1, 1), date(2150, 12, 31)).map(lambda day: f"{day:%Y%m%d}")
regions = st.sampled_from(
    ["110101", "320102", "320124", "440305", "540102", "659001", "810000", "820000", "830000"]
)
sequences = st.integers(0, 999).map("{:03d}".format)


@given(regions, days, sequences)
def test_of_all_eleven_ends_exactly_one_passes(region: str, day: str, sequence: str) -> None:
    first = region + day + sequence

    passing = [first + end for end in "0123456789X" if CN.read_id(first + end).value]

    assert passing == [whole(first)]
    assert CN.read_id(passing[0]) == IdReading("01", passing[0], "")


@given(regions, days, sequences, st.integers(0, 16), st.integers(1, 9))
def test_a_number_of_which_one_digit_was_misread_is_never_a_key(region, day, sequence, place, step) -> None:
    number = whole(region + day + sequence)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]

    assert CN.read_id(wrong).value == ""
    assert CN.read_id(wrong).problem in ("check_digit", "date")


# --- days -----------------------------------------------------------------------------------------------------------


@given(st.integers(1850, 2150))
def test_the_29th_of_february_is_a_birthday_in_leap_years_only(year: int) -> None:
    reading = CN.read_id(whole(f"320102{year}0229001"))

    assert bool(reading.value) == isleap(year)
    assert reading.problem == ("" if isleap(year) else "date")


@pytest.mark.parametrize(
    "day",
    [
        "19800431",
        "19801301",
        "19800001",
        "19800100",
        "19800132",
        "18491231",
        "21510101",
        "00000101",
        "99990909",
    ],
)
def test_a_day_that_never_was_or_is_not_a_lifetime_is_a_problem(day: str) -> None:
    assert CN.read_id(whole(f"320102{day}001")) == NOTHING._replace(problem="date")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-3, 3))
def test_a_person_is_not_born_after_the_day_of_the_list(born: date, later: int) -> None:
    number = CN.synthetic_id("3201", born, 1)
    day = born + timedelta(days=later)

    assert bool(CN.read_id(number, today=day).value) == (later >= 0)
    assert CN.read_ids([number, ""], today=day)[0] == CN.read_id(number, today=day)


def test_the_date_is_looked_at_before_the_check_digit_is() -> None:
    # Someone born tomorrow is no typing error, and a wrong day explains more than a wrong sum.
    assert CN.read_id("320102198002300010").problem == "date"


# --- fifteen digits -------------------------------------------------------------------------------------------------


@given(regions, st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 995))
def test_fifteen_digits_become_the_eighteen_of_the_same_person(
    region: str, born: date, sequence: int
) -> None:
    old = f"{region}{born:%y%m%d}{sequence:03d}"
    new = whole(f"{region}{born:%Y%m%d}{sequence:03d}")

    assert CN.read_id(old) == CN.read_id(new) == IdReading("01", new, "")
    assert CN.read_id(f" {old[:6]} {old[6:12]}-{old[12:]}") == CN.read_id(new)


@pytest.mark.parametrize(
    ("old", "born"),
    [("320102991231995", "19991231"), ("320102991231996", "18991231"), ("320102500101999", "18500101")],
)
def test_the_last_four_sequences_were_for_people_over_a_hundred(old: str, born: str) -> None:
    assert CN.read_id(old).value[6:14] == born


@pytest.mark.parametrize(
    ("old", "problem"),
    [
        ("320102490101996", "date"),  # it would be 1849
        ("320102990229001", "date"),
        ("320102000229001", "date"),  # 1900 was no leap year
        ("320102019999001", "date"),
        ("111111111111111", "characters"),  # a filled cell, not a birthday on 11 November 1911
        ("000000000000000", "characters"),
    ],
)
def test_fifteen_digits_without_a_real_day_are_no_key(old: str, problem: str) -> None:
    assert CN.read_id(old) == NOTHING._replace(problem=problem)


def test_a_fifteen_digit_number_has_no_letter() -> None:
    assert CN.read_id("32010280010100X") == NOTHING._replace(problem="length")


# --- regions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "why"),
    [
        ("110103", "崇文区, merged in 2010"),
        ("320103", "白下区, merged in 2013"),
        ("320107", "下关区, merged in 2013"),
        ("320122", "江浦县, a district since 2002"),
        ("510229", "永川县, of Sichuan before Chongqing left it"),
        ("710000", "Taiwan"),
    ],
)
def test_a_number_outlives_the_county_that_gave_it(region: str, why: str) -> None:
    number = whole(f"{region}19500101001")

    assert CN.read_id(number) == IdReading("01", number, ""), why


@given(st.integers(1, 8).flatmap(lambda first: st.integers(first * 100_000, first * 100_000 + 99_999)), days)
def test_an_unknown_region_warns_and_never_rejects(region: int, day: str) -> None:
    number = whole(f"{region}{day}001")
    reading = CN.read_id(number)

    assert (reading.kind, reading.value) == ("01", number)
    assert reading.problem == ("" if CN.region_names(str(region)) else "unknown_region")


# --- how it is typed ------------------------------------------------------------------------------------------------

NUMBER = whole("32010219800310123")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(
    st.lists(st.sampled_from([" ", "-", "\u3000", "\t", "\u200b", "'", "－", "–"]), min_size=18, max_size=18),
    st.booleans(),
    st.sampled_from([NUMBER, "11010519491231002X"]),
)
def test_whatever_stands_between_the_digits_the_number_is_the_same(
    gaps: list[str], wide: bool, number: str
) -> None:
    digits = number.translate(WIDE) if wide else number

    assert CN.read_id("".join(gap + digit for gap, digit in zip(gaps, digits, strict=True))).value == number


@pytest.mark.parametrize(
    "cell",
    [
        "{}（本人）",
        "身份证号：{}",
        "身份证 {}",
        "ID: {}",
        "张三{}",
        "{}；",
        "“{}”",
        "{}/{}",
        '="{}"',
    ],
)
def test_a_number_with_words_around_it_is_found(cell: str) -> None:
    assert CN.read_id(cell.replace("{}", NUMBER)) == IdReading("01", NUMBER, "")


@pytest.mark.parametrize(
    "cell",
    [
        "{}、11010519491231002X",  # two people in one cell: which one would be a guess
        "1{}",
        "{}1",
        "A{}",
        "{}A",
        "320102********1234",
        "3201021980****1234",
        "32010219800310123*",
        "320102198003101.23",
        "3.20102E+17",
        "320102198003100000.0",
    ],
)
def test_what_is_hidden_cut_or_glued_is_no_key(cell: str) -> None:
    reading = CN.read_id(cell.replace("{}", NUMBER))

    assert reading.value == ""
    assert reading.problem


def test_what_a_spreadsheet_did_to_the_last_three_digits_does_not_pass_for_the_number() -> None:
    # Numbers beyond fifteen digits lose the rest: 320102198003101234 comes back as 320102198003101000.
    for number in (NUMBER, "11010519491231002X", whole("32010219751005441")):
        assert CN.read_id(number[:15] + "000").value == ""


def test_a_wrong_number_inside_words_says_what_is_wrong_with_it() -> None:
    assert CN.read_id("身份证11010519491231003X").problem == "check_digit"
    assert CN.read_id("身份证11010519491331002X").problem == "date"


# --- other documents ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("H12345678", "06", "H12345678"),
        ("h1234567801", "06", "H12345678"),  # the second card of the same person
        ("M1234567802", "06", "M12345678"),
        ("Ｍ１２３４５６７８", "06", "M12345678"),
        ("港澳通行证 H12345678", "06", "H12345678"),
        ("1234567801(B)", "07", "1234567801B"),
        ("台胞证1234567801（Ｂ）", "07", "1234567801B"),
        ("E12345678", "03", "E12345678"),
        ("ej1234567", "03", "EJ1234567"),  # ordinary, since the first series ran out
        ("P1234567", "03", "P1234567"),
        ("SE1234567", "03", "SE1234567"),
        ("D1234567", "03", "D1234567"),
        ("141234567", "03", "141234567"),
        ("护照：E12345678（已过期）", "03", "E12345678"),
        ("南字第1234567号", "04", "南字第1234567号"),
        ("南字1234567", "04", "南字第1234567号"),
        ("武字第 01234567 号", "04", "武字第01234567号"),
        ("JPN320012345678", "99", "JPN320012345678"),
    ],
)
def test_each_document_has_its_kind_and_one_spelling(typed: str, kind: str, value: str) -> None:
    assert CN.read_id(typed) == IdReading(kind, value, "")
    assert CN.read_id(value) == CN.read_id(typed)


@pytest.mark.parametrize(
    ("typed", "looks_like"),
    [
        ("12345678", "a Taiwan permit"),
        ("19800310", "a birthday"),
        ("83211234", "a landline"),
        ("15412345678", "a telephone"),
        ("H12345", "cut off"),
        ("H123456789", "one digit more"),
        ("K1234", "a train seat"),
        ("苏A12345", "a plate"),
        ("6222021234567890123", "a bank card"),
        ("南字第号", "no number"),
        ("JPN3200123456789", "one digit more"),
    ],
)
def test_what_only_looks_like_a_document_is_no_key(typed: str, looks_like: str) -> None:
    assert CN.read_id(typed).value == "", looks_like


def test_foreigners_with_permanent_residence_pass_the_same_check() -> None:
    number = whole("91184019800310123")

    assert CN.read_id(number) == IdReading("99", number, "")
    assert CN.read_id(number[:-1] + ("0" if number[-1] != "0" else "1")).problem == "check_digit"


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residents_from_hong_kong_macau_and_taiwan_have_numbers_of_the_same_kind(region: str) -> None:
    assert CN.read_id(whole(f"{region}19900101001")).kind == "01"


# --- synthetic people -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [1, 999, 1849, 2151, 9999])
def test_nobody_is_invented_who_was_born_in_no_lifetime(year: int) -> None:
    with pytest.raises(ValueError, match="birth date"):
        CN.synthetic_id("320102", date(year, 1, 1), 1)


@given(st.integers(1000, 9999), st.dates(date(1850, 1, 1), date(2150, 12, 31)), st.integers(0, 999))
@example(3201, date(1850, 1, 1), 0)
def test_an_invented_number_has_eighteen_places_and_says_its_day(
    prefecture: int, born: date, sequence: int
) -> None:
    number = CN.synthetic_id(str(prefecture), born, sequence)

    assert number == whole(f"{prefecture}99{born:%Y%m%d}{sequence:03d}")
    assert not CN.region_names(number[:6])


@given(regions, days, sequences)
def test_no_number_of_a_region_that_exists_is_taken_for_invented(
    region: str, day: str, sequence: str
) -> None:
    assert not CN.is_synthetic_id(whole(region + day + sequence))


@given(days, sequences, st.integers(0, 17))
def test_an_invented_number_that_is_misspelled_is_not_one(day: str, sequence: str, place: int) -> None:
    number = whole(f"320199{day}{sequence}")
    wrong = number[:place] + "?" + number[place + 1 :]

    assert CN.is_synthetic_id(number)
    assert not CN.is_synthetic_id(wrong)
    assert not CN.is_synthetic_id(number + " ")


# --- any text -------------------------------------------------------------------------------------------------------

WORDS = (
    "3201021980 0310123 1101051949 1231002X （本人） 护照 E1 234567 H 1234 (B) 字第 号 南 - 、 X x Ｘ * 7 １"
)
PIECES = st.lists(st.sampled_from([*WORDS.split(), " "]), max_size=8).map("".join)


@given(PIECES)
@example("11010519491231002X（本人）")
def test_what_is_read_is_read_the_same_again_and_never_with_a_problem_that_forbids_it(text: str) -> None:
    reading = CN.read_id(text)

    assert bool(reading.value) == (reading.problem in ("", "unknown_region"))
    if reading.value:
        assert CN.read_id(reading.value) == reading
        assert CN.read_id(text + " ") == reading


@pytest.mark.parametrize("text", ["1" * 100_000, "1 " * 50_000, "(" * 50_000, "字第" * 30_000, "X" * 100_000])
def test_a_hostile_cell_is_read_in_no_time(text: str) -> None:
    with in_no_time():
        assert CN.read_id(text).value == ""


@given(st.lists(st.one_of(PIECES, st.just(NUMBER)), max_size=5))
def test_a_column_is_its_cells(cells: list[str]) -> None:
    assert CN.read_ids(cells) == [CN.read_id(cell) for cell in cells]


def test_odd_input_does_not_fill_the_memory() -> None:
    before = len(ids._HEADS), len(ids._DATES)
    for number in range(100_000, 100_500):
        CN.read_id(f"{number}198013{number % 100:02d}0010")
        CN.read_id(whole(f"{number}99990101001"))

    assert (len(ids._HEADS), len(ids._DATES)) == before
