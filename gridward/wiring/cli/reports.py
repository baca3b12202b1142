"""Owns printing what was wrong with a file, row by row, in words."""

import sys
from collections.abc import Sequence

from gridward.kernel.tabular import RowProblem

MOST_LINES = 50
REFUSED = 3


def problems_print(problems: Sequence[RowProblem]) -> int:
    """Print the problems to stderr, at most fifty lines, and return the exit code they mean."""
    for problem in problems[:MOST_LINES]:
        print(f"row {problem.row}, {problem.column}: {problem.message} [{problem.code}]", file=sys.stderr)
    if len(problems) > MOST_LINES:
        print(f"… and {len(problems) - MOST_LINES} more", file=sys.stderr)
    return REFUSED if problems else 0
