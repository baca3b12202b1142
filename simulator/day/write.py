"""
The files of a day, in the order they are made.

Owns the order and the disk they take. Refuses columns; those are the text's part.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from simulator.city.make import City, Tell, silent
from simulator.city.text import Sheet
from simulator.city.write import engine, write_sheet
from simulator.day.answers import make_answers
from simulator.day.arrivals import make_arrivals
from simulator.day.duty import make_holes, make_shifts
from simulator.day.text import answers_sheet, arrivals_sheet, network_sheet, shifts_sheet
from simulator.drafts import all_or_nothing

#: Measured at city size, rounded up.
BYTES_A_HOUSEHOLD = 300
FOLDER = "day"


def day_bytes_needed(households: int) -> int:
    """Return the disk that the day of so many households takes."""
    return 2**18 + households * BYTES_A_HOUSEHOLD


def write_day(
    city: City, out: Path, *, lists: Mapping[str, Sequence[Path]], seed: int = 1, tell: Tell = silent
) -> dict[str, Path]:
    """
    Write the day of a city into `out`/day and say where each file is, by its name.

    `lists` are the departments' files by channel. All of them come to stand there together, answers.csv last; the
    same city and seed give the same bytes. Raises OSError where the disk will not have them.
    """
    written: dict[str, Path] = {}
    names = {channel: [path.name for path in paths] for channel, paths in lists.items()}
    with all_or_nothing(out / FOLDER, last="answers.csv") as draft, engine() as db:
        for sheet in _sheets(city, names, seed):
            tell(f"day: {sheet.name}")
            for path in write_sheet(db, sheet, draft):
                written[path.name] = out / FOLDER / path.name
    return written


def _sheets(city: City, lists: Mapping[str, Sequence[str]], seed: int) -> Iterator[Sheet]:
    """Make one table after the other, so that no two of the large ones are held at once."""
    yield arrivals_sheet(make_arrivals(lists, seed))
    shifts = make_shifts(city, seed)
    yield shifts_sheet(city, shifts)
    yield network_sheet(city, make_holes(city.ground, city.workers.grid, shifts, seed))
    yield answers_sheet(city, make_answers(city, seed))
