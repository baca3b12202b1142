"""
Rounds of the workers through their grids: patrol points, and when each was scanned.

Owns that a round is walked by one worker of the grid, point after point, while on duty. Refuses the way between points:
nobody is followed, a scan is all there is.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Floats, Ints, by_weight, stream, unrolled
from simulator.city.make import City
from simulator.city.text import WORKER, Sheet, pick
from simulator.day.columns import AREA, worker_numbers
from simulator.day.duty import EARLY, LATE, Shifts, on_duty
from simulator.day.hours import HOUR, MINUTE, between

#: Three rounds a day: between which seconds each begins, and who walks it. All are over before a break or the end.
ROUNDS = (
    (8 * HOUR + 15 * MINUTE, 10 * HOUR + 45 * MINUTE, EARLY),
    (15 * HOUR + 15 * MINUTE, 16 * HOUR + 15 * MINUTE, LATE),
    (17 * HOUR + 45 * MINUTE, 18 * HOUR + 40 * MINUTE, LATE),
)
POINTS = (8, 13)
#: Seconds from point to point, and how many points are missed: 360,000 scans in twelve thousand grids.
STEP, MISSED = (150, 360), 1 / 21
SCANS, SCAN_SHARES = ("nfc", "qr", "geofence"), (50, 38, 12)
ACCURACY = (7.0, 0.5, 2, 60)
FINDINGS, FINDING_SHARES = (
    ("", "litter", "blocked_way", "open_gate", "crowd", "other"), (970, 9, 7, 6, 4, 4),
)  # fmt: skip
POINT = "grid_code || '-P' || lpad((point + 1) :: varchar, 2, '0')"


@dataclass(frozen=True)
class Points:
    """Patrol points in the order of the grids; `place` counts them within a grid from 0."""

    grid: Ints
    place: Ints
    points: Floats


@dataclass(frozen=True)
class Scans:
    """In the order of the day; `point` is a place in the points."""

    second: Ints
    worker: Ints
    round: Ints
    point: Ints
    how: Ints
    accuracy: Ints
    finding: Ints


def make_points(city: City, seed: int) -> Points:
    """Return about ten points a grid, spread over its doors."""
    rng = stream(seed, "day points")
    counts = between(*POINTS, len(city.ground), rng)
    grid, place = unrolled(counts)
    grids = np.arange(len(city.ground))
    first, last = (np.searchsorted(city.doors.grid, grids, side=side) for side in ("left", "right"))
    along = (place + rng.random(len(grid))) / counts[grid]
    door = first[grid] + (along * (last - first)[grid]).astype(np.int64)
    return Points(grid, place, np.column_stack([city.doors.longitude[door], city.doors.latitude[door]]))


def make_scans(city: City, points: Points, shifts: Shifts, seed: int) -> Scans:
    """Let a worker of each grid walk each round."""
    rng = stream(seed, "day rounds")
    count = len(points.grid)
    parts: list[list[Ints]] = []
    for number, (earliest, latest, duty) in enumerate(ROUNDS):
        begins = between(earliest, latest, len(city.ground), rng)
        walked = np.cumsum(between(*STEP, count, rng))
        from_first = walked - walked[points.place == 0][points.grid]
        seen = np.flatnonzero(rng.random(count) >= MISSED)
        worker = shifts.worker[on_duty(city, shifts, duty)]
        parts.append([
            (begins[points.grid] + from_first)[seen], worker[points.grid][seen], np.full(len(seen), number), seen,
        ])  # fmt: skip
    second, worker, turn, point = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((point, second))
    median, spread, least, most = ACCURACY
    accuracy = np.clip(rng.lognormal(np.log(median), spread, len(order)), least, most).astype(np.int64)
    return Scans(
        second[order], worker[order], turn[order], point[order],
        how=by_weight(np.array(SCAN_SHARES), len(order), rng), accuracy=accuracy,
        finding=by_weight(np.array(FINDING_SHARES), len(order), rng),
    )  # fmt: skip


def points_sheet(city: City, points: Points) -> Sheet:
    """Return where the patrol points are."""
    numbers = {
        "grid_code": city.ground.codes[points.grid], "point": points.place,
        "longitude": points.points[:, 0], "latitude": points.points[:, 1],
    }  # fmt: skip
    columns = {
        "point_ref": POINT,
        "area_code": AREA,
        "longitude": "longitude :: decimal(9, 6)",
        "latitude": "latitude :: decimal(9, 6)",
    }
    return Sheet("points", numbers, columns)


def scans_sheet(city: City, points: Points, scans: Scans) -> Sheet:
    """Return the scans in the order of the day."""
    numbers = worker_numbers(city, scans.worker) | {
        "second": scans.second, "turn": scans.round + 1, "point": points.place[scans.point], "how": scans.how,
        "accuracy": scans.accuracy, "finding": scans.finding,
    }  # fmt: skip
    columns = {
        "second": "second", "worker_ref": WORKER, "area_code": AREA, "round": "turn", "point_ref": POINT,
        "scan": pick(SCANS, "how"), "accuracy_m": "accuracy", "finding": pick(FINDINGS, "finding"),
    }  # fmt: skip
    return Sheet("fixes", numbers, columns, large=True)
