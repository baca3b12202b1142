"""
Owns what a later file says about people who are registered: who changed, who moved, which household moved as one.

Refuses to believe an empty cell, and what a correction has found to be wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from gridward.kernel import bulk
from gridward.kernel.bulk import Rows
from gridward.registry import queries, rules
from gridward.registry.changing import Wanted
from gridward.registry.reading import Person
from gridward.registry.standing import FIELDS, Home, Standing, people_by_id, people_of_households
from gridward.registry.wronged import Wrong, wrong_of
from gridward.territory import api as territory

CARRIED = """
select distinct h.household_ref
  from unnest(%(people)s::text[], %(homes)s::text[], %(starts)s::int8[], %(ends)s::int8[])
       as w(resident_ref, household_ref, pos, stop)
 cross join lateral (select household_id from registry_resident
                      where domain = %(domain)s and resident_ref = w.resident_ref and resident_ref <> ''
                        and ended_at is null offset 0) r
 cross join lateral (select household_ref, area_pos from registry_household where id = r.household_id offset 0) h
 where h.household_ref = w.household_ref and not (h.area_pos >= w.pos and h.area_pos < w.stop)
"""


def households_carried(domain: str, people: Sequence[Person]) -> set[str]:
    """Return the households that members of theirs carry elsewhere in these rows: the file has them in another area."""
    areas = territory.get_areas({person.area_code for person in people})
    known = [person for person in people if person.area_code in areas]
    asked = {
        "domain": domain,
        "people": [person.resident_ref for person in known],
        "homes": [person.household_ref for person in known],
        "starts": [areas[person.area_code].pos for person in known],
        "ends": [areas[person.area_code].end for person in known],
    }
    return {ref for (ref,) in bulk.answers(Rows(CARRIED, asked))} if known else set()


def homes_told(
    known: Mapping[str, Standing],
    people: Sequence[Person],
    homes: Mapping[str, Home],
    doors: Mapping[str, int | None],
    wrong: Wrong,
) -> dict[str, Home]:
    """Return the households whose own members say that they are elsewhere now, as they shall be."""
    areas = territory.get_areas({person.area_code for person in people})
    told: dict[str, Home] = {}
    for person in people:
        ref = person.household_ref
        standing = known.get(person.resident_ref)
        if standing is None or standing.is_ended or standing.household_ref != ref or ref in told:
            continue
        home, area = homes[ref], areas[person.area_code]
        stays = area.pos <= home.area_pos < area.end
        door = doors.get(ref) or (home.door if stays else None)
        there = replace(home, area_pos=home.area_pos if stays else area.pos, door=door)
        if (not stays or door != home.door) and not wrong.was_home(standing.id, there):
            told[ref] = there
    return told


def people_wanted(
    domain: str,
    known: Mapping[str, Standing],
    people: Sequence[Person],
    homes: Mapping[str, Home],
    moved: Iterable[Home],
    wrong: Wrong,
) -> list[Wanted]:
    """Return what the registered people of these rows shall be, and whoever lives with them where they moved."""
    standing = [(known[person.resident_ref], person) for person in people if person.resident_ref in known]
    told = [(one, person, homes[person.household_ref]) for one, person in standing if not one.is_ended]
    alive = {one.id: _wanted(one, person, home, wrong) for one, person, home in told}
    news = [(one, person, homes[person.household_ref]) for one, person in standing if one.is_ended]
    own = {one.id: person for one, person in standing if not one.is_ended}
    by_id = {home.id: home for home in moved}
    wanted = list((alive | _through_merged(domain, news, alive, own, by_id)).values())
    named = {one.id for one, _person in standing} | {one.person.id for one in wanted}
    others = [one for one in people_of_households(domain, by_id) if one.id not in named]
    return wanted + [Wanted(one, by_id[one.home.id], one.id_kind, one.values) for one in others]


def _through_merged(
    domain: str,
    told: Sequence[tuple[Standing, Person, Home]],
    alive: Mapping[UUID, Wanted],
    own: Mapping[UUID, Person],
    moved: Mapping[UUID, Home],
) -> dict[UUID, Wanted]:
    """
    Return who stays of those whose merged entries the file says something new about, as they shall be.

    What the merged entry has already is no news. What the file says of the one who stays, in `own`, goes first.
    """
    survivors = queries.get_survivors(one.id for one, _person, _home in told) if told else {}
    new = [(survivors[one.id], one, person, home) for one, person, home in told if one.id in survivors]
    found = dict(alive)
    for resident_id, one in people_by_id(domain, {row[0] for row in new} - alive.keys()).items():
        found[resident_id] = Wanted(one, moved.get(one.home.id, one.home), one.id_kind, one.values)
    wrong = wrong_of(domain, {row[0] for row in new}) if new else Wrong()
    for resident_id, merged, person, home in new:
        found[resident_id] = _with_news(found[resident_id], merged, person, home, own.get(resident_id), wrong)
    return {resident_id: found[resident_id] for resident_id, *_row in new}


def _with_news(
    base: Wanted, merged: Standing, person: Person, home: Home, own: Person | None, wrong: Wrong
) -> Wanted:
    said = (own.name, own.id_number, own.phone) if own else ("",) * len(FIELDS)
    news = (person.name, person.id_number, person.phone)
    values = tuple(
        new if new not in ("", was) and not told and not wrong.holds(base.person.id, field, new) else now
        for field, new, was, now, told in zip(FIELDS, news, merged.values, base.values, said, strict=True)
    )
    goes = own is None and person.household_ref != merged.household_ref
    if wrong.was_household(base.person.id, home.id):
        goes = False
    kind = person.id_kind if values[1] != base.values[1] else base.id_kind
    return Wanted(base.person, home if goes else base.home, kind, values)


def _wanted(one: Standing, person: Person, home: Home, wrong: Wrong) -> Wanted:
    told = tuple(
        rules.value_told(old, "" if wrong.holds(one.id, field, new) else new)
        for field, old, new in zip(
            FIELDS, one.values, (person.name, person.id_number, person.phone), strict=True
        )
    )
    if home.id != one.home.id and wrong.was_household(one.id, home.id):
        home = one.home
    return Wanted(one, home, person.id_kind if told[1] == person.id_number != "" else one.id_kind, told)
