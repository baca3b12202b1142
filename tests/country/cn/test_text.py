"""One spelling of what is typed: widths, blanks, dashes, and numerals in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.country.cn.text import BLANKS, DASHES, FOLD, INVISIBLE, NUMERALS, bare_number, numeral_value

DIGITS = "零一二三四五六七八九"
OFFICIAL = str.maketrans("零一二三四五六七八九十百", "〇壹贰叁肆伍陆柒捌玖拾佰")


def in_words(number: int) -> str:
    """Say a number below a thousand as people do: 一百零三, 二十一, 十五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds and 10 <= number < 20:
        return "十" + (DIGITS[ones] if ones else "")
    words = DIGITS[hundreds] + "百" if hundreds else ""
    words += DIGITS[tens] + "十" if tens else "零" if hundreds and ones else ""
    return words + (DIGITS[ones] if ones else "") or "零"


@given(st.integers(0, 999))
def test_a_number_in_words_is_its_digits(number: int) -> None:
    words = in_words(number)

    assert numeral_value(words) == str(number)
    assert numeral_value(words.translate(OFFICIAL)) == str(number)


@given(st.integers(0, 99_999))
def test_a_number_said_digit_by_digit_keeps_its_zeros(number: int) -> None:
    assert numeral_value("".join(DIGITS[int(digit)] for digit in f"{number:05d}")) == f"{number:05d}"


@pytest.mark.parametrize(
    ("words", "value"), [("两百零二", "202"), ("百", "100"), ("十", "10"), ("三十", "30"), ("一百一", "101")]
)
def test_numerals_that_people_shorten(words: str, value: str) -> None:
    assert numeral_value(words) == value


@given(st.text())
def test_what_is_no_numeral_comes_back(text: str) -> None:
    value = numeral_value(text)

    assert value.isdigit() if text and set(text) <= set(NUMERALS) else value == text


@given(st.text(alphabet="0123456789ABXyz甲"))
def test_a_bare_number_loses_its_leading_zeros_once_and_for_all(text: str) -> None:
    bare = bare_number(text)

    assert text.endswith(bare)
    assert bare_number(bare) == bare
    assert text[: len(text) - len(bare)].strip("0") == ""
    assert bool(bare) == bool(text)


@given(st.text())
def test_folding_settles_at_once_and_leaves_one_kind_of_blank_and_dash(text: str) -> None:
    folded = text.translate(FOLD)

    assert folded.translate(FOLD) == folded
    assert not set(folded) & set((BLANKS + DASHES + INVISIBLE).replace(" ", "").replace("-", ""))
    assert len(folded) <= len(text)


def test_full_width_letters_become_plain_ones() -> None:
    assert "Ａ座１２０１（东）＃".translate(FOLD) == "A座1201(东)#"
    assert "3—2–501".translate(FOLD) == "3-2-501"
    assert "\u200b13\u00ad8".translate(FOLD) == "138"
