"""
The files of a day, in the order they are made.

Owns the order and the disk they take. Refuses columns; each file's are its part's.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from simulator.city.make import City, Tell, silent
from simulator.city.text import Sheet
from simulator.city.write import engine, write_sheet
from simulator.day.answers import answers_sheet, make_answers
from simulator.day.arrivals import arrivals_sheet, make_arrivals
from simulator.day.calls import calls_sheet, make_calls
from simulator.day.cameras import cameras_sheet, counts_sheet, make_cameras
from simulator.day.duty import make_holes, make_shifts, network_sheet, shifts_sheet
from simulator.day.gates import make_passages, passages_sheet
from simulator.day.help import deliveries_sheet, disputes_sheet, make_deliveries, make_disputes
from simulator.day.rounds import make_points, make_scans, points_sheet, scans_sheet
from simulator.drafts import all_or_nothing

#: Measured at city size, rounded up.
BYTES_A_HOUSEHOLD = 400
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
    answers = make_answers(city, seed)
    yield answers_sheet(city, answers)
    yield calls_sheet(city, make_calls(city, answers, seed))
    yield deliveries_sheet(city, make_deliveries(city, answers, shifts, seed))
    del answers
    yield disputes_sheet(city, make_disputes(city, seed))
    yield passages_sheet(city, make_passages(city, seed))
    points = make_points(city, seed)
    yield points_sheet(city, points)
    yield scans_sheet(city, points, make_scans(city, points, shifts, seed))
    cameras = make_cameras(city, seed)
    yield cameras_sheet(city, cameras)
    yield counts_sheet(cameras)
