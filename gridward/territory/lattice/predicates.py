"""
On which side of a line a point lies: quickly with a bound on the error, or exactly.

Owns: the two predicates every exact answer about borders rests on. Refuses: polygons.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Keys = NDArray[np.int64]

# A side that rounding hides, in arrays of signs.
DOUBT = -128
# Shewchuk's bound for a determinant of two products of differences is (3 + 16e)e with e = 2**-53; a little
# more is safe.
BOUND = 4e-16


def side(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> tuple[Floats, Floats]:
    """
    Return a number above 0 where p lies left of the line from a to b, below 0 right of it, and its error
    bound.

    The sign is certain where the number's size exceeds the bound.
    """
    rising, falling = (ax - px) * (by - py), (ay - py) * (bx - px)
    return rising - falling, BOUND * (np.abs(rising) + np.abs(falling))


def exact_side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Return 1, 0 or -1 for left of, on, or right of the line from a to b, without any rounding."""
    x, y = Fraction(px), Fraction(py)
    turn = (Fraction(ax) - x) * (Fraction(by) - y) - (Fraction(ay) - y) * (Fraction(bx) - x)
    return (turn > 0) - (turn < 0)
