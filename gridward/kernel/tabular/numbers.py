"""
Numbers as text: the digits a clerk typed, or a warning that they are gone.

Owns the reading of stored numbers. Refuses to guess lost digits.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

# Spreadsheet programs keep 15 digits; from the sixteenth on they write zeros or noise.
_DIGITS_KEPT: Final = 15
_EXPONENT_MAX: Final = 40
_SCIENTIFIC: Final = re.compile(r"[+-]?(\d(?:\.(\d+))?)[eE]\+?(\d{1,3})\Z")
_FLOAT_OF_WHOLE: Final = re.compile(r"(\d{7,})\.0+\Z")


def number_text(raw: str) -> tuple[str, bool]:
    """Return a stored number as plain digits, and whether digits may have been lost on the way."""
    if len(raw) <= _DIGITS_KEPT and raw.isascii() and raw.isdigit():
        return raw, False
    try:
        number = Decimal(raw)
    except (InvalidOperation, ValueError):
        return raw, True
    if not number.is_finite() or abs(number.adjusted()) > _EXPONENT_MAX:
        return raw, True
    if number.adjusted() >= _DIGITS_KEPT:
        return format(number.to_integral_value(), "f"), True
    text = format(Decimal(format(number, f".{_DIGITS_KEPT}g")), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text), False


def typed_number_text(text: str) -> tuple[str, bool] | None:
    """Return what a cell of a text file meant if a program wrote it as a number, None if none did."""
    scientific = _SCIENTIFIC.match(text)
    if scientific:
        decimals, exponent = scientific[2] or "", int(scientific[3])
        if exponent > _EXPONENT_MAX:
            return None
        lost = exponent > len(decimals) or exponent >= _DIGITS_KEPT
        return (text, True) if lost else number_text(text)
    whole = _FLOAT_OF_WHOLE.match(text)
    if whole:
        return whole[1], len(whole[1]) > _DIGITS_KEPT
    return None
