"""
Owns how numbers and names go wrong under the hand and by ear: what was meant by a document number that is none, and
how much two names are alike.

Refuses to choose: it lists what could have been meant, and says in a word how alike two names are.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from gridward.country.cn.ids import CHECKS, CLEAN, SYNTHETIC_COUNTY, WEIGHTS, check_digit, read_id
from gridward.country.cn.sounds import SOUNDS
from gridward.country.readings import NameReading

_NEAR_NUMBER: Final = re.compile(r"[0-9]{15}|[0-9]{16}|[0-9]{16,17}[0-9X]")
#: What a factor of the check sum is multiplied with to give one.
_INVERSE: Final = {factor: pow(factor, -1, 11) for factor in range(1, 11)}
_HAN: Final = re.compile("[\u4e00-\u9fff]+")
#: Sounds that are one in many mouths: flat and curled tongue, n and l at the beginning, n and ng at the end.
_BLURRED: Final = (
    (re.compile("^([zcs])h"), r"\1"),
    (re.compile("^[nr]"), "l"),
    (re.compile("ng$"), "n"),
)


def id_slips(text: str) -> tuple[str, ...]:
    """
    Give every resident id that one slip makes this text of.

    Slips are: two neighbours exchanged, one digit wrong, one left out, the last two or three lost. A text that is a
    number of eighteen digits already gives none: the check digit notices any one of these.
    """
    value = text.translate(CLEAN)
    if not _NEAR_NUMBER.fullmatch(value) or (len(value) == 18 and read_id(value).value):
        return ()
    if len(value) == 18:
        meant = [*_exchanged(value), *_retyped(value)]
    else:
        meant = [*_filled_in(value)] if len(value) == 17 else [*_completed(value)]
    return tuple(sorted({number for number in meant if _is_possible(number, value[:6])}))


def _is_possible(number: str, region: str) -> bool:
    """Tell whether a number can be meant; a region that no table knows must have been written so."""
    reading = read_id(number)
    return bool(reading.value) and (
        not reading.problem or number[:6] == region or number[4:6] == SYNTHETIC_COUNTY
    )


def _exchanged(value: str) -> Iterator[str]:
    for place in range(17):
        left, right = value[place], value[place + 1]
        if left != right and right != "X":
            yield f"{value[:place]}{right}{left}{value[place + 2 :]}"


def _retyped(value: str) -> Iterator[str]:
    """Yield the text with one digit so changed that the check sum fits: each place has one such digit, or none."""
    total = sum(int(digit) * weight for digit, weight in zip(value, WEIGHTS, strict=False))
    wanted = CHECKS.index(value[17])
    for place, weight in enumerate(WEIGHTS):
        digit = (int(value[place]) + (wanted - total) * _INVERSE[weight % 11]) % 11
        if digit < 10 and str(digit) != value[place]:
            yield f"{value[:place]}{digit}{value[place + 1 :]}"
    yield value[:17] + check_digit(value[:17])


def _filled_in(value: str) -> Iterator[str]:
    """Yield the seventeen characters with the one that was left out."""
    for place in range(18):
        for digit in "0123456789X" if place == 17 else "0123456789":
            number = f"{value[:place]}{digit}{value[place:]}"
            if number[:17].isdigit():
                yield number


def _completed(value: str) -> Iterator[str]:
    """Yield the numbers that begin so, where the end was cut off."""
    missing = 17 - len(value)
    for rest in range(10**missing):
        first = f"{value}{rest:0{missing}d}"
        yield first + check_digit(first)


def name_likeness(left: NameReading, right: NameReading) -> str:
    """Say how alike two names are; see `country.readings.NAME_LIKENESS`."""
    if not left.sound or not right.sound:
        return "other"
    if left.value == right.value:
        return "same"
    if left.sound == right.sound:
        return "sound"
    one, other = _syllables(left), _syllables(right)
    if [_blurred(sound) for sound in one] == [_blurred(sound) for sound in other]:
        return "near"
    if _blurred(one[0]) != _blurred(other[0]):
        return "given" if len(one) > 2 and one[1:] == other[1:] else "other"
    return _given_likeness(one[1:], other[1:])


def _given_likeness(one: Sequence[str], other: Sequence[str]) -> str:
    """Say how alike the given names of two people of one surname are."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if shorter and len(longer) == len(shorter) + 1:
        left_out = (list(longer[:place]) + list(longer[place + 1 :]) for place in range(len(longer)))
        return "part" if list(shorter) in left_out else "surname"
    if len(one) == len(other) > 1 and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return "one"
    return "surname"


def _syllables(name: NameReading) -> list[str]:
    """Return the sound of the surname and of each character, or word, of the given name."""
    surname, _, given = name.sound.partition(" ")
    if _HAN.fullmatch(name.given):
        return [surname, *(char.translate(SOUNDS) for char in name.given)]
    return [surname, *([given] if given else [])]


@lru_cache(4096)
def _blurred(sound: str) -> str:
    for pattern, plain in _BLURRED:
        sound = pattern.sub(plain, sound)
    return sound
