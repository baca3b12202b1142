"""
Owns how two writings of one value differ, in a stable word for each way and in words a clerk reads. Pure.

It says the way and never the place or the value: what a reviewer learns of a masked number is that it was mistyped.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from gridward.kernel.outcomes import Text

#: Ways in which values that agree are written differently, and in which those that differ are nearly the same.
WAYS: Mapping[str, Text] = {
    "other_writing": _("other writing of the same sound"),
    "one_character": _("one character differs"),
    "same_surname": _("same surname"),
    "one_digit": _("one digit differs"),
    "swapped_digits": _("two neighbouring digits are swapped"),
    "one_digit_more": _("one digit more or less"),
    "as_earlier_list": _("an earlier list gives this number for them"),
}


def name_way(left: str, right: str, sounds: tuple[str, str]) -> str:
    """Return how two names differ, or nothing where it is not known or one is missing."""
    if not left or not right or left == right:
        return ""
    if sounds[0] and sounds[0] == sounds[1]:
        return "other_writing"
    if _one_place(left, right):
        return "one_character"
    first = [sound.partition(" ")[0] for sound in sounds]
    return "same_surname" if first[0] and first[0] == first[1] else ""


def number_way(left: str, right: str) -> str:
    """Return how two numbers differ, or nothing where they have nothing to do with each other or one is missing."""
    if not left or not right or left == right:
        return ""
    if _one_place(left, right):
        return "one_digit"
    if _swapped(left, right):
        return "swapped_digits"
    return "one_digit_more" if _one_more(left, right) or _one_more(right, left) else ""


def _one_place(left: str, right: str) -> bool:
    return len(left) == len(right) > 1 and sum(a != b for a, b in zip(left, right, strict=True)) == 1


def _swapped(left: str, right: str) -> bool:
    if len(left) != len(right):
        return False
    apart = [place for place, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and left[apart[0]] == right[apart[1]]
        and left[apart[1]] == right[apart[0]]
    )


def _one_more(longer: str, shorter: str) -> bool:
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )
