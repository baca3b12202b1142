"""
How columns of numbers become text: DuckDB expressions, one for each column of each file.

Owns the columns of the files and how a door is written. Refuses files.

Texts are picked from constant lists by place and never joined: a join does not keep the order of rows, and the order
is part of the bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.city.draw import Ints
from simulator.city.make import City
from simulator.city.numbers import CHECKS, credit_codes, phones
from simulator.city.people import SPECIAL_KINDS
from simulator.city.places import DAYTIME, GATES, POSTS, PREMISES, ROUND_THE_CLOCK
from simulator.city.words import compounds, given, roads, surnames
from simulator.city.work import leaders

Columns = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Sheet:
    """One file to be: its name, numbers, and the expression behind each column's name."""

    name: str
    numbers: Columns
    columns: Mapping[str, str]
    large: bool = False

    def __len__(self) -> int:
        return len(next(iter(self.numbers.values())))


def pick(texts: Sequence[str], place: str) -> str:
    """Return the expression for the text at a place, counted from 0."""
    listed = ",".join("'" + text.replace("'", "''") + "'" for text in texts)
    return f"([{listed}])[{place} + 1]"


RESIDENT, HOUSEHOLD = "'R' || lpad(({}) :: varchar, 8, '0')", "'H' || lpad(({}) :: varchar, 7, '0')"
WORKER = "'W' || grid_code || '-' || place"
_PHONE = "phone :: varchar"
_POINT = {"longitude": "longitude :: decimal(9, 6)", "latitude": "latitude :: decimal(9, 6)"}


def _or_empty(column: str, unit: str = "") -> str:
    return f"case when {column} = 0 then '' else {column} || '{unit}' end"


def _name() -> str:
    letters = given()[0]
    return f"{pick(surnames()[0], 'surname')} || {pick(letters, 'given')} || {pick(letters, 'second')}"


def _door() -> dict[str, str]:
    return {
        "area_code": "grid_code :: varchar",
        "road": pick(roads(), "road"),
        "number": "number :: varchar",
        "compound": pick(compounds(), "compound"),
        "building": _or_empty("building"),
        "unit": _or_empty("unit"),
        "room": _or_empty("room"),
        **_POINT,
    }


def _address(beginnings: Sequence[str]) -> str:
    parts = (
        pick(beginnings, "community"), pick(roads(), "road"), "number || '号'", pick(compounds(), "compound"),
        _or_empty("building", "幢"), _or_empty("unit", "单元"), _or_empty("room", "室"),
    )  # fmt: skip
    return " || ".join(f"({part})" for part in parts)


def _door_numbers(city: City, door: Ints | slice) -> dict[str, NDArray[np.generic]]:
    names = ("road", "number", "compound", "building", "unit", "room")
    numbers = {name: getattr(city.doors, name)[door].astype(np.int32) for name in names}
    return numbers | {"grid_code": city.ground.codes[city.doors.grid[door]]}


def sheets(city: City) -> list[Sheet]:
    """Return every table of the city, the largest last."""
    return [
        _specials(city), _teams(city), _members(city), _workers(city), _premises(city), _checkpoints(city),
        _addresses(city), _households(city), _residents(city),
    ]  # fmt: skip


def _addresses(city: City) -> Sheet:
    points = {"longitude": city.doors.longitude, "latitude": city.doors.latitude}
    return Sheet("addresses", _door_numbers(city, slice(None)) | points, _door(), large=True)


def _households(city: City) -> Sheet:
    door = city.households.door
    points = {"longitude": city.doors.longitude[door], "latitude": city.doors.latitude[door]}
    numbers = _door_numbers(city, door) | points | {"household": np.arange(1, len(door) + 1, dtype=np.int32)}
    return Sheet(
        "households", numbers, {"household_ref": HOUSEHOLD.format("household")} | _door(), large=True
    )


def _residents(city: City) -> Sheet:
    people = city.people
    door = city.households.door[people.household]
    numbers = _door_numbers(city, door) | {
        "community": city.ground.community[city.doors.grid[door]].astype(np.int32),
        "person": np.arange(1, len(people) + 1, dtype=np.int32),
        "household": (people.household + 1).astype(np.int32),
        "surname": people.surname.astype(np.int16),
        "given": people.given.astype(np.int16),
        "second": people.second.astype(np.int16),
        "id_number": people.id_number,
        "id_check": people.check.astype(np.int8),
        "phone": people.phone,
    }
    columns = {
        "resident_ref": RESIDENT.format("person"),
        "name": _name(),
        "id_kind": "case when id_number = 0 then '' else '01' end",
        "id_number": f"case when id_number = 0 then '' else id_number || {pick(tuple(CHECKS), 'id_check')} end",
        "phone": _PHONE,
        "address": _address(city.ground.beginnings),
        "area_code": "grid_code :: varchar",
        "household_ref": HOUSEHOLD.format("household"),
    }
    return Sheet("residents", numbers, columns, large=True)


def _workers(city: City) -> Sheet:
    workers = city.workers
    names = ("place", "surname", "given", "second", "phone")
    numbers = {name: getattr(workers, name) for name in names} | {
        "grid_code": city.ground.codes[workers.grid]
    }
    columns = {
        "worker_ref": WORKER,
        "name": _name(),
        "phone": _PHONE,
        "employment": "case when place = 1 then 'full_time' else 'part_time' end",
        "area_code": "grid_code :: varchar",
        "role": "'grid_worker'",
        "handle": "'worker-' || grid_code || '-' || place",
        "responsible": "case when place = 1 then 'yes' else 'no' end",
    }
    return Sheet("workers", numbers, columns)


def _teams(city: City) -> Sheet:
    leader = leaders(city.ground, city.workers)
    numbers = {
        "community": np.arange(len(leader)),
        "grid_code": city.ground.codes[city.workers.grid[leader]],
        "place": city.workers.place[leader],
    }
    code = "grid_code // 1000"
    columns = {
        "team_ref": f"'T' || {code}",
        "name": f"{pick(city.ground.beginnings, 'community')} || '网格队'",
        "area_code": f"({code}) :: varchar",
        "leader_ref": WORKER,
    }
    return Sheet("teams", numbers, columns)


def _members(city: City) -> Sheet:
    workers = city.workers
    numbers = {"grid_code": city.ground.codes[workers.grid], "place": workers.place}
    return Sheet("team_members", numbers, {"team_ref": "'T' || grid_code // 1000", "worker_ref": WORKER})


def _premises(city: City) -> Sheet:
    premises, sites = city.premises, city.sites
    numbers = {
        "place": np.arange(len(premises)), "kind": premises.kind, "staff": premises.staff,
        "visitors": premises.visitors, "road": sites.road[premises.site], "number": sites.number[premises.site],
        "grid_code": city.ground.codes[sites.grid[premises.site]],
        "phone": phones("premises", np.arange(len(premises))),
        "longitude": premises.points[:, 0], "latitude": premises.points[:, 1],
    }  # fmt: skip
    columns = {
        "premises_ref": "'P' || lpad((place + 1) :: varchar, 6, '0')",
        "name": f"{pick(roads(), 'road')} || number || '号' || {pick([name for _, name, _ in PREMISES], 'kind')}",
        "kind": pick([kind for kind, *_ in PREMISES], "kind"),
        "credit_code": pick(credit_codes(len(premises)), "place"),
        "phone": _PHONE,
        "area_code": "grid_code :: varchar",
        "road": pick(roads(), "road"),
        "number": "number :: varchar",
        **_POINT,
        "staff_count": "staff",
        "daily_visitors": "visitors",
    }
    return Sheet("premises", numbers, columns)


def _checkpoints(city: City) -> Sheet:
    gates, sites = city.checkpoints, city.sites
    site = gates.site
    numbers = {
        "place": np.arange(len(gates)), "gate": gates.gate, "passages": gates.passages,
        "road": sites.road[site], "number": sites.number[site], "compound": sites.compound[site],
        "grid_code": city.ground.codes[sites.grid[site]], "phone": phones("checkpoints", np.arange(len(gates))),
        "longitude": gates.points[:, 0], "latitude": gates.points[:, 1],
    }  # fmt: skip
    side, never_closes = pick(GATES, "gate"), f"passages >= {ROUND_THE_CLOCK}"
    columns = {
        "checkpoint_ref": "'C' || lpad((place + 1) :: varchar, 5, '0')",
        "name": f"{pick(roads(), 'road')} || number || '号' || {pick(compounds(), 'compound')} || {side}",
        "phone": _PHONE,
        "area_code": "grid_code :: varchar",
        "road": pick(roads(), "road"),
        "number": "number :: varchar",
        **_POINT,
        "open_hours": f"case when {never_closes} then '00:00-24:00' else '{'-'.join(DAYTIME)}' end",
        "shifts_a_day": f"case when {never_closes} then 3 else 2 end",
        "posts": f"{POSTS}",
        "daily_passages": "passages",
    }
    return Sheet("checkpoints", numbers, columns)


def _specials(city: City) -> Sheet:
    numbers = {
        "kind": np.concatenate(
            [np.full(len(one.one), SPECIAL_KINDS.index(one.kind)) for one in city.specials]
        ),
        "one": np.concatenate([one.one for one in city.specials]),
        "other": np.concatenate([one.other for one in city.specials]),
    }
    is_person = "kind >= 3"
    columns = {
        "kind": pick(SPECIAL_KINDS, "kind"),
        "ref": _ref(is_person, "one"),
        "other_ref": _ref(is_person, "other"),
    }
    return Sheet("specials", numbers, columns)


def _ref(is_person: str, place: str) -> str:
    person, household = RESIDENT.format(f"{place} + 1"), HOUSEHOLD.format(f"{place} + 1")
    return f"case when {place} < 0 then '' when {is_person} then {person} else {household} end"
