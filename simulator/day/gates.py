"""
Passages at the checkpoints: residents as a count for each hour, visitors and outside vehicles one by one.

Owns that a gate's passages of the day add up to what it has. Refuses names, plates and temperatures: of a visitor the
file knows the household that is visited and the purpose, of a vehicle the same.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Ints, by_weight, stream
from simulator.city.make import City
from simulator.city.places import ROUND_THE_CLOCK
from simulator.city.text import Columns, Sheet, pick
from simulator.day.columns import AREA, HOUSEHOLD_REF
from simulator.day.hours import HOUR, moments

RESIDENT, VISITOR, VEHICLE = range(3)
KINDS = ("resident", "visitor", "vehicle")
IN, OUT = range(2)
DIRECTIONS = ("in", "out")
#: Of a gate's passages so many are visitors', and outside vehicles'.
VISITORS, VEHICLES = 0.03, 0.012
#: Shares of the hours: home with the shopping before noon and from work in the evening, out in the morning.
OUTWARD = (1, 0.5, 0.3, 0.3, 0.6, 2, 6, 12, 11, 7, 6, 5, 4, 4, 5, 5, 5, 5, 5, 4, 3, 2, 1.5, 1)
HOMEWARD = (
    1,
    0.6,
    0.3,
    0.3,
    0.4,
    0.8,
    1.5,
    2.5,
    3.5,
    5,
    6.5,
    7.5,
    6,
    4.5,
    5,
    6,
    8,
    11,
    10,
    7,
    5,
    3.5,
    2.5,
    1.5,
)
GUESTS = (0, 0, 0, 0, 0, 0, 1, 3, 6, 9, 10, 9, 6, 5, 7, 9, 9, 8, 7, 5, 3, 1, 0, 0)
DAYTIME_HOURS = range(6, 22)
#: Most come in before one o'clock and go after it.
TURN, COMING = 13 * HOUR, (0.62, 0.38)
PURPOSES, PURPOSE_SHARES = ("delivery", "family", "repair", "care", "work", "other"), (48, 14, 11, 9, 13, 5)
RESULTS, RESULT_SHARES = ("admitted", "turned_away", "referred_medical"), (968, 30, 2)


@dataclass(frozen=True)
class Passages:
    """In the order of the day; `household`, `purpose` and `result` are -1 for residents, `result` for who goes out."""

    second: Ints
    gate: Ints
    kind: Ints
    direction: Ints
    passages: Ints
    household: Ints
    purpose: Ints
    result: Ints


def make_passages(city: City, seed: int) -> Passages:
    """Share each gate's passages out over the hours it is open and over who comes."""
    rng = stream(seed, "day gates")
    total = city.checkpoints.passages
    visitors = rng.binomial(total, VISITORS)
    vehicles = rng.binomial(total - visitors, VEHICLES)
    parts = [
        _counted(city, total - visitors - vehicles, rng),
        _noted(city, VISITOR, visitors, rng),
        _noted(city, VEHICLE, vehicles, rng),
    ]
    columns = [np.concatenate(part) for part in zip(*parts, strict=True)]
    order = np.lexsort((columns[2], columns[1], columns[0]))
    return Passages(*(column[order] for column in columns))


def _counted(city: City, passages: Ints, rng: np.random.Generator) -> list[Ints]:
    """Return the residents' rows: how many have passed in an hour that begins then, in and out."""
    always = city.checkpoints.passages >= ROUND_THE_CLOCK
    by_day = np.isin(np.arange(24), DAYTIME_HOURS)
    cells = np.zeros((len(passages), 48), dtype=np.int64)
    for some, hours in ((always, np.ones(24)), (~always, by_day)):
        shares = np.concatenate([np.array(shape) * hours for shape in (HOMEWARD, OUTWARD)])
        half = shares.reshape(2, 24).sum(axis=1).repeat(24)
        cells[some] = rng.multinomial(passages[some], shares / half / 2)
    gate, cell = np.nonzero(cells)
    none = np.full(len(gate), -1)
    kind = np.full(len(gate), RESIDENT)
    return [cell % 24 * HOUR, gate, kind, cell // 24, cells[gate, cell], none, none, none]


def _noted(city: City, kind: int, passages: Ints, rng: np.random.Generator) -> list[Ints]:
    """Return one row for each passage of a visitor or a vehicle, with the household behind the gate it is for."""
    gate = np.repeat(np.arange(len(passages)), passages)
    count = len(gate)
    second = moments(GUESTS, count, rng)
    direction = np.where(rng.random(count) < np.where(second < TURN, *COMING), IN, OUT)
    result = np.where(direction == IN, by_weight(np.array(RESULT_SHARES), count, rng), -1)
    return [
        second, gate, np.full(count, kind), direction, np.ones(count, dtype=np.int64),
        _hosts(city, city.checkpoints.site[gate], rng), by_weight(np.array(PURPOSE_SHARES), count, rng), result,
    ]  # fmt: skip


def _hosts(city: City, site: Ints, rng: np.random.Generator) -> Ints:
    """Choose a household of each of these sites."""
    site_of = city.doors.site[city.households.door]
    first, last = (np.searchsorted(site_of, site, side=side) for side in ("left", "right"))
    return first + (rng.random(len(site)) * (last - first)).astype(np.int64)


def passages_sheet(city: City, passages: Passages) -> Sheet:
    """Return what a guard would note, in the order of the day."""
    site = city.checkpoints.site[passages.gate]
    numbers: Columns = {
        "second": passages.second.astype(np.int32), "gate": passages.gate.astype(np.int32),
        "grid_code": city.ground.codes[city.sites.grid[site]], "kind": passages.kind.astype(np.int8),
        "direction": passages.direction.astype(np.int8), "passages": passages.passages.astype(np.int32),
        "household": passages.household.astype(np.int32), "purpose": passages.purpose.astype(np.int8),
        "result": passages.result.astype(np.int8),
    }  # fmt: skip
    columns = {
        "second": "second",
        "checkpoint_ref": "'C' || lpad((gate + 1) :: varchar, 5, '0')",
        "area_code": AREA,
        "kind": pick(KINDS, "kind"),
        "direction": pick(DIRECTIONS, "direction"),
        "passages": "passages",
        "household_ref": HOUSEHOLD_REF,
        "purpose": pick(("", *PURPOSES), "purpose + 1"),
        "result": pick(("", *RESULTS), "result + 1"),
    }
    return Sheet("gates", numbers, columns, large=True)
