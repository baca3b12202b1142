"""
Owns Fictia's fields: ids of nine digits, phones under +99, family name last, addresses of two levels.

An address is 'number-room Street, Town' or 'Street number-room, Town'. Refuses anything finer.
"""

import re
import unicodedata
from typing import Final

from gridward.country.readings import AddressReading, IdReading, NameReading, PhoneReading

_SEPARATORS: Final = re.compile(r"[\s.-]")
_ID: Final = re.compile(r"[0-9]{9}")
_PASSPORT: Final = re.compile(r"[A-Z]{2}[0-9]{7}")
_REGIONS: Final = frozenset("123456")
_PHONE: Final = re.compile(r"(?<![0-9])(?:(?:\+|00)99[ .-]?|0)([1-9](?:[ .-]?[0-9]){6})(?![0-9])")
_TITLE: Final = re.compile(r"^(?:mr|mrs|ms|dr)\.?\s+", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"\s*(?:(?P<first>[0-9]+)(?:-(?P<first_room>[0-9]+))?\s+)?(?P<road>[^,0-9]+?)"
    r"(?:\s+(?P<last>[0-9]+)(?:-(?P<last_room>[0-9]+))?)?\s*(?:,\s*(?P<town>[^,]*?)\s*(?P<rest>,.*)?)?",
    re.DOTALL,
)


def luhn_digit(digits: str) -> str:
    """Give the digit that completes a number by the rule of Luhn."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def read_id(text: str) -> IdReading:
    """Read a nine-digit id or a passport; there is no date in either."""
    value = unicodedata.normalize("NFKC", _SEPARATORS.sub("", text)).upper()
    if not value:
        return IdReading("", "", "empty")
    if _PASSPORT.fullmatch(value):
        return IdReading("passport", value, "")
    if not _ID.fullmatch(value):
        return IdReading("", "", "length" if value.isascii() and value.isdigit() else "characters")
    if luhn_digit(value[:8]) != value[8]:
        return IdReading("id", "", "check_digit")
    return IdReading("id", value, "" if value[0] in _REGIONS else "unknown_region")


def id_slips(text: str) -> tuple[str, ...]:
    """Give every number of nine digits that fits its check digit and differs in one digit."""
    value = unicodedata.normalize("NFKC", _SEPARATORS.sub("", text))
    if not _ID.fullmatch(value) or read_id(value).value:
        return ()
    meant = (f"{value[:n]}{digit}{value[n + 1 :]}" for n in range(9) for digit in "0123456789")
    return tuple(sorted({number for number in meant if read_id(number).value}))


def name_likeness(left: NameReading, right: NameReading) -> str:
    """Compare the whole name, then family and given name apart."""
    if not left.sound or not right.sound:
        return "other"
    if left.value == right.value:
        return "same"
    if left.sound == right.sound:
        return "sound"
    if left.surname == right.surname:
        return "surname"
    return "given" if left.given and left.given == right.given else "other"


def read_phone(text: str) -> PhoneReading:
    """Read a seven-digit number behind +99, 0099 or 0; those that begin with 7 are mobile."""
    found = [re.sub("[ .-]", "", match) for match in _PHONE.findall(unicodedata.normalize("NFKC", text))]
    if not found:
        digits = any(char.isdigit() for char in text)
        return PhoneReading("", "", "length" if digits else "characters" if text.strip() else "empty")
    kind = "mobile" if found[0][0] == "7" else "landline"
    return PhoneReading("0" + found[0], kind, "several" if len(set(found)) > 1 else "")


def read_name(text: str) -> NameReading:
    """Read 'Given Family' or 'Family, Given'; the sound is the plain letters."""
    family, comma, given = text.partition(",")
    ordered = f"{given} {family}" if comma and given.strip() else text
    letters = "".join([char if char.isalpha() or char in "'- " else " " for char in ordered])
    folded = unicodedata.normalize("NFKC", " ".join(letters.split()).casefold()).casefold()
    while (shorter := _TITLE.sub("", folded)) != folded:
        folded = shorter
    value = " ".join("".join([char if char.isalpha() or char in "'- " else " " for char in folded]).split())
    if not value:
        return NameReading()
    first, _, last = value.rpartition(" ")
    plain = unicodedata.normalize("NFKD", f"{last} {first.replace(' ', '')}".strip())
    return NameReading(value, last, first, "".join([char for char in plain if char.isalpha() or char == " "]))


def read_address(text: str) -> AddressReading:
    """Read street, number, room and town."""
    match = _ADDRESS.fullmatch(unicodedata.normalize("NFKC", text[:200]))
    if match is None:
        return AddressReading(rest=text[:200].strip())
    part = {name: (value or "").strip() for name, value in match.groupdict().items()}
    number, room = part["first"] or part["last"], part["first_room"] or part["last_room"]
    return AddressReading(
        city=part["town"].title(),
        road=" ".join(part["road"].split()).title(),
        number=number.lstrip("0") or number[:1],
        room=room.lstrip("0") or room[:1],
        rest=part["rest"].strip(" ,"),
    )


def door_text(door: AddressReading) -> str:
    """Write a door as 'number-room Road'; a room alone means nothing."""
    number = "-".join([part for part in (door.number, door.room) if door.number and part])
    return " ".join([part for part in (number, door.road) if part])
