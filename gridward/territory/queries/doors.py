"""
Owns asking the address book: doors by id, and which doors, plates or roads a set of readings means.

Set-based: one statement for each kind of question, whatever the number of texts. A plate is a road's
number or a compound's building with all doors behind it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from gridward.country.api import AddressReading, pack
from gridward.kernel import bulk
from gridward.territory.models import Address
from gridward.territory.rules.doorplates import MISSING, PARTS
from gridward.territory.rules.verdict import Hit

#: A question that fits more places than this is no question; the first of them are candidates enough.
PLACES_MAX = 30


@dataclass(frozen=True)
class AddressView:
    """A door as rooms above see it, and as a screen writes it; `plate` is what of it stands on the building."""

    id: int
    area_pos: int
    community_code: str
    text: str
    building: str
    unit: str
    room: str
    plate: str
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True, slots=True)
class DoorWanted:
    """What a text says about a door, in the address book's words; '' where it says nothing."""

    key: str
    road: str
    number: str
    compound: str
    building: str

    @property
    def has_plate(self) -> bool:
        """Tell whether it names a plate and not only a road."""
        return bool((self.road and self.number) or self.compound)


def get_addresses(ids: Iterable[int]) -> dict[int, AddressView]:
    """Return the doors with these ids, by id."""
    country = pack(settings.COUNTRY)
    return {
        door.id: AddressView(
            door.id,
            door.area_pos,
            door.community_code,
            country.door_text(_reading(door)),
            door.building,
            door.unit,
            door.room,
            country.door_text(_reading(door)._replace(unit="", floor="", room="")),
            door.longitude,
            door.latitude,
        )
        for door in Address.objects.filter(pk__in=list(ids))
    }


def _reading(door: Address) -> AddressReading:
    """Return a door's parts as the country reads and writes them: what is missing is ''."""
    parts = {part: getattr(door, part) for part in PARTS}
    return AddressReading(**{part: "" if value == MISSING else value for part, value in parts.items()})


EXACT = """
select w.key, a.area_pos, a.id
  from unnest(%s::text[]) as w(key)
 cross join lateral (
    select id, area_pos from territory_address where key = w.key order by area_pos, id limit %s) a
"""

PLATE = """
select w.n, a.area_pos
  from unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
       as w(n, road, number, compound, building)
 cross join lateral (
    select distinct area_pos from territory_address
     where road = w.road and number = w.number
       and (w.building = '' or building = w.building or building = '-')
       and (w.compound = '' or compound = w.compound or compound = '-')
     limit %s) a
"""

COMPOUND = """
select w.n, a.area_pos
  from unnest(%s::int[], %s::text[], %s::text[]) as w(n, compound, building)
 cross join lateral (
    select distinct area_pos from territory_address
     where compound = w.compound and (w.building = '' or building = w.building or building = '-')
     limit %s) a
"""

ROAD = """
select w.road, a.area_pos
  from unnest(%s::text[]) as w(road)
 cross join lateral (
    select min(area_pos) as area_pos from territory_address where road = w.road
     group by community_code order by 1 limit %s) a
"""


def find_doors(keys: Iterable[str]) -> dict[str, list[Hit]]:
    """
    Return, for each key, the doors that have exactly it (in different communities there may be several).
    """
    found: dict[str, list[Hit]] = defaultdict(list)
    for key, pos, door in _asked(EXACT, keys):
        found[key].append(Hit(pos, door))
    return found


def find_plates(wanted: Iterable[DoorWanted]) -> dict[DoorWanted, list[Hit]]:
    """Return, for each plate, the grids its doors lie in."""
    asked = list(dict.fromkeys(wanted))
    by_road = [(n, ask) for n, ask in enumerate(asked) if ask.road and ask.number]
    by_compound = [(n, ask) for n, ask in enumerate(asked) if ask.compound and not (ask.road and ask.number)]
    found: dict[DoorWanted, list[Hit]] = defaultdict(list)
    columns = zip(*((n, a.road, a.number, a.compound, a.building) for n, a in by_road), strict=True)
    rows = _rows(PLATE, [*map(list, columns), PLACES_MAX]) if by_road else []
    columns = zip(*((n, a.compound, a.building) for n, a in by_compound), strict=True)
    rows += _rows(COMPOUND, [*map(list, columns), PLACES_MAX]) if by_compound else []
    for n, pos in rows:
        found[asked[n]].append(Hit(pos))
    return found


def find_roads(roads: Iterable[str]) -> dict[str, list[Hit]]:
    """Return, for each road, one grid in every community it has a door in."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for road, pos in _asked(ROAD, roads):
        found[road].append(Hit(pos))
    return found


def _asked(sql: str, texts: Iterable[str]) -> list[tuple[Any, ...]]:
    wanted = sorted(set(texts))
    return _rows(sql, [bulk.texts_asked(wanted), PLACES_MAX]) if wanted else []


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    if not params[0]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
