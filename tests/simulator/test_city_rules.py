"""The rules a city is made by, one by one; the same bytes for the same seed; a disk that is full."""

import errno
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from simulator.city.doors import leave_out_known, next_numbers
from simulator.city.draw import places_within, stream, unrolled
from simulator.city.numbers import IDS_A_DAY, birthday_codes, first_seventeen, phones
from simulator.city.points import points_within
from simulator.city.words import KNOWN_DOOR, KNOWN_ROADS, compounds, roads
from simulator.city.write import disk_errors
from tests.simulator import cities

ROOT = Path(__file__).parents[2]
counts = st.lists(st.integers(0, 9), min_size=1, max_size=30).map(
    lambda found: np.array(found, dtype=np.int64)
)


@pytest.mark.slow
def test_another_seed_gives_another_city_of_the_same_communities(tmp_path: Path) -> None:
    first, other = (
        cities.digests(cities.write("street", tmp_path / str(seed), seed=seed)) for seed in (1, 2)
    )

    assert {name for name in first if first[name] == other[name]} == {"teams.csv"}


def test_each_part_of_a_city_draws_from_its_own_stream() -> None:
    draws = {
        (seed, part): tuple(stream(seed, part).integers(0, 10**9, 3)) for seed in (1, 2) for part in "ab"
    }

    assert len(set(draws.values())) == 4
    assert tuple(stream(1, "a").integers(0, 10**9, 3)) == draws[1, "a"]


@given(counts)
def test_unrolled_groups_have_their_sizes_and_count_from_nought(sizes) -> None:
    group, place = unrolled(sizes)

    assert list(zip(group.tolist(), place.tolist(), strict=True)) == [
        (number, within) for number, size in enumerate(sizes.tolist()) for within in range(size)
    ]


@given(counts)
def test_places_within_count_the_earlier_ones_of_the_same_kind(keys) -> None:
    seen: Counter[int] = Counter()
    expected = []
    for key in keys.tolist():
        expected.append(seen[key])
        seen[key] += 1

    assert places_within(keys).tolist() == expected


houses = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(1, 300)), min_size=1, max_size=40
)


@given(houses)
def test_no_house_number_is_given_out_twice_and_the_known_one_never(found) -> None:
    street, road, takes = (np.array(column, dtype=np.int64) for column in zip(*found, strict=True))

    number = next_numbers(street, road, takes)
    moved = leave_out_known(street == 0, road, number, takes)

    for first in (number, moved):
        given_out = Counter(
            (s, r, n)
            for s, r, start, many in zip(*(a.tolist() for a in (street, road, first, takes)), strict=True)
            for n in range(start, start + many)
        )
        assert max(given_out.values()) == 1
    assert (0, KNOWN_ROADS.index(KNOWN_DOOR[1]), int(KNOWN_DOOR[2])) not in given_out
    # On other roads and in other streets nothing moves, and numbers there run from 1 without a hole.
    elsewhere = (street != 0) | (road != 0)
    assert (moved[elsewhere] == number[elsewhere]).all()
    assert {int(number[(street == s) & (road == r)].min()) for s, r, _ in found} == {1}


def test_a_birthday_has_nine_hundred_numbers_for_residents_and_no_more() -> None:
    days = np.full(IDS_A_DAY, 9_000)

    numbers = first_seventeen(np.full(IDS_A_DAY, 19950101), days)

    assert len(set(numbers.tolist())) == IDS_A_DAY == 900
    assert {number // 1_000 for number in numbers.tolist()} == {32019919950101}
    assert max(number % 1_000 for number in numbers.tolist()) == 899
    with pytest.raises(ValueError, match="more than 900 people have one birthday"):
        first_seventeen(np.full(IDS_A_DAY + 1, 19950101), np.full(IDS_A_DAY + 1, 9_000))


def test_birthdays_count_back_from_today_over_leap_days() -> None:
    codes = birthday_codes(date(2020, 3, 1), 400).tolist()

    assert codes[:3] == [20200301, 20200229, 20200228]
    assert codes == [int((date(2020, 3, 1) - timedelta(days=ago)).strftime("%Y%m%d")) for ago in range(400)]


def test_telephones_of_all_parts_are_different_and_neighbours_of_one_list_are_not_neighbours_of_the_other() -> (
    None
):
    order = np.arange(100_000)
    held = {part: phones(part, order) for part in ("residents", "workers", "premises", "checkpoints")}

    assert all(len(np.unique(numbers)) == len(order) for numbers in held.values())
    assert int(held["residents"].max()) < int(held["workers"].min())
    # Strangers and old numbers in lists begin at 90 million.
    assert max(int(numbers.max()) for numbers in held.values()) < 154_9000_0000
    assert np.abs(np.diff(held["residents"])).min() > 1_000


def test_points_lie_inside_even_the_thinnest_grid_and_repeat_with_the_seed() -> None:
    shapes = np.array(
        [shapely.Polygon([(118, 32), (118.1, 32.1), (118.1, 32.101)]), shapely.box(119, 31, 119.001, 31.001)]
    )
    grid = np.array([0, 1] * 200)

    first, again = (points_within(shapes, grid, stream(3, "points")) for _ in range(2))

    assert (first == again).all()
    assert shapely.contains_xy(shapes[grid], first[:, 0], first[:, 1]).all()
    assert (first == first.round(6)).all()


def test_names_of_roads_and_compounds_are_many_and_each_is_one() -> None:
    assert len(set(roads())) == len(roads()) > 500
    assert len(set(compounds())) == len(compounds()) > 200
    assert roads()[: len(KNOWN_ROADS)] == KNOWN_ROADS and compounds()[0] == ""


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("Could not write file: No space left on device", errno.ENOSPC),
        ("Could not write to file: File too large", errno.EFBIG),
        ("Disk quota exceeded", errno.EDQUOT),
        ("something else about a file", errno.EIO),
    ],
)
def test_what_duckdb_says_about_a_disk_is_the_system_s_own_error(said: str, number: int) -> None:
    with pytest.raises(OSError, match=r"residents\.csv") as caught, disk_errors(Path("residents.csv")):
        raise duckdb.IOException(said)

    assert (caught.value.errno, caught.value.filename) == (number, "residents.csv")


FULL_DISK = """
import errno, resource, sys
from pathlib import Path
from simulator.city import Grid, make_city, make_ground, write_city
codes = [f"320102003015{number:03d}" for number in range(1, 9)]
city = make_city(make_ground([Grid(code, code) for code in codes], dict.fromkeys(codes, "x")))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    write_city(city, Path(sys.argv[1]))
except OSError as error:
    sys.exit(errno.errorcode[error.errno] + " " + Path(error.filename).name)
"""


@pytest.mark.slow
def test_a_disk_that_fills_up_leaves_nothing_half_made(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "new" / "city")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stderr.split() == ["EFBIG", "residents.csv"]
    assert list(tmp_path.iterdir()) == []
