"""
Owns putting the country's reading of an address and the tree's names together. Refuses to look anything up.

The country pack knows how addresses are written; only the tree knows what its areas are called, and that
people leave half of a name out. The names are followed through the text; what the pack took for an area
confirms or contradicts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from gridward.country.api import AddressReading
from gridward.territory.rules.names import (
    OUTSIDE,
    Followed,
    GoesOn,
    Mark,
    NameIndex,
    confirmed,
    follow_names,
    plain,
)

#: What is left of a road's or compound's name behind an area's must be long enough to be a name itself.
NAME_LEAST = 3


@dataclass(frozen=True)
class Home:
    """How the country calls what the tree is in: provinces and the city, in every spelling."""

    provinces: frozenset[str]
    cities: frozenset[str]


@dataclass(frozen=True)
class Understood:
    """
    One text: where its names lead, and its door in the words of the address book.

    `alien` says that it names a place outside the tree; `unread` that it names an area which the tree does
    not have.
    """

    followed: Followed
    door: AddressReading
    alien: bool = False
    unread: bool = False


_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
#: The parts of a reading that understanding asks for; the others only pass through.
_ASKED = ("province", "city", "county", "street", "community", "road", "compound")
_ASKED_PLACES = tuple(AddressReading._fields.index(part) for part in _ASKED)
_asked_of = itemgetter(*_ASKED_PLACES)
_DIGIT = re.compile("[0-9]")


def has_digits(reading: AddressReading) -> bool:
    """Tell whether a number stands in a part that understanding asks for."""
    return bool(_DIGIT.search("".join(_asked_of(reading))))


#: What was understood of ways of writing: a text without its digits, and the parts that were asked for.
Before = dict[tuple[bytes, tuple[str, ...]], Understood]


def understand_many(
    texts: Sequence[str],
    readings: Sequence[AddressReading],
    index: NameIndex,
    home: Home,
    understood: Before | None = None,
) -> list[Understood]:
    """
    Return what each text says, as `understand` does.

    Texts that differ in their digits only, and in no part that is asked for, say the same but for the door: each way
    of writing is understood once; handed in again, `understood` serves the next piece. Not where an area's name with a
    number in it could stand ("第3网格").
    """
    understood = {} if understood is None else understood
    answers = []
    for text, reading in zip(texts, readings, strict=True):
        asked = _asked_of(reading)
        spelled = plain(text)
        if index.may_name_number(spelled) or _DIGIT.search("".join(asked)):
            answers.append(understand(text, reading, index, home))
            continue
        key = (spelled.encode("utf-8", "surrogatepass").translate(_DIGITS_ALIKE), asked)
        known = understood.get(key)
        if known is None:
            known = understood[key] = understand(text, reading, index, home)
            answers.append(known)
            continue
        door = reading._replace(road=known.door.road, compound=known.door.compound)
        answers.append(Understood(known.followed, door, known.alien, known.unread))
    return answers


def understand(text: str, reading: AddressReading, index: NameIndex, home: Home) -> Understood:
    """Return what a text says about a place, as far as names and the way of writing tell."""
    spelled = plain(text)
    foreign = _foreign_county(spelled, reading, index)
    if _is_alien(spelled, reading, index, home) or (foreign and not reading.city):
        return Understood(Followed(), reading, alien=True)
    if foreign:
        # A zone inside our city that is no division says nothing about where.
        spelled = spelled.replace(foreign, "", 1)
    followed = follow_names(
        spelled, index, _other_names(spelled, reading), start=_start(spelled, reading, index)
    )
    unread = False
    for part in (reading.street, reading.community):
        if not part:
            continue
        areas = index.certain(plain(part))
        if areas:
            followed = confirmed(followed, areas)
        elif not 0 <= spelled.find(part) <= spelled.find(part) + len(part) <= followed.tail:
            unread = True
    door = _door(spelled, reading, followed)
    inside = tuple(area for area in followed.areas if area.level != OUTSIDE)
    return Understood(replace(followed, areas=inside), door, unread=unread)


def _is_alien(spelled: str, reading: AddressReading, index: NameIndex, home: Home) -> bool:
    """Tell whether the text names a province or city that is not ours."""
    if reading.province and reading.province not in home.provinces:
        return True
    if not reading.city or reading.city in home.cities:
        return False
    # A city's name may be the beginning of an area of ours: 阳江镇 is a town here, 阳江市 a city elsewhere.
    said = next((end for end in range(len(reading.city), 0, -1) if reading.city[:end] in spelled), 0)
    longer = index.matches(spelled, spelled.find(reading.city[:said]))
    return not any(match.mark > Mark.BARE and match.length > said for match in longer)


def _foreign_county(spelled: str, reading: AddressReading, index: NameIndex) -> str:
    """Return the county the text names if it is none of ours; one may also begin an area's longer name."""
    county = reading.county
    if not county or index.certain(county):
        return ""
    longer = index.matches(spelled, max(spelled.find(county), 0))
    return "" if any(match.length > len(county) for match in longer) else county


def _start(spelled: str, reading: AddressReading, index: NameIndex) -> int:
    """Return where the names begin, behind a label ("住址…") or a province's short name."""
    if any(index.matches(spelled, 0)):
        return 0
    parts = (reading.city, reading.county, reading.street, reading.community)
    places = [spelled.find(part) for part in parts if part]
    first = min((place for place in places if place >= 0), default=0)
    door = spelled.find(reading.road) if reading.road else -1
    # A community may also stand behind the door; then the text begins where it begins.
    return 0 if 0 <= door < first else first


def _other_names(spelled: str, reading: AddressReading) -> GoesOn:
    """Return the test whether a name found in the text is only a piece of the road's or the compound's."""
    spans = [
        (place, place + len(part))
        for part in (reading.road, reading.compound)
        if part
        for place in {spelled.find(part), spelled.rfind(part)}
        if place >= 0
    ]

    def goes_on(start: int, end: int) -> bool:
        return any(low <= start and end <= high and high - end < NAME_LEAST for low, high in spans)

    return goes_on


def _door(spelled: str, reading: AddressReading, followed: Followed) -> AddressReading:
    """
    Return the reading without what turned out to be an area's name at the front of the road or compound.
    """
    changed = {}
    for field, part in (("road", reading.road), ("compound", reading.compound)):
        place = spelled.rfind(part) if part else -1
        if 0 <= place < followed.tail < place + len(part):
            changed[field] = part[followed.tail - place :]
    return reading._replace(**changed) if changed else reading
