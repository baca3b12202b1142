"""
Owns reading many addresses that differ in their numbers only: what becomes of each number in one of them becomes of it
in all. Refuses texts where that is not certain.

A text is read with its numbers exchanged for strange ones of the same length: what is strange in the reading is a
number of the text. Where words or wide digits may become numbers too, it is read twice with different ones: what is
equal in both readings was none of them. Anything else makes no shape.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from gridward.country.cn.text import NUMERALS

RUN: Final = re.compile("[0-9]+")
_DIGITS_ALIKE: Final = bytes.maketrans(b"123456789", b"000000000")
#: Each number gets a digit of its own, another one in the second reading.
MOST_RUNS: Final = 8
_FIRST, _SECOND = "12345678", "98765432"
#: What becomes a number without being one of the text's runs of digits.
_MAY_BECOME_NUMBER: Final = re.compile(rf"[{NUMERALS}]|(?![0-9])\d")
_OWN: Final = {first: place for place, first in enumerate(_FIRST)}

#: The parts of a reading as they are when no number stands in them; for the others the pieces, where a piece is the
#: place of a number in the text or a text of its own.
Shape = tuple[tuple[str, ...], tuple[tuple[int, tuple[int | str, ...]], ...]]


def may_stand_for(runs: Sequence[str]) -> bool:
    """Tell whether a text with these numbers can be read like others: leading zeros are dropped, so they tell."""
    return 0 < len(runs) <= MOST_RUNS and not any(run[0] == "0" for run in runs)


def likeness(text: str) -> bytes:
    """Return what a text has in common with all those that are read like it: everything but its digits."""
    return text.encode("utf-8", "surrogatepass").translate(_DIGITS_ALIKE)


def shape_of(text: str, read: Callable[[str], Sequence[str]]) -> Shape | None:
    """Return where the numbers of a text go when it is read, None when that cannot be told."""
    lengths = [len(run) for run in RUN.findall(text)]
    first = read(_exchanged(text, _FIRST))
    second = read(_exchanged(text, _SECOND)) if _MAY_BECOME_NUMBER.search(text) else None
    filled_in = []
    for place, one in enumerate(first):
        other = second[place] if second else None
        if not RUN.search(one) and other in (one, None):
            continue
        pieces = _pieces(one, other, lengths)
        if pieces is None:
            return None
        filled_in.append((place, pieces))
    return tuple(first), tuple(filled_in)


def filled(shape: Shape, runs: Sequence[str]) -> list[str]:
    """Return the parts of a reading with these numbers in their places."""
    parts, places = list(shape[0]), shape[1]
    for place, pieces in places:
        only = pieces[0]
        if len(pieces) == 1 and isinstance(only, int):
            parts[place] = runs[only]
        else:
            parts[place] = "".join([runs[piece] if isinstance(piece, int) else piece for piece in pieces])
    return parts


def _exchanged(text: str, digits: str) -> str:
    strange = iter(digits)
    return RUN.sub(lambda run: next(strange) * len(run[0]), text)


def _pieces(one: str, other: str | None, lengths: Sequence[int]) -> tuple[int | str, ...] | None:
    """Return what a part is made of, as its one or two readings tell; None when they do not."""
    ours, between = RUN.findall(one), RUN.split(one)
    theirs = ours if other is None else RUN.findall(other)
    if len(ours) != len(theirs) or (other is not None and between != RUN.split(other)):
        return None
    pieces: list[int | str] = [between[0]]
    for number, again, text in zip(ours, theirs, between[1:], strict=True):
        place = _place(number, lengths)
        is_exchanged = place is not None and (other is None or again == _SECOND[place] * lengths[place])
        if is_exchanged and place is not None:
            pieces += [place, text]
        elif other is not None and number == again:
            pieces += [number, text]
        else:
            return None
    return tuple(piece for piece in pieces if piece != "")


def _place(number: str, lengths: Sequence[int]) -> int | None:
    """Return which of the text's numbers this is, None when it is none of them or only a piece."""
    place = _OWN.get(number[0], len(lengths))
    return place if place < len(lengths) and number == _FIRST[place] * lengths[place] else None
