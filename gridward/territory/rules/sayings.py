"""
Owns what of a text may be learned as another way of saying a grid, and under which words. Pure.

A saying is kept in the words of the address book, without unit, floor and room, inside the area its names lead to;
what stands behind these parts is dropped, and only a text that has none of them is kept by its last words. Refuses what
names a person or a number, what says too little to mean one grid, and what the book knows to lie in several.
"""

import re
from collections.abc import Iterable

from gridward.country.api import AddressReading, CountryPack
from gridward.territory.rules.names import Named
from gridward.territory.rules.verdict import FOUND, UNKNOWN, Located, Tree

#: So many digits in a row are a telephone or a document's number, and no part of an address.
_NUMBER = re.compile(r"[0-9]{5,}")
#: Shorter words behind an area's name (老区, 楼上) are no place.
WORDS_LEAST, WORDS_MOST = 4, 24


def saying_key(area_code: str, door: AddressReading, country: CountryPack) -> str:
    """Return the words a text is kept under, or nothing when it says too little beyond the area its names lead to."""
    if not area_code:
        return ""
    if door.compound or door.building or (door.road and door.number):
        plate = country.address_key(door._replace(unit="", floor="", room=""))
        return f"{area_code}|{plate}|"
    if WORDS_LEAST <= len(door.rest) <= WORDS_MOST:
        return f"{area_code}|{country.address_key(AddressReading(road=door.road))}|{door.rest}"
    return ""


def why_not(
    located: Located,
    door: AddressReading,
    grid: Named,
    tree: Tree,
    country: CountryPack,
    avoid: Iterable[str],
) -> str:
    """
    Return why a text is not learned as another way of saying a grid, or nothing.

    `avoid` are words about people that stood beside the text: their names and numbers.
    """
    if located.status == FOUND:
        return "known"
    around = tree.by_code.get(located.area_code)
    if located.status == UNKNOWN or around is None or not around.pos <= grid.pos < around.end:
        return "elsewhere"
    if any((one := tree.by_code.get(code)) and one.level == "grid" for code in located.candidates):
        return "in_several"
    key = saying_key(located.area_code, door, country)
    if not key:
        return "says_too_little"
    words = [word for word in avoid if len(word) > 1]
    if _NUMBER.search(key.partition("|")[2]) or any(word in key for word in words):
        return "about_somebody"
    return "about_somebody" if country.names_somebody(key) else ""
