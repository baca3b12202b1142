"""
Owns putting the country's reading of an address and the tree's names together. Refuses to look anything up.

The country pack knows how addresses are written; only the tree knows what its areas are called, and that
people leave half of a name out. The names are followed through the text; what the pack took for an area
confirms or contradicts.
"""

from dataclasses import dataclass

from gridward.country.api import AddressReading
from gridward.territory.rules.names import Followed, GoesOn, NameIndex, confirmed, follow_names, plain

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


def understand(text: str, reading: AddressReading, index: NameIndex, home: Home) -> Understood:
    """Return what a text says about a place, as far as names and the way of writing tell."""
    if _is_alien(reading, index, home):
        return Understood(Followed(), reading, alien=True)
    spelled = plain(text)
    goes_on = _other_names(spelled, reading)
    followed = follow_names(spelled, index, goes_on, start=_start(spelled, reading, index))
    unread = False
    for part in (reading.street, reading.community):
        if not part:
            continue
        areas = index.certain(plain(part))
        if areas:
            followed = confirmed(followed, areas)
        elif not 0 <= spelled.find(part) <= spelled.find(part) + len(part) <= followed.tail:
            unread = True
    return Understood(followed, _door(spelled, reading, followed), unread=unread)


def _is_alien(reading: AddressReading, index: NameIndex, home: Home) -> bool:
    """Tell whether the text names a province, city or county that is not ours (a zone inside our city is)."""
    if reading.province and reading.province not in home.provinces:
        return True
    if reading.city and reading.city not in home.cities:
        return True
    return bool(reading.county) and not reading.city and not index.certain(reading.county)


def _start(spelled: str, reading: AddressReading, index: NameIndex) -> int:
    """Return where the names begin: behind a label ("住址…"), a short province, a zone that is no division."""
    if reading.county and not index.certain(reading.county):
        at = spelled.find(reading.county)
        return at + len(reading.county) if at >= 0 else 0
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
