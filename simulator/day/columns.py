"""What the files of a day have in common: how areas, people and workers are called in them. Draws nothing."""

from simulator.city.draw import Ints
from simulator.city.make import City
from simulator.city.text import HOUSEHOLD

AREA = "grid_code :: varchar"
#: Places counted from 0, -1 for none.
HOUSEHOLD_REF = f"case when household < 0 then '' else {HOUSEHOLD.format('household + 1')} end"


def or_empty(number: str) -> str:
    """Return the expression for a number that is nothing where it is negative."""
    return f"case when {number} < 0 then '' else ({number}) :: varchar end"


def worker_numbers(city: City, worker: Ints) -> dict[str, Ints]:
    """Return the numbers behind a worker's ref and grid."""
    return {
        "grid_code": city.ground.codes[city.workers.grid[worker]],
        "place": city.workers.place[worker],
    }
