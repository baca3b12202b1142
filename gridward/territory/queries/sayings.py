"""Answers which grids sayings mean: what an officer said, or two different answers, and nobody else otherwise."""

from collections.abc import Iterable

from gridward.kernel import bulk
from gridward.kernel.bulk import Rows

#: An answer alone may be a slip of the pen; an officer has looked. Whatever two of them say differently is not known.
LEARNED = """
select key, min(area_pos) from territory_saying where key = any(%(keys)s)
 group by key having min(area_pos) = max(area_pos) and (bool_or(is_sure) or count(*) > 1)
"""


def is_anything_said() -> bool:
    """Tell whether there are sayings at all: a column of texts need not be asked about otherwise."""
    return bool(bulk.answers(Rows("select exists(select from territory_saying)"))[0][0])


def find_sayings(keys: Iterable[str]) -> dict[str, int]:
    """Return, for each saying that is learned, the position of its grid."""
    return dict(bulk.answers(Rows(LEARNED, {"keys": sorted(set(keys))})))
