"""
Owns the folding of Chinese typing habits: full-width characters, exotic dashes and blanks, numerals in words.

Refuses to know what a text means.
"""

import re
from typing import Final

BLANKS: Final = "\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u180e\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)
INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad"
DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501\ufe58\ufe63\uff0d\u30fc~\uff5e\u301c"
HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

#: Unifies width, blanks and dashes and drops what cannot be seen; the length may shrink, the meaning may not.
FOLD: Final = {
    **HALF_WIDTH,
    **{ord(blank): " " for blank in BLANKS},
    **{ord(dash): "-" for dash in DASHES},
    **{ord(mark): None for mark in INVISIBLE},
}

_DIGITS: Final = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
}
_PLACES: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100}
NUMERALS: Final = "".join([*_DIGITS, *_PLACES])
_ONLY_NUMERALS: Final = re.compile(f"[{NUMERALS}]+")


def numeral_value(words: str) -> str:
    """
    Give the digits of a numeral in words: 二十一 is '21', 五零一 is '501', 一百零三 is '103'.

    What is not a numeral comes back as it is.
    """
    if not _ONLY_NUMERALS.fullmatch(words):
        return words
    if not any(char in _PLACES for char in words):
        return "".join([str(_DIGITS[char]) for char in words])
    total, pending = 0, None
    for char in words:
        if char in _PLACES:
            total += (1 if pending is None else pending) * _PLACES[char]
            pending = None
        else:
            pending = _DIGITS[char]
    return str(total + (pending or 0))


def bare_number(text: str) -> str:
    """Drop leading zeros: '0501' is '501', '00' is '0', 'A03' stays."""
    return text.lstrip("0") or "0" if text[:1] == "0" else text
