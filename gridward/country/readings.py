"""
Owns what a country pack answers with: one small immutable reading for each kind of field.

A reading never carries a guess: `value` is either usable as a key or empty, and `problem` says why in a stable code.
Refuses rules of any country.
"""

from typing import Any, Final, NamedTuple

#: Every code that `problem` may hold. Codes are stable; words for the user are made above.
PROBLEMS: Final = frozenset(
    {
        "",
        "empty",
        "length",
        "characters",
        "check_digit",
        "date",
        "unknown_region",
        "several",
        "area_code",
    }
)

#: Problems that leave the value usable: they are for a person to look at, not a reason to reject a row.
WARNINGS: Final = frozenset({"unknown_region", "several"})


#: How alike two names are, from the same to others. `near`: the same in a mouth that blurs sounds; `part`: one has a
#: character more; `one`: one character of the given name differs; `given`: only the surname does; `surname`: only it is
#: the same.
NAME_LIKENESS: Final = ("same", "sound", "near", "part", "one", "given", "surname", "other")


class IdReading(NamedTuple):
    """What an identity document's number says; `value` is '' unless the number is usable as a key."""

    kind: str = ""
    value: str = ""
    problem: str = ""


class PhoneReading(NamedTuple):
    """What a telephone cell says; `kind` is mobile, landline, service, foreign or ''."""

    value: str = ""
    kind: str = ""
    problem: str = ""


class NameReading(NamedTuple):
    """What a name says; `sound` is the same for names that are spelled differently and sound alike."""

    value: str = ""
    surname: str = ""
    given: str = ""
    sound: str = ""


class AddressReading(NamedTuple):
    """The parts of an address; a part that the text does not state is ''. Numbers carry no leading zeros."""

    province: str = ""
    city: str = ""
    county: str = ""
    street: str = ""
    community: str = ""
    road: str = ""
    number: str = ""
    compound: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    rest: str = ""


class PlainAddress(NamedTuple):
    """
    An address of the pack's commonest form, taken apart but not read: a beginning up to the house number, the number,
    the name behind it, and the numbers of building, unit and room; '' where there is none.
    """

    beginning: str
    number: str
    name: str
    building: str
    unit: str
    room: str


class PlainBeginning(NamedTuple):
    """
    How a beginning is read, whatever name and numbers follow: `text` is an address that begins so, `reading` what it
    says. `may_end` tells that the same is said when nothing follows the house number.
    """

    text: str
    reading: AddressReading
    may_end: bool


class Alike(dict[bytes, Any]):
    """
    What a pack has learned of ways of writing while it read one column; handed in again, it need not learn it twice.

    Holds texts without their digits: whoever keeps it keeps that much of them.
    """


def joined_key(reading: AddressReading) -> str:
    """Join the parts that tell one door from another: road|number|compound|building|unit|room, '-' if missing."""
    parts = (reading.road, reading.number, reading.compound, reading.building, reading.unit, reading.room)
    return "|".join([part or "-" for part in parts])
