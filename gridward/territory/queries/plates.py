"""Owns asking for door plates: those of an area to be printed, and the marks of a few doors. Refuses people."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from gridward.territory.models import DoorPlate
from gridward.territory.queries.doors import get_addresses
from gridward.territory.queries.held import AreaView
from gridward.territory.rules import plates

PAGE = 60

COUNTS = """
select count(*), count(p.id) from territory_address a left join territory_doorplate p on p.address_id = a.id
 where a.area_pos >= %s and a.area_pos < %s
"""


@dataclass(frozen=True)
class PlateView:
    """A plate to be printed: its code, as it is written below, and the door it is for."""

    address_id: int
    code: str
    written: str
    text: str


def count_plates(area: AreaView) -> tuple[int, int]:
    """Return how many doors an area has, and how many of them have a plate."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [area.pos, area.end])
        doors, made = cursor.fetchone()
    return doors, made


def get_plates(area: AreaView, *, after: int = 0, limit: int = PAGE) -> list[PlateView]:
    """Return a keyset page of an area's plates, in the order in which its doors came into the book."""
    rows = DoorPlate.objects.filter(address__area_pos__gte=area.pos, address__area_pos__lt=area.end)
    found = list(rows.filter(address_id__gt=after).order_by("address_id")[:limit])
    doors = get_addresses(one.address_id for one in found)
    return [
        PlateView(one.address_id, one.code, plates.written(one.code), doors[one.address_id].text)
        for one in found
    ]


def get_plate_marks(address_ids: Iterable[int]) -> dict[int, str]:
    """Return the marks of these doors' plates, by door; a door without a plate is left out."""
    rows = DoorPlate.objects.filter(address_id__in=list(address_ids)).values_list("address_id", "code")
    return {address_id: plates.mark_of(code) for address_id, code in rows}
