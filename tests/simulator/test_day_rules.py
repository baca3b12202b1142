"""The rules a day is made by, one by one; another seed is another day; a disk that is full."""

import errno
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.city import City, Grid, make_city, make_ground
from simulator.city.draw import stream
from simulator.day import write_day
from simulator.day.arrivals import make_arrivals
from simulator.day.cameras import make_cameras
from simulator.day.duty import DAY, EARLY, LATE, make_shifts, merged, worker_at
from simulator.day.help import another
from simulator.day.hours import between, moments
from tests.simulator import cities

ROOT = Path(__file__).parents[2]
HOUR = 3_600


@pytest.fixture(scope="module")
def village() -> City:
    """Nine grids of a village without shapes."""
    codes = [f"320111006203{number:03d}" for number in range(1, 10)]
    return make_city(make_ground([Grid(code, code) for code in codes], dict.fromkeys(codes, "x")), seed=4)


@given(st.lists(st.integers(0, 5), min_size=24, max_size=24).filter(any), st.integers(0, 99))
def test_moments_lie_in_the_hours_that_have_a_share(shares: list[int], seed: int) -> None:
    drawn = moments(shares, 300, stream(seed, "x"))

    assert drawn.min() >= 0 and drawn.max() < DAY
    assert all(shares[hour] for hour in (drawn // HOUR).tolist())


def test_an_hour_with_twice_the_share_has_twice_the_moments() -> None:
    drawn = moments([1, 2] + [0] * 22, 30_000, stream(1, "x"))

    assert 1.9 < (drawn >= HOUR).sum() / (drawn < HOUR).sum() < 2.1
    assert 0.45 < (drawn[drawn < HOUR] < HOUR / 2).mean() < 0.55


def test_numbers_between_two_others_include_both() -> None:
    drawn = between(np.array([3, 7]).repeat(200), np.array([4, 7]).repeat(200), 400, stream(1, "x"))

    assert set(drawn[:200].tolist()) == {3, 4} and set(drawn[200:].tolist()) == {7}


holes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(1, 20)), max_size=25)


@given(holes)
def test_holes_that_meet_become_one_and_no_second_is_lost_or_added(found: list[tuple[int, int, int]]) -> None:
    columns = np.array(found, dtype=np.int64).reshape(-1, 3).T
    worker, begins, ends = merged(columns[0], columns[1], columns[1] + columns[2])

    rows = list(zip(worker.tolist(), begins.tolist(), ends.tolist(), strict=True))
    before = {(who, second) for who, since, length in found for second in range(since, since + length)}
    after = [(who, second) for who, since, until in rows for second in range(since, until)]
    assert sorted(before) == sorted(after)
    assert rows == sorted(rows)
    # Between two holes of one worker there is network for a second at least.
    assert all(a[0] != b[0] or a[2] < b[1] for a, b in zip(rows, rows[1:], strict=False))


@settings(deadline=None)
@given(st.lists(st.integers(2, 6), min_size=1, max_size=8), st.integers(0, 99))
def test_a_neighbour_is_another_household_of_the_grid(sizes: list[int], seed: int) -> None:
    grids = np.repeat(np.arange(len(sizes)), sizes)
    than = np.arange(len(grids))

    other = another(grids, grids, than, stream(seed, "x"))

    assert (other != than).all()
    assert (grids[other] == grids).all()


def test_any_neighbour_may_be_the_one() -> None:
    grids = np.zeros(5, dtype=np.int64)

    found = {int(another(grids, grids[:1], np.array([2]), stream(seed, "x"))[0]) for seed in range(60)}

    assert found == {0, 1, 3, 4}


def test_the_early_worker_is_asked_first_and_the_late_one_at_a_break_and_afterwards(village: City) -> None:
    shifts = make_shifts(village, 1)
    grids = np.arange(9)
    early, late = (
        shifts.worker[shifts.duty == duty][
            np.argsort(village.workers.grid[shifts.worker[shifts.duty == duty]])
        ]
        for duty in (EARLY, LATE)
    )
    breaks = shifts.break_begins[shifts.duty == EARLY]
    order = np.argsort(village.workers.grid[shifts.worker[shifts.duty == EARLY]])

    assert (worker_at(village, shifts, grids, np.full(9, 8 * HOUR)) == early).all()
    assert (worker_at(village, shifts, grids, breaks[order]) == late).all()
    assert (worker_at(village, shifts, grids, np.full(9, 19 * HOUR)) == late).all()


def test_the_parts_of_a_long_list_follow_one_another() -> None:
    lists = {"a": ["a.xlsx", "a-2.xlsx", "a-3.xlsx"], "b": ["b.csv"], "c": ["c.json"]}

    arrivals = make_arrivals(lists, 1)

    sent = dict(zip(arrivals.files, arrivals.second.tolist(), strict=True))
    assert sent["a.xlsx"] < sent["a-2.xlsx"] < sent["a-3.xlsx"] < sent["a.xlsx"] + 600
    assert set(zip(arrivals.channels, arrivals.files, strict=True)) == {
        (channel, file) for channel, files in lists.items() for file in files
    }


def test_a_gathering_goes_above_the_threshold_and_nothing_else_does(village: City) -> None:
    cameras = make_cameras(village, 1)

    above = cameras.counts >= cameras.threshold[:, None]
    assert above.any(axis=1).sum() == 1
    ((camera,),) = np.nonzero(above.any(axis=1))
    minutes = np.flatnonzero(above[camera])
    assert 10 <= len(minutes) == minutes[-1] - minutes[0] + 1 <= 40
    assert 9 * 60 <= minutes[0] < 20 * 60


def test_the_same_seed_is_the_same_day_and_another_seed_another_one(village: City, tmp_path: Path) -> None:
    for name, seed in (("first", 1), ("again", 1), ("other", 2)):
        write_day(village, tmp_path / name, lists=cities.LISTS, seed=seed)

    first, again, other = (cities.digests(tmp_path / name) for name in ("first", "again", "other"))
    assert first == again
    assert set(first) == {f"day/{name}.csv" for name in cities.DAY} | {
        f"day/{name}.parquet" for name in cities.LARGE
    }
    # Where cameras stand is the busiest places' matter and not the day's.
    assert {name for name in first if first[name] == other[name]} == {"day/cameras.csv"}


def test_each_step_is_told_by_the_name_of_its_file(village: City, tmp_path: Path) -> None:
    told: list[str] = []

    written = write_day(village, tmp_path, lists=cities.LISTS, tell=told.append)

    assert sorted(told) == sorted(f"day: {name}" for name in cities.DAY)
    assert {path.relative_to(tmp_path) for path in written.values()} == {
        path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()
    }


FULL_DISK = """
import errno, resource, sys
from pathlib import Path
from simulator.city import Grid, make_city, make_ground
from simulator.day import write_day
from tests.simulator import cities
codes = [f"320102003015{number:03d}" for number in range(1, 9)]
city = make_city(make_ground([Grid(code, code) for code in codes], dict.fromkeys(codes, "x")))
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
try:
    write_day(city, Path(sys.argv[1]), lists=cities.LISTS)
except OSError as error:
    sys.exit(errno.errorcode[error.errno] + " " + Path(error.filename).name)
"""


@pytest.mark.slow
def test_a_disk_that_fills_up_leaves_nothing_half_made(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "new" / "city")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stderr.split() == [errno.errorcode[errno.EFBIG], "answers.csv"]
    assert list(tmp_path.iterdir()) == []
