"""
Owns asking for the earlier clues of an order: about the same registered people, and whatever hangs together with
somebody unknown. Refuses to decide who is who: that is `people`.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from gridward.intake import people
from gridward.kernel import bulk
from gridward.registry import api as registry

EARLIER = """
select person_id, household_id, area_pos, resident_id, id_key, id_surname_key, phone_key, door_key
  from intake_clue
 where order_id = %s and person_id is not null
   and (resident_id = any(%s::uuid[]) or id_key = any(%s::bytea[])
        or phone_key = any(%s::bytea[]) or door_key = any(%s::bytea[]))
 order by id
"""


KNOWN = """
select w.resident_id, c.person_id, c.household_id, c.area_pos, c.is_repeat
  from unnest(%s::uuid[]) as w(resident_id)
 cross join lateral (select person_id, household_id, area_pos,
                            bool_or(channel_id = %s) over (partition by person_id) as is_repeat
                       from intake_clue
                      where order_id = %s and resident_id = w.resident_id and person_id is not null
                      order by id limit 1) c
"""


def earlier_people(
    order_id: UUID, asked: Iterable[people.Asked], *, through: Iterable[people.Marks] = ()
) -> list[people.Known]:
    """Return the earlier clues of the order that could be about the same people, or that have a key of `through`."""
    asked = list(asked)
    marks = [*(row.marks for row in asked if row.resident_id is None), *through]
    wanted = (
        bulk.ids_asked(row.resident_id for row in asked if row.resident_id),
        bulk.keys_asked(one.id for one in marks if one.id),
        bulk.keys_asked(one.phone_name for one in marks if one.phone_name),
        bulk.keys_asked(one.door_name for one in marks if one.door_name),
    )
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, (order_id, *wanted))
        return [
            people.Known(person, household, pos, resident, people.marks_of(*keys))
            for person, household, pos, resident, *keys in cursor.fetchall()
        ]


def known_residents(
    order_id: UUID, residents: set[UUID], *, channel_code: str = ""
) -> dict[UUID, people.Known]:
    """
    Return the first earlier clue of the order about each registered person, without its keys, and whether a list of the
    channel has asked about the person.

    Whoever was only asked about by an entry that is merged into the person's is known by that one.
    """
    found = _known(order_id, residents, channel_code)
    merged = registry.get_merged(one for one in residents if one not in found or not found[one].is_repeat)
    for entry, one in _known(order_id, set(merged), channel_code).items():
        before = found.setdefault(merged[entry], one._replace(resident_id=merged[entry]))
        if one.is_repeat and one.person_id == before.person_id:
            found[merged[entry]] = before._replace(is_repeat=True)
    return found


def _known(order_id: UUID, residents: set[UUID], channel_code: str) -> dict[UUID, people.Known]:
    if not residents:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, (bulk.ids_asked(residents), channel_code, order_id))
        return {
            resident: people.Known(person, household, pos, resident, is_repeat=is_repeat)
            for resident, person, household, pos, is_repeat in cursor.fetchall()
        }


# Each of the two indexes holds what the other does not: rows counted as new, and all the others about somebody the
# register does not know. Whom it knows is asked for in KNOWN, by the index that finds the person.
ASKED_BEFORE = """
select w.person_id from unnest(%(persons)s::uuid[]) as w(person_id)
 cross join lateral (
       (select from intake_clue where order_id = %(order)s and person_id = w.person_id and count_state = 'new'
                                  and channel_id = %(channel)s limit 1)
       union all
       (select from intake_clue where order_id = %(order)s and person_id = w.person_id and count_state <> 'new'
                                  and resident_id is null and channel_id = %(channel)s limit 1)
       limit 1) c
"""


def asked_before(order_id: UUID, channel_code: str, persons: Iterable[UUID]) -> list[UUID]:
    """Return about which of these people, unknown to the register, an earlier list of the channel asked."""
    if not (wanted := list(persons)):
        return []
    asked: dict[str, Any] = {"persons": bulk.ids_asked(wanted), "order": order_id, "channel": channel_code}
    with connection.cursor() as cursor:
        cursor.execute(ASKED_BEFORE, asked)
        return [person for (person,) in cursor.fetchall()]


def get_person(order_id: UUID, resident_id: UUID) -> UUID | None:
    """Return as which person of the order's lists a registered person is counted, if anybody asked yet."""
    known = known_residents(order_id, {resident_id}).get(resident_id)
    return known.person_id if known else None


def tied_people(order_id: UUID, listed: people.Listed) -> list[people.Known]:
    """
    Return the earlier clues that may hang together with unknown rows of the list: by a key of theirs, or by one of
    whoever of the list's people hangs together with them. Nearly everybody is registered, and nobody's tie.
    """
    asked = listed.rows
    if not listed.unknown:
        return []
    registered = {row.resident_id for row in asked if row.resident_id}
    own = {mark for row in asked if row.resident_id is None for mark in row.marks.all()}
    earlier: list[people.Known] = []
    known = 0
    while len(nodes := people.tied(listed, earlier)) > known:
        known = len(nodes)
        rows = [asked[node] for node in nodes if node < len(asked)]
        clues = [earlier[node - len(asked)] for node in nodes if node >= len(asked)]
        rows += [
            people.Asked(one.resident_id, one.marks, True) for one in clues if one.resident_id in registered
        ]
        through = [*(row.marks for row in rows), *(one.marks for one in clues)]
        found = earlier_people(order_id, rows, through=through)
        earlier = [
            one for one in found if one.resident_id in registered or not own.isdisjoint(one.marks.all())
        ]
    return earlier
