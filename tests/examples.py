"""
How many examples a property is tried with: a third before every commit, all of them by `make heavy`.

Each run draws new ones, so that what one run leaves out another finds.
"""

import os

from hypothesis import settings

#: `make heavy` sets it.
ALL = os.environ.get("GRIDWARD_EXAMPLES") == "all"
FEWEST = 5


def examples(most: int) -> int:
    """Return how many examples to try now, of the most that are worth trying."""
    return most if ALL else max(min(FEWEST, most), most // 3)


def profile_load() -> None:
    """Let properties that name no number of their own keep to the same share of a hundred."""
    settings.register_profile("gridward", max_examples=examples(100))
    settings.load_profile("gridward")
