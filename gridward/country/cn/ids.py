"""
Owns the numbers of identity documents: the resident id (GB 11643) and the shapes of the other kinds.

Kinds are those of CV02.01.101: '01' resident id, '03' passport, '04' officer's card, '06' Hong Kong/Macau permit,
'07' Taiwan permit, '99' other. Refuses to reject a number because its region is unknown: that is a warning. Refuses
eight bare digits, the newer Taiwan permit: birthdays and landlines in the wrong column look the same.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from gridward.country.cn.regions import REGIONS
from gridward.country.cn.text import FOLD
from gridward.country.readings import IdReading

WEIGHTS: Final = tuple(2 ** (17 - place) % 11 for place in range(17))
CHECKS: Final = "10X98765432"
SYNTHETIC_COUNTY: Final = "99"
#: Nobody who lives was born before, and no number will be read after.
FIRST_YEAR, LAST_YEAR = 1850, 2150

# Typists put the letter X as a Cyrillic one or a multiplication sign; spreadsheets put an apostrophe in front.
CLEAN: Final = {
    **{code: (chr(new).upper() if isinstance(new, int) else None) for code, new in FOLD.items()},
    **{ord(char): char.upper() for char in "abcdefghijklmnopqrstuvwxyz"},
    **{ord(char): None for char in " -'`\u2018\u2019\uff07\u00b4\""},
    **{ord(char): "X" for char in "×✕ХхΧχ"},
}
_RESIDENT: Final = re.compile(r"[0-9]{17}[0-9X]")
_OLD: Final = re.compile(r"[0-9]{15}")
_DIGITS: Final = re.compile(r"[0-9]+X?")
#: A whole number in a cell that says more: 身份证110105... (本人). Fifteen digits would be too little to be sure of.
_INSIDE: Final = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])")
_AROUND: Final = re.compile(r"^[^0-9A-Z]+|[^0-9A-Z]+$")
_OFFICER: Final = re.compile(r"([\u4e00-\u9fff]{1,3})字第?([0-9]{6,8})号?")
_OTHERS: Final = (
    # Two digits more count the cards; the holder's own number is the same on all of them.
    ("06", re.compile(r"([HM][0-9]{8})(?:[0-9]{2})?")),
    ("07", re.compile(r"([0-9]{10})\(?([A-Z])")),
    ("03", re.compile(r"(E[A-Z][0-9]{7}|[A-Z]{1,2}[0-9]{6,8}|1[45][0-9]{7})")),
    ("99", re.compile(r"([A-Z]{3}[0-9]{12})")),
)
_ALLOWED: Final = re.compile(r"[0-9A-Z]+")


def _weighted(digits: str, place: int) -> int:
    return sum([int(digit) * WEIGHTS[place + step] for step, digit in enumerate(digits)])


class _Dates(dict[str, int]):
    """The share of each real date in the check sum; -1 for a date that never was. Holds real dates only."""

    def __missing__(self, text: str) -> int:
        year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
        try:
            date(year, month, day)
        except ValueError:
            return -1
        total = _weighted(text, 6)
        if FIRST_YEAR <= year <= LAST_YEAR:
            self[text] = total
            return total
        return -1


class _Heads(dict[str, int]):
    """The share of each region in the check sum. Keeps known regions only, so that odd input cannot fill memory."""

    def __missing__(self, text: str) -> int:
        return _weighted(text, 0)


# Four look-ups in place of seventeen multiplications: a column of ids is read at list speed.
_SYNTHETIC: Final = {code[:4] + SYNTHETIC_COUNTY for code in REGIONS}
_HEADS: Final = _Heads({code: _weighted(code, 0) for code in _SYNTHETIC.union(REGIONS)})
_DATES: Final = _Dates()
_TAILS: Final = {f"{number:03d}": _weighted(f"{number:03d}", 14) for number in range(1000)}


def check_digit(first_seventeen: str) -> str:
    """Give the 18th character for the first seventeen digits of a resident id."""
    return CHECKS[_weighted(first_seventeen, 0) % 11]


def _resident(value: str, last_day: str) -> IdReading:
    birth = value[6:14]
    share = _DATES[birth]
    if share < 0 or birth > last_day:
        return IdReading("01", "", "date")
    head = value[:6]
    if CHECKS[(_HEADS[head] + share + _TAILS[value[14:17]]) % 11] != value[17]:
        return IdReading("01", "", "check_digit")
    if head in REGIONS:
        return IdReading("01", value, "")
    # Numbers of foreigners with permanent residence start with 9 and follow the same rule.
    return IdReading("99", value, "") if value[0] == "9" else IdReading("01", value, "unknown_region")


def _upgrade(old: str) -> str:
    """Make 18 digits of 15; sequences 996-999 were given to people born in the century before."""
    century = "18" if old[12:] >= "996" else "19"
    first = old[:6] + century + old[6:]
    return first + check_digit(first)


def _old(value: str, last_day: str) -> IdReading:
    # Nothing checks fifteen digits, and a row of ones would be a birthday in 1911.
    return IdReading("01", "", "characters") if len(set(value)) == 1 else _resident(_upgrade(value), last_day)


def _other(value: str, last_day: str) -> IdReading:
    inside = set(_INSIDE.findall(value))
    if len(inside) == 1:
        return _resident(inside.pop(), last_day)
    if match := _OFFICER.fullmatch(value):
        return IdReading("04", f"{match[1]}字第{match[2]}号", "")
    bare = _AROUND.sub("", value)
    for kind, shape in _OTHERS:
        if match := shape.fullmatch(bare):
            return IdReading(kind, "".join(match.groups()), "")
    if _DIGITS.fullmatch(value):
        return IdReading("01", "", "length")
    if _ALLOWED.fullmatch(value):
        return IdReading("01" if len(value) in (15, 18) else "", "", "characters")
    return IdReading("", "", "characters")


def _read(text: str, last_day: str) -> IdReading:
    if _RESIDENT.fullmatch(text):
        return _resident(text, last_day)
    quick = text.upper().replace(" ", "").replace("-", "")
    if _RESIDENT.fullmatch(quick):
        return _resident(quick, last_day)
    value = text.translate(CLEAN)
    if _RESIDENT.fullmatch(value):
        return _resident(value, last_day)
    if not value:
        return IdReading("", "", "empty")
    if _OLD.fullmatch(value):
        return _old(value, last_day)
    return _other(value, last_day)


def _last_day(today: date | None) -> str:
    return "99991231" if today is None else today.strftime("%Y%m%d")


def read_id(text: str, *, today: date | None = None) -> IdReading:
    """Read one identity number; without `today` a birth date in the future is not noticed."""
    return _read(text, _last_day(today))


def read_ids(texts: Sequence[str], *, today: date | None = None) -> list[IdReading]:
    """Read a column of identity numbers."""
    last_day = _last_day(today)
    return [_read(text, last_day) for text in texts]


def synthetic_id(region: str, birth_date: date, sequence: int) -> str:
    """
    Make a resident id that passes every check and belongs to nobody.

    The county digits are replaced by 99: no edition of GB/T 2260 has a county above 90 inside a prefecture, so no
    police office can have issued the number. Reading it gives the warning `unknown_region`, which marks synthetic
    people wherever they turn up. The sequence's parity is the sex (odd male), as in real numbers.
    """
    if not re.fullmatch(r"[0-9]{4}(?:[0-9]{2})?", region) or not 0 <= sequence <= 999:
        raise ValueError("region needs 4 or 6 digits, sequence 0 to 999")
    if not FIRST_YEAR <= birth_date.year <= LAST_YEAR:
        raise ValueError(f"birth date needs a year from {FIRST_YEAR} to {LAST_YEAR}")
    first = f"{region[:4]}{SYNTHETIC_COUNTY}{birth_date:%Y%m%d}{sequence:03d}"
    return first + check_digit(first)


def is_synthetic_id(value: str) -> bool:
    """Say whether a number is one that `synthetic_id` makes."""
    return value[4:6] == SYNTHETIC_COUNTY and read_id(value) == IdReading("01", value, "unknown_region")
