"""
Owns finding the doors of a register's households: texts about areas that are known already, a hundred thousand at once.

The door is asked for by its key inside the community the register names, which one index answers; only what that does
not settle goes the long way through `locate_doors`. Refuses a door outside of the area the register names.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from django.conf import settings
from django.db import connection

from gridward.country.api import AddressReading, CountryPack, pack
from gridward.territory.models import Address
from gridward.territory.queries.held import HeldTree, held_tree
from gridward.territory.queries.locating import LONGEST, locate_doors

EXACT = """
select w.n, a.id, a.area_pos
  from unnest(%s::int[], %s::text[], %s::text[]) as w(n, community, key)
  join territory_address a on a.community_code = w.community and a.key = w.key
"""
#: The parts of a reading that say which part of the tree it is about, widest first, with their levels.
HEAD = (("county", "district"), ("street", "street"), ("community", "community"))


def find_homes(texts: Sequence[str], codes: Sequence[str]) -> list[int | None]:
    """Return, for each text and the area it is known to be in, the address book's door; None where it is not sure."""
    tree = held_tree()
    country = pack(settings.COUNTRY)
    doors: list[int | None] = [None] * len(texts)
    asked: list[tuple[int, str, str]] = []
    left: list[int] = []
    spoken = lru_cache(maxsize=None)(lambda code, level: _spoken(tree, country, code, level))
    readings = country.read_addresses([country.plain_script(text[:LONGEST]) for text in texts])
    for n, (reading, code) in enumerate(zip(readings, codes, strict=True)):
        area = tree.by_code.get(code)
        community = "" if area is None else area.parent_code if area.level == "grid" else code
        if area and area.level in ("grid", "community") and _agrees(reading, community, spoken):
            asked.append((n, community, country.address_key(reading).replace("\0", "")))
        else:
            left.append(n)
    found = _found(asked)
    for n, _community, _key in asked:
        area = tree.by_code[codes[n]]
        door, pos = found.get(n, (None, -1))
        if door is not None and area.pos <= pos < area.end:
            doors[n] = door
        else:
            left.append(n)
    sure = locate_doors([texts[n] for n in left])
    where = _positions([door for door in sure if door is not None])
    for n, door in zip(left, sure, strict=True):
        area = tree.by_code.get(codes[n])
        # The register says which grid; a door the text finds elsewhere is not this household's.
        if door is not None and area is not None and area.pos <= where[door] < area.end:
            doors[n] = door
    return doors


def _found(asked: Sequence[tuple[int, str, str]]) -> dict[int, tuple[int, int]]:
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(EXACT, [list(column) for column in zip(*asked, strict=True)])
        return {n: (door, pos) for n, door, pos in cursor.fetchall()}


def _positions(doors: Sequence[int]) -> dict[int, int]:
    return dict(Address.objects.filter(pk__in=doors).values_list("id", "area_pos"))


def _agrees(reading: AddressReading, community: str, spoken: Callable[[str, str], frozenset[str]]) -> bool:
    """Tell whether a text says nothing of district, street or community that its community's path does not say too."""
    if not (reading.road or reading.compound) or reading.rest:
        return False
    return all(
        not (said := getattr(reading, part)) or said in spoken(community, level) for part, level in HEAD
    )


def _spoken(tree: HeldTree, country: CountryPack, community: str, level: str) -> frozenset[str]:
    return frozenset(
        name
        for area in tree.path(community)
        if area.level == level
        for name in (area.name, *country.code_name_variants(area.name))
    )
