"""
Shapes of areas: reading them from strangers' files, dissolving children into parents, checking a coverage.

Owns: what is a sound polygon, and the codes of what is wrong with one. Refuses: the tree, codes of areas, the
database.
"""

from gridward.territory.geometry.coverage import CoverageProblem, coverage_problems, dissolve
from gridward.territory.geometry.reading import PROBLEM_CODES, Feature, Limits, Problem, read_geojson
from gridward.territory.geometry.shapes import (
    area_m2,
    bounds_of,
    from_wkb,
    representative_point,
    to_wkb,
)

__all__ = [
    "PROBLEM_CODES",
    "CoverageProblem",
    "Feature",
    "Limits",
    "Problem",
    "area_m2",
    "bounds_of",
    "coverage_problems",
    "dissolve",
    "from_wkb",
    "read_geojson",
    "representative_point",
    "to_wkb",
]
