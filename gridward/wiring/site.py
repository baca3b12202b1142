"""Owns how many processes serve the pages. Refuses to start them."""

import os

MOST_SITE_WORKERS = 4


def site_workers() -> int:
    """Return how many processes of the site there are on this machine: one a core, four at most."""
    return max(1, min(MOST_SITE_WORKERS, os.cpu_count() or 1))
