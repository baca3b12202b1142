"""Owns making door plates: each door gets a random code, once. Refuses to say anything about who lives behind it."""

import secrets
from datetime import datetime

from django.db import connection, transaction

from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory.models import DoorPlate
from gridward.territory.queries.held import AreaView
from gridward.territory.rules.plates import LENGTH, SIGNS

MISSING = """
select a.id from territory_address a
 where a.area_pos >= %s and a.area_pos < %s
   and not exists (select from territory_doorplate p where p.address_id = a.id) order by a.id
"""


@transaction.atomic
def plates_make(*, area: AreaView, by: Actor, now: datetime) -> int | Refusal:
    """Give each door of one of the actor's grids that has no plate a code; return how many got one."""
    if not by.covers(area.pos) or area.level != "grid":
        return refuse("not_found")
    with connection.cursor() as cursor:
        cursor.execute(MISSING, [area.pos, area.end])
        doors = [door for (door,) in cursor.fetchall()]
    if not doors:
        return 0
    # Two who press at once: the second one's codes are never shown to anybody.
    DoorPlate.objects.bulk_create(
        [DoorPlate(address_id=door, code=_code(), made_at=now) for door in doors],
        ignore_conflicts=True,
    )
    ledger.record("plate.make", obj=("area", area.code), by=by, now=now, count=len(doors))
    return len(doors)


def _code() -> str:
    return "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
