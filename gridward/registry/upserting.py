"""
Owns what a later file says about people who are registered: who changed, who moved, which household moved as one.

Refuses to believe an empty cell, and what a correction has found to be wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gridward.kernel import bulk
from gridward.kernel.bulk import Rows
from gridward.registry import rules
from gridward.registry.changing import Wanted
from gridward.registry.reading import Person
from gridward.registry.standing import FIELDS, Home, Standing, people_of_households
from gridward.registry.wronged import Wrong
from gridward.territory import api as territory

CARRIED = """
select distinct h.household_ref
  from unnest(%(people)s::text[], %(homes)s::text[], %(starts)s::int8[], %(ends)s::int8[])
       as w(resident_ref, household_ref, pos, stop)
  join registry_resident r on r.domain = %(domain)s and r.resident_ref = w.resident_ref and r.resident_ref <> ''
  join registry_household h on h.id = r.household_id and h.household_ref = w.household_ref
 where not (h.area_pos >= w.pos and h.area_pos < w.stop)
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
    wanted = [_wanted(one, person, home, wrong) for one, person, home in told]
    by_id = {home.id: home for home in moved}
    named = {one.id for one, _person in standing}
    others = [one for one in people_of_households(domain, by_id) if one.id not in named]
    return wanted + [Wanted(one, by_id[one.home.id], one.id_kind, one.values) for one in others]


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
