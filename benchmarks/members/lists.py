"""P1 and P12: a department's list received, resolved and dispatched, at four sizes in turn."""

from functools import partial

from django.conf import settings

from benchmarks.figures import Figure, Goal
from benchmarks.house.filled import CHANNELS, actor_made, found_city, register, send, signed_order
from benchmarks.house.town import Town
from benchmarks.turns import timed

NIGHT, CITY = 11_044, 100_000
MILLION_A_SECOND = 1_000_000 / 45


def measure(quick: bool) -> list[Figure]:
    """Return seconds a list and rows a second at each size, and the cost per row against the smallest."""
    households, sizes, rounds = (
        (200, (20, 60), 1) if quick else (20_000, (NIGHT // 10, NIGHT // 3, NIGHT, CITY), 3)
    )
    folder = settings.DATA
    town = Town(households, within="320102003" if quick else "3201")
    found_city(town, folder)
    order = signed_order()
    register(town, town.people, folder / "residents.csv", order.id)
    officer = actor_made("intake", "intake_officer", "3201")
    seconds: dict[int, list[float]] = {size: [] for size in sizes}
    turn = 0
    for _ in range(rounds):
        for size in sizes:
            turn += 1
            path = town.write_list(folder / f"list-{turn}.csv", size, seed=turn)
            channel = CHANNELS[turn % len(CHANNELS)]
            seconds[size].append(timed(partial(send, path, channel, officer)))
    about = f"register of {len(town.people):,}"
    figures = [
        Figure("one list", f"{size:,} rows, {about}", "s", seconds[size], goal=_night(size)) for size in sizes
    ]
    largest = sizes[-1]
    million = Goal(
        "P1", f"≥ {MILLION_A_SECOND:,.0f}/s: 1,000,000 in 45 s", least=MILLION_A_SECOND, decisive=False
    )
    rates = [largest / one for one in seconds[largest]]
    figures.append(
        Figure("rows", f"{largest:,} rows, {about}", "rows/s", rates, more_is_better=True, goal=million)
    )
    return figures + [_growth(sizes[0], size, seconds) for size in sizes[1:]]


def _night(size: int) -> Goal | None:
    return Goal("P1", "11,044 rows ≤ 3 s", most=3, decisive=False) if size == NIGHT else None


def _growth(least: int, size: int, seconds: dict[int, list[float]]) -> Figure:
    grown = [many / size / (few / least) for few, many in zip(seconds[least], seconds[size], strict=True)]
    steady = Goal("P12", "≤ 1.2× the cost of a row", most=1.2)
    return Figure("cost of a row", f"{size:,} against {least:,} rows", "×", grown, goal=steady)
