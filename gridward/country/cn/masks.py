"""
Owns what of a name, id or phone may be shown by default.

Refuses to show the length of a name, and of what stands in the wrong column anything but digits and id letters.
"""

import re
from typing import Final

from gridward.country.cn.ids import CLEAN
from gridward.country.cn.names import read_name
from gridward.country.cn.phones import SQUEEZE, read_phone

_NOT_SHOWN: Final = re.compile(r"[^0-9A-Z+]")


def _last(value: str, count: int) -> str:
    return _NOT_SHOWN.sub("*", value[-count:])


def mask_name(text: str) -> str:
    """Show the surname and two stars however long the name is; of a Latin name one letter."""
    reading = read_name(text)
    if not reading.value:
        return "**" if text.strip() else ""
    return (reading.value[0] if reading.value[0].isascii() else reading.surname[:2]) + "**"


def mask_id(text: str) -> str:
    """Show the last four characters; of a number of eight or fewer nothing."""
    value = text.translate(CLEAN)
    return "*" * len(value) if len(value) <= 8 else "*" * (len(value) - 4) + _last(value, 4)


def mask_phone(text: str) -> str:
    """Show the first three and last four digits of 11 or more, the last two of a shorter number."""
    value = read_phone(text).value or text.translate(SQUEEZE)
    if len(value) >= 11:
        return _NOT_SHOWN.sub("*", value[:3]) + "*" * (len(value) - 7) + _last(value, 4)
    return "*" * (len(value) - 2) + _last(value, 2) if len(value) >= 7 else "*" * len(value)
