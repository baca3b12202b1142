"""
What households ask for: deliveries, and help in disputes.

Owns that a delivery is made by a worker of the household's grid while that worker is there. Refuses why a household is
served, what is bought, and who said what in a dispute.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Flags, Ints, by_weight, stream
from simulator.city.make import City
from simulator.city.text import HOUSEHOLD, WORKER, Sheet, pick
from simulator.day.answers import Answers
from simulator.day.columns import AREA, HOUSEHOLD_REF, or_empty
from simulator.day.duty import Shifts, worker_at
from simulator.day.hours import DAY, HOUR, MINUTE, moments

#: 700,000 deliveries and 30,000 disputes in 45 days, for a million and a half households.
DELIVERIES_A_HOUSEHOLD, DISPUTES_A_HOUSEHOLD = 15_600 / 1_500_000, 670 / 1_500_000
ORDER_HOURS = (0, 0, 0, 0, 0, 0, 1, 4, 12, 14, 12, 8, 5, 5, 7, 8, 7, 5, 3, 2, 1, 0.5, 0, 0)
DELIVERIES, DELIVERY_SHARES = (
    ("food", "medicine", "waste", "baby", "pet", "document", "other"), (60, 15, 12, 4, 2, 2, 5),
)  # fmt: skip
#: How long a delivery takes: median, spread. None begins before eight, none ends after this.
TAKES, FIRST, LAST = (1.8 * HOUR, 0.6), 8 * HOUR + 10 * MINUTE, 19 * HOUR + 55 * MINUTE
#: What is asked for by then comes the same day, except one in a hundred.
SAME_DAY_UNTIL, LEFT_OVER = 18 * HOUR + 30 * MINUTE, 0.01
#: Of deliveries so many are laid down at the door, whether somebody is at home or not.
LAID_DOWN = 0.8
MOST_A_HOUSEHOLD = 8

DISPUTE_HOURS = (1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 3, 5, 6, 6, 5, 5, 4, 4, 5, 5, 6, 8, 9, 8, 6, 4, 2)
DISPUTES, DISPUTE_SHARES = (
    ("neighbours", "gate", "tenancy", "trade", "family", "work", "other"), (30, 20, 15, 13, 10, 6, 6),
)  # fmt: skip
WITH_NEIGHBOUR, WITH_PREMISES = ("neighbours",), ("trade", "work")
OUTCOMES, OUTCOME_SHARES = ("agreed", "not_agreed", "withdrawn", "referred"), (80, 7, 6, 7)
#: How long a mediation takes: median, spread; what is not settled by midnight stays open.
MEDIATION = (9 * HOUR, 1.3)


@dataclass(frozen=True)
class Deliveries:
    """In the order they are asked for; `delivered` and `worker` are -1 for what does not come that day."""

    second: Ints
    household: Ints
    kind: Ints
    delivered: Ints
    worker: Ints
    contactless: Flags


@dataclass(frozen=True)
class Disputes:
    """In the order they are brought; -1 for no other household, no premises, not settled that day."""

    second: Ints
    household: Ints
    other: Ints
    premises: Ints
    kind: Ints
    settled: Ints
    outcome: Ints


def make_deliveries(city: City, answers: Answers, shifts: Shifts, seed: int) -> Deliveries:
    """Return the day's deliveries: few households ask for many, most for none."""
    rng = stream(seed, "day deliveries")
    count = max(1, round(len(city.households.size) * DELIVERIES_A_HOUSEHOLD))
    household = _many_for_few(city, count, rng)
    second = np.sort(moments(ORDER_HOURS, count, rng))
    takes = rng.lognormal(np.log(TAKES[0]), TAKES[1], count).astype(np.int64)
    hurried = second + 20 * MINUTE + (rng.random(count) * (LAST - second - 20 * MINUTE)).astype(np.int64)
    delivered = np.maximum(second + takes, FIRST)
    delivered = np.where(delivered > LAST, hurried, delivered)
    left = (second > SAME_DAY_UNTIL) | (rng.random(count) < LEFT_OVER)
    grid = city.households.grid[household]
    worker = worker_at(city, shifts, grid, np.clip(delivered, FIRST, LAST))
    at_home = (answers.home_from[household] <= delivered) & (delivered < answers.home_until[household])
    return Deliveries(
        second=second,
        household=household,
        kind=by_weight(np.array(DELIVERY_SHARES), count, rng),
        delivered=np.where(left, -1, delivered),
        worker=np.where(left, -1, worker),
        contactless=~at_home | (rng.random(count) < LAID_DOWN),
    )


def _many_for_few(city: City, count: int, rng: np.random.Generator) -> Ints:
    some = rng.permutation(len(city.households.size))[:count]
    each = np.minimum(1 + rng.pareto(2.0, count), MOST_A_HOUSEHOLD).astype(np.int64)
    return rng.permutation(np.repeat(some, each)[:count])


def make_disputes(city: City, seed: int) -> Disputes:
    """Return the day's disputes, most of them in the evening; about half are settled before midnight."""
    rng = stream(seed, "day disputes")
    count = max(1, round(len(city.households.size) * DISPUTES_A_HOUSEHOLD))
    household = rng.integers(0, len(city.households.size), count)
    second = np.sort(moments(DISPUTE_HOURS, count, rng))
    kind = by_weight(np.array(DISPUTE_SHARES), count, rng)
    settled = second + 10 * MINUTE + rng.lognormal(np.log(MEDIATION[0]), MEDIATION[1], count).astype(np.int64)
    is_open = settled >= DAY
    grid = city.households.grid[household]
    neighbour = another(city.households.grid, grid, household, rng)
    premises = _any(city.sites.grid[city.premises.site], grid, rng)
    with_neighbour, with_premises = (
        np.isin(kind, [DISPUTES.index(word) for word in words]) for words in (WITH_NEIGHBOUR, WITH_PREMISES)
    )
    return Disputes(
        second=second,
        household=household,
        other=np.where(with_neighbour, neighbour, -1),
        premises=np.where(with_premises, premises, -1),
        kind=kind,
        settled=np.where(is_open, -1, settled),
        outcome=np.where(is_open, -1, by_weight(np.array(OUTCOME_SHARES), count, rng)),
    )


def _any(grids: Ints, grid: Ints, rng: np.random.Generator) -> Ints:
    """Choose one of a table in the order of the grids for each of these grids, each of which has some."""
    first, last = (np.searchsorted(grids, grid, side=side) for side in ("left", "right"))
    return first + (rng.random(len(grid)) * (last - first)).astype(np.int64)


def another(grids: Ints, grid: Ints, than: Ints, rng: np.random.Generator) -> Ints:
    """Choose one as above that is not the given one of the grid."""
    first, last = (np.searchsorted(grids, grid, side=side) for side in ("left", "right"))
    step = 1 + (rng.random(len(grid)) * (last - first - 1)).astype(np.int64)
    return first + (than - first + step) % (last - first)


def deliveries_sheet(city: City, deliveries: Deliveries) -> Sheet:
    """Return the deliveries in the order they are asked for."""
    worker = np.maximum(deliveries.worker, 0)
    numbers = {
        "second": deliveries.second, "household": deliveries.household, "kind": deliveries.kind,
        "grid_code": city.ground.codes[city.households.grid[deliveries.household]],
        "delivered": deliveries.delivered, "place": city.workers.place[worker],
        "contactless": deliveries.contactless,
    }  # fmt: skip
    columns = {
        "second": "second",
        "household_ref": HOUSEHOLD.format("household + 1"),
        "area_code": AREA,
        "kind": pick(DELIVERIES, "kind"),
        "delivered_second": or_empty("delivered"),
        "worker_ref": f"case when delivered < 0 then '' else {WORKER} end",
        "contactless": "case when contactless then 'yes' else 'no' end",
    }
    return Sheet("services", numbers, columns)


def disputes_sheet(city: City, disputes: Disputes) -> Sheet:
    """Return the disputes in the order they are brought."""
    numbers = {
        "second": disputes.second, "one": disputes.household, "household": disputes.other,
        "grid_code": city.ground.codes[city.households.grid[disputes.household]],
        "premises": disputes.premises, "kind": disputes.kind, "settled": disputes.settled,
        "outcome": disputes.outcome,
    }  # fmt: skip
    columns = {
        "second": "second",
        "household_ref": HOUSEHOLD.format("one + 1"),
        "other_household_ref": HOUSEHOLD_REF,
        "premises_ref": "case when premises < 0 then '' else 'P' || lpad((premises + 1) :: varchar, 6, '0') end",
        "area_code": AREA,
        "kind": pick(DISPUTES, "kind"),
        "settled_second": or_empty("settled"),
        "outcome": pick(("", *OUTCOMES), "outcome + 1"),
    }
    return Sheet("disputes", numbers, columns)
