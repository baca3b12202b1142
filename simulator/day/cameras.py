"""
What cameras count: how many people a place has in a minute, and nothing about any of them.

Owns the counts and where the cameras are. Refuses pictures, faces, plates, and telling one person from another.
"""

from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Floats, Ints, stream
from simulator.city.make import City
from simulator.city.text import Sheet
from simulator.day.columns import AREA
from simulator.day.hours import MINUTE, between

#: One street has cameras: Tangquan, with its 260, where it is there, else the first of all.
STREET, MOST = "320111006", 260
MINUTES = 24 * 60
#: Shares of the hours, of which the busiest has the people a place can expect.
SHOPPING = (0, 0, 0, 0, 0.1, 0.8, 2, 5, 8, 10, 10, 8, 6, 5, 6, 7, 8, 9, 8, 5, 3, 1.5, 0.5, 0.1)
VISITORS_A_PERSON, LEAST_PEOPLE, MOST_PEOPLE = 60, 0.3, 40.0
#: Minutes of a camera differ by so much from what its hour expects.
RESTLESS = 3.0
#: An alarm is due where a place has so many times what it expects, and this many people at least.
THRESHOLD_TIMES, THRESHOLD_LEAST = 3, 20
#: Cameras that see a gathering, how many minutes it lasts, and how far above the threshold it goes.
GATHERINGS, LASTS, ABOVE = 0.05, (10, 40), (1.1, 2.0)


@dataclass(frozen=True)
class Cameras:
    """Cameras in the order of the premises they stand at; `counts` has a row for each and a column for each minute."""

    premises: Ints
    threshold: Ints
    counts: Ints


def make_cameras(city: City, seed: int) -> Cameras:
    """Place cameras at the busiest premises of one street, one a grid of the city at most, and count."""
    rng = stream(seed, "day cameras")
    premises = _watched(city)
    people = np.clip(city.premises.visitors[premises] / VISITORS_A_PERSON, LEAST_PEOPLE, MOST_PEOPLE)
    threshold = np.maximum(np.ceil(THRESHOLD_TIMES * people), THRESHOLD_LEAST).astype(np.int64)
    shape: Floats = np.interp(np.arange(MINUTES) / 60 % 24, np.arange(24) + 0.5, SHOPPING) / max(SHOPPING)
    restless = rng.gamma(RESTLESS, 1 / RESTLESS, (len(premises), MINUTES))
    counts = np.minimum(rng.poisson(people[:, None] * shape * restless), threshold[:, None] - 1)
    for camera in rng.permutation(len(premises))[: max(1, round(len(premises) * GATHERINGS))]:
        begins = int(rng.integers(9 * 60, 20 * 60))
        minutes = int(rng.integers(LASTS[0], LASTS[1] + 1))
        least, most = (int(threshold[camera] * times) for times in ABOVE)
        crowd = between(least, most, minutes, rng)
        counts[camera, begins : begins + minutes] = crowd
    return Cameras(premises, threshold, counts)


def _watched(city: City) -> Ints:
    """Return the busiest premises of the street with cameras."""
    streets = city.ground.streets
    street = streets.index(STREET) if STREET in streets else 0
    grid = city.sites.grid[city.premises.site]
    there = np.flatnonzero(city.ground.street[grid] == street)
    busiest = np.argsort(-city.premises.visitors[there], kind="stable")[: min(MOST, len(city.ground))]
    return np.sort(there[busiest])


def cameras_sheet(city: City, cameras: Cameras) -> Sheet:
    """Return where the cameras are and from how many people on an alarm is due."""
    numbers = {
        "camera": np.arange(len(cameras.premises)), "premises": cameras.premises, "threshold": cameras.threshold,
        "grid_code": city.ground.codes[city.sites.grid[city.premises.site[cameras.premises]]],
        "longitude": city.premises.points[cameras.premises, 0],
        "latitude": city.premises.points[cameras.premises, 1],
    }  # fmt: skip
    columns = {
        "camera_ref": _REF,
        "premises_ref": "'P' || lpad((premises + 1) :: varchar, 6, '0')",
        "area_code": AREA,
        "longitude": "longitude :: decimal(9, 6)",
        "latitude": "latitude :: decimal(9, 6)",
        "threshold": "threshold",
    }
    return Sheet("cameras", numbers, columns)


_REF = "'V' || lpad((camera + 1) :: varchar, 4, '0')"


def counts_sheet(cameras: Cameras) -> Sheet:
    """Return the minutes that have anybody in them, in the order of the day."""
    minute, camera = np.nonzero(cameras.counts.T)
    numbers = {"second": minute * MINUTE, "camera": camera, "people": cameras.counts[camera, minute]}
    return Sheet("counts", numbers, {"second": "second", "camera_ref": _REF, "people": "people"})
