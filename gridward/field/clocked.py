"""Answers who is on duty now and for whom it has been long, as a centre may know it: no hour and no sum."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from gridward.field import clocking
from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from gridward.workforce import api as workforce


@dataclass(frozen=True)
class OnDuty:
    """A worker on duty: where, and whether the duty is longer than is advised."""

    worker: str
    area: territory.AreaLabel
    is_long: bool


def get_on_duty(*, by: Actor, now: datetime) -> list[OnDuty]:
    """Return who of the actor's areas is on duty now, in the order of the line."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select account, pos, is_long from field_on_duty(%s, %s)", [now, now - clocking.FORGOTTEN]
        )
        rows = [row for row in cursor.fetchall() if by.covers(row[1])]
    names = workforce.get_handles(account for account, _pos, _is_long in rows)
    labels = territory.get_labels({pos for _account, pos, _is_long in rows})
    return [OnDuty(names.get(account, ""), labels[pos], is_long) for account, pos, is_long in rows]
