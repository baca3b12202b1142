"""
Owns the first step of reading an address: one spelling of script, width, blanks, dashes, numerals, unit words.

Refuses to split anything into parts.
"""

import re
from typing import Final

from gridward.country.cn.script import SIMPLIFIED
from gridward.country.cn.text import FOLD, NUMERALS, numeral_value

#: What is longer is no address; the rest is not read.
LONGEST: Final = 200

_MARKS: Final = {
    **SIMPLIFIED,
    **FOLD,
    **{ord(char): char.upper() for char in "abcdefghijklmnopqrstuvwxyz"},
    **{code: chr(new).upper() for code, new in FOLD.items() if isinstance(new, int)},
    **{ord(char): " " for char in "()（）[]【】{}〔〕<>《》,，、;；。:：|/\\'\"“”‘’!！?？"},
    ord("＃"): "#",
}
_LABEL: Final = re.compile(
    r"^ *(?:(?:现|常|户籍|家庭|详细|居住|联系)?(?:住址|地址|住所|居住地|户籍地)"
    r"|(?:我们?|本人)?(?:现|目前|暂时|常年)?家?(?:居|暂|租)?住(?:在|于)?"
    # 在 alone may begin a compound's name (在水一方).
    r"|(?:我们?|本人|现|目前|家|人)+在|(?:我|现)居) *"
)
_POSTCODE: Final = re.compile(r"^ *[0-9]{6}(?![0-9-]) *")
# A blank tells something only between two characters of the ASCII kind: '273 3-2-501'.
_IDLE_BLANK: Final = re.compile(r"(?<![0-9A-Z]) +| +(?![0-9A-Z])")

_UNIT_WORDS: Final = (
    "号楼|号(?!园|路|院区|线)|幢|栋|单元|层|楼(?!梯)|室|房(?!东)|座|组|队|弄|期|户|门(?![口诊卫])"
)
_NUMERAL: Final = re.compile(f"[{NUMERALS}]+(?=(?:{_UNIT_WORDS}))")
_SUB_NUMERAL: Final = re.compile(f"(?<=号[之附])[{NUMERALS}]+|(?<=[0-9][之附])[{NUMERALS}]+(?=号)")
_TRAILING_NUMERAL: Final = re.compile(f"(?<=[元幢栋座楼层号#-])[{NUMERALS}]+(?=-|$)")
_LEADING_NUMERAL: Final = re.compile(
    f"(?<=[元幢栋座楼层号#-])[{NUMERALS}]+(?=-)|[{NUMERALS}]+(?=-[0-9{NUMERALS}])"
)
_ORDINAL: Final = re.compile(f"第(?=[0-9]+(?:{_UNIT_WORDS}))")
_BASEMENT: Final = re.compile(r"(?:负|地下)(?=[0-9]+(?:层|楼))")


def _digits(match: re.Match[str]) -> str:
    return numeral_value(match[0])


def _spelled(folded: str) -> str:
    stripped = _POSTCODE.sub("", _LABEL.sub("", folded))
    stripped = _IDLE_BLANK.sub("", " ".join(stripped.split()))
    for pattern in (_NUMERAL, _SUB_NUMERAL, _TRAILING_NUMERAL, _LEADING_NUMERAL):
        stripped = pattern.sub(_digits, stripped)
    return _BASEMENT.sub("B", _ORDINAL.sub("", stripped))


def address_text(text: str) -> str:
    """Give one spelling of an address as it was typed; reading that spelling again changes nothing."""
    before = text[:LONGEST].translate(_MARKS)
    # One step can open the way for an earlier one (一-第2室); each pass leaves fewer numerals, labels and blanks.
    while (after := _spelled(before)) != before:
        before = after
    return after
