"""P8 at its own size: every page at 4.5 million people, a million tasks and thirty days, and a thousand open boards."""

from benchmarks.figures import Figure
from benchmarks.house.measured import seen
from benchmarks.members.pages import boards_told, pages_told


def measure(quick: bool) -> list[Figure]:
    """Return the figures of every page and of the open boards."""
    found = seen(0 if quick else 1, boards=True)
    return pages_told(found, decisive=not quick) + boards_told(found, decisive=not quick)
