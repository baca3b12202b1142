"""When each department sends its list. Owns the hours; refuses what stands in the lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.city.draw import Ints, stream
from simulator.city.text import Sheet, pick
from simulator.day.hours import HOUR, MINUTE, between

#: Of the departments so many send in the afternoon, one at night, and the others in the morning.
AFTERNOON = 0.3
MORNING_HOURS, AFTERNOON_HOURS, NIGHT_HOURS = (
    (7 * HOUR + 30 * MINUTE, 11 * HOUR + 30 * MINUTE), (13 * HOUR + 30 * MINUTE, 17 * HOUR + 30 * MINUTE),
    (21 * HOUR, 23 * HOUR + 30 * MINUTE),
)  # fmt: skip
#: A list that goes on in another file: the next one follows after so long.
NEXT_FILE = 90


@dataclass(frozen=True)
class Arrivals:
    """One row for each file in the order they arrive."""

    second: Ints
    channels: tuple[str, ...]
    files: tuple[str, ...]


def make_arrivals(lists: Mapping[str, Sequence[str]], seed: int) -> Arrivals:
    """Say when the files of each channel arrive; the parts of a list come one after the other."""
    rng = stream(seed, "day arrivals")
    count = len(lists)
    windows = np.tile(MORNING_HOURS, (count, 1))
    order = rng.permutation(count)
    windows[order[:1]] = NIGHT_HOURS
    windows[order[1 : 1 + round(count * AFTERNOON)]] = AFTERNOON_HOURS
    begins = between(windows[:, 0], windows[:, 1], count, rng)
    rows = sorted(
        (int(second) + NEXT_FILE * part, channel, name)
        for second, (channel, names) in zip(begins, lists.items(), strict=True)
        for part, name in enumerate(names)
    )
    seconds, channels, files = zip(*rows, strict=True)
    return Arrivals(np.array(seconds, dtype=np.int64), channels, files)


def arrivals_sheet(arrivals: Arrivals) -> Sheet:
    """Return when each file of the lists is sent."""
    numbers = {"second": arrivals.second, "place": np.arange(len(arrivals.second))}
    columns = {
        "second": "second",
        "channel": pick(arrivals.channels, "place"),
        "file": pick(arrivals.files, "place"),
    }
    return Sheet("arrivals", numbers, columns)
