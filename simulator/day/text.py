"""
How the columns of a day become text, one expression for each column of each file.

Owns the columns of the day's files. Refuses files and draws nothing.
"""

import numpy as np

from simulator.city.draw import Ints
from simulator.city.make import City
from simulator.city.text import HOUSEHOLD, RESIDENT, WORKER, Columns, Sheet, pick
from simulator.day.answers import DOORS, OUTCOMES, PHONES, Answers
from simulator.day.arrivals import Arrivals
from simulator.day.duty import DUTY_KINDS, Holes, Shifts

AREA = "grid_code :: varchar"


def answers_sheet(city: City, answers: Answers) -> Sheet:
    """Return what happens if somebody asks: one row for each resident, in the register's order."""
    home = city.people.household
    numbers: Columns = {
        "person": np.arange(1, len(home) + 1, dtype=np.int32),
        "household": (home + 1).astype(np.int32),
        "grid_code": city.ground.codes[city.households.grid[home]],
        "home_from": answers.home_from.astype(np.int32)[home],
        "home_until": answers.home_until.astype(np.int32)[home],
        "phone": answers.phone.astype(np.int8),
        "door": answers.door.astype(np.int8)[home],
        "outcome": answers.outcome.astype(np.int8),
    }
    columns = {
        "resident_ref": RESIDENT.format("person"),
        "household_ref": HOUSEHOLD.format("household"),
        "area_code": AREA,
        "home_from": "home_from",
        "home_until": "home_until",
        "phone": pick(tuple(PHONES), "phone"),
        "door": pick(tuple(DOORS), "door"),
        "outcome": pick(OUTCOMES, "outcome"),
    }
    return Sheet("answers", numbers, columns, large=True)


def arrivals_sheet(arrivals: Arrivals) -> Sheet:
    """Return when each file of the lists is sent."""
    numbers = {"second": arrivals.second, "place": np.arange(len(arrivals.second))}
    columns = {
        "second": "second",
        "channel": pick(arrivals.channels, "place"),
        "file": pick(arrivals.files, "place"),
    }
    return Sheet("arrivals", numbers, columns)


def _workers(city: City, worker: Ints) -> dict[str, Ints]:
    return {
        "grid_code": city.ground.codes[city.workers.grid[worker]],
        "place": city.workers.place[worker],
    }


def shifts_sheet(city: City, shifts: Shifts) -> Sheet:
    """Return the duties of the day."""
    numbers = _workers(city, shifts.worker) | {
        "kind": shifts.kind, "begins": shifts.begins, "ends": shifts.ends, "break_begins": shifts.break_begins,
        "break_ends": shifts.break_ends, "rest_began": shifts.rest_began,
    }  # fmt: skip
    columns = {
        "worker_ref": WORKER, "area_code": AREA, "from_second": "begins", "until_second": "ends",
        "break_from": "break_begins", "break_until": "break_ends", "duty_kind": pick(DUTY_KINDS, "kind"),
        "rested_from": "rest_began",
    }  # fmt: skip
    return Sheet("shifts", numbers, columns)


def network_sheet(city: City, holes: Holes) -> Sheet:
    """Return when workers' telephones have no network."""
    numbers = _workers(city, holes.worker) | {"begins": holes.begins, "ends": holes.ends}
    columns = {"worker_ref": WORKER, "from_second": "begins", "until_second": "ends"}
    return Sheet("network", numbers, columns)
