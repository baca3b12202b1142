"""
Owns telephone numbers as they are typed in China.

A mobile number is its 11 digits, a landline keeps its trunk zero (02583211234, extension dropped), a foreign number
its plus sign, so that no two kinds can ever be equal. Refuses to guess an area code.
"""

import re
from collections.abc import Sequence
from typing import Final

from gridward.country.cn.text import FOLD
from gridward.country.readings import PhoneReading

_FOLD: Final = {**FOLD, **{ord(char): " " for char in "()（）[]【】·."}}
SQUEEZE: Final = {**_FOLD, ord(" "): None, ord("-"): None, 0x3000: None}
SQUEEZE.update({code: None for code, new in _FOLD.items() if new in (" ", "-")})

_MOBILE: Final = r"1[3-9][0-9]{9}"
_LANDLINE: Final = r"(?:10|2[0-9])[2-9][0-9]{7}|[3-9][0-9]{2}[2-9][0-9]{6,7}"
_PLAIN: Final = re.compile(_MOBILE)
_FAST: Final = re.compile(rf"(?:(?:\+|00)?86)?0?({_MOBILE})")
_FAST_LANDLINE: Final = re.compile(rf"(?:(?:(?:\+|00)?86)0?|0)({_LANDLINE})")
_SHORT: Final = re.compile(r"1[012][0-9]|1[012][0-9]{3}|9[56][0-9]{3,4}|[48]00[0-9]{7}")
_LOCAL: Final = re.compile(r"[2-8][0-9]{6,7}")
#: 0311-2345678-1 is an extension of a number of seven digits and no number of eight.
_EXTENSION: Final = re.compile(r"((?:^|[^0-9])(?:0[0-9]{9,11}|[2-9][0-9]{6,7})) ?- ?[0-9]{1,5} *$")
_ANY_DIGIT: Final = re.compile(r"[0-9]")


def _spaced(*groups: str) -> str:
    """Allow a blank or a dash between any two digits of the groups."""
    return r"[ -]{0,3}".join(groups)


_D: Final = r"(?:[ -]{0,3}[0-9])"
_SEARCH: Final = re.compile(
    # Behind a hidden digit (1*001000000) begins no number of its own.
    rf"""(?<![0-9+*?○某])(?<![0-9][xX])(?:
      (?P<foreign>(?:\+|00)(?!{_spaced("8", "6")}|0)[0-9]{_D}{{6,14}})
    | (?:(?:\+|00)?{_spaced("8", "6")}[ -]{{0,3}})?0?(?P<mobile>1[ -]?[3-9]{_D}{{9}})
    | (?:(?:\+|00)?{_spaced("8", "6")}[ -]{{0,3}}0?|0)(?P<landline>
          (?:10|2[0-9])[ -]{{0,3}}[2-9]{_D}{{7}}
          | [3-9][0-9]{{2}}[ -]{{0,3}}(?:[2-9][0-9]{{6,7}}(?![0-9])|[2-9]{_D}{{6,7}}))
          (?:[ ]?(?:转|分机|-|x|X|ext)[ ]?[0-9]{{1,5}}(?![0-9-]))?
    | (?P<service>[48]00{_D}{{7}})
    )(?![0-9])""",
    re.VERBOSE,
)
_SEPARATORS: Final = re.compile(r"[ -]")


def _found(match: re.Match[str]) -> PhoneReading:
    kind = str(match.lastgroup)
    digits = _SEPARATORS.sub("", match[kind])
    if kind == "foreign":
        return PhoneReading("+" + digits.removeprefix("+").removeprefix("00"), kind, "")
    return PhoneReading("0" + digits if kind == "landline" else digits, kind, "")


def _search(text: str, squeezed: str) -> PhoneReading:
    readings = list(dict.fromkeys(_found(match) for match in _SEARCH.finditer(text.translate(_FOLD))))
    if readings:
        return readings[0] if len(readings) == 1 else readings[0]._replace(problem="several")
    if _LOCAL.fullmatch(squeezed):
        return PhoneReading("", "landline", "area_code")
    if not squeezed.strip():
        return PhoneReading("", "", "empty")
    return PhoneReading("", "", "length" if _ANY_DIGIT.search(squeezed) else "characters")


def read_phone(text: str) -> PhoneReading:
    """Read one telephone cell; of several numbers the first valid one."""
    if _PLAIN.fullmatch(text):
        return PhoneReading(text, "mobile", "")
    squeezed = text.translate(SQUEEZE)
    if match := _FAST.fullmatch(squeezed):
        return PhoneReading(match[1], "mobile", "")
    line = _EXTENSION.sub(r"\1", text.translate(_FOLD)).translate(SQUEEZE)
    if match := _FAST_LANDLINE.fullmatch(line):
        return PhoneReading("0" + match[1], "landline", "")
    if _SHORT.fullmatch(squeezed):
        return PhoneReading(squeezed, "service", "")
    return _search(text, squeezed)


def read_phones(texts: Sequence[str]) -> list[PhoneReading]:
    """Read a column of telephone cells."""
    return [read_phone(text) for text in texts]


SYNTHETIC_PREFIX: Final = "154"


def synthetic_phone(number: int) -> str:
    """
    Make the n-th number of 100 million that have the mobile shape and ring nowhere.

    China sets no numbers aside for fiction. 154 is among the prefixes that the regulator had not given to any operator
    when this was written (with 142, 143, 161, 164, 194). 179 would be worse: 179xx dials out through IP gateways and
    could ring a stranger.
    """
    if not 0 <= number < 10**8:
        raise ValueError("number needs to be 0 to 99,999,999")
    return f"{SYNTHETIC_PREFIX}{number:08d}"
