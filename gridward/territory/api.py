"""
What rooms above may ask of the territory and do to it. Outside codes, inside positions; no people.

Imports run in a scope that may write here (`scope.as_role("gridward_job")`); everything else reads.
"""

from gridward.territory.actions.addresses import addresses_import
from gridward.territory.actions.areas import areas_import
from gridward.territory.actions.kinds import recognise
from gridward.territory.actions.plates import plates_make
from gridward.territory.actions.sayings import Confirmed, sayings_confirm, sayings_take_back
from gridward.territory.actions.shapes import shapes_import
from gridward.territory.events import GeometryPublished, TreeChanged
from gridward.territory.queries.areas import (
    AreaLabel,
    count_areas,
    geometry_version,
    get_area,
    get_area_at,
    get_areas,
    get_bounds,
    get_centres,
    get_children,
    get_codes,
    get_labels,
    get_path,
)
from gridward.territory.queries.doors import AddressView, get_addresses
from gridward.territory.queries.held import AreaView
from gridward.territory.queries.homes import find_homes
from gridward.territory.queries.locating import locate_points, locate_text, locate_texts
from gridward.territory.queries.plates import get_plate_marks
from gridward.territory.rules.report import ImportReport
from gridward.territory.rules.verdict import AMBIGUOUS, FOUND, PARTIAL, UNKNOWN, Located

__all__ = [
    "AMBIGUOUS",
    "FOUND",
    "PARTIAL",
    "UNKNOWN",
    "AddressView",
    "AreaLabel",
    "AreaView",
    "Confirmed",
    "GeometryPublished",
    "ImportReport",
    "Located",
    "TreeChanged",
    "addresses_import",
    "areas_import",
    "count_areas",
    "find_homes",
    "geometry_version",
    "get_addresses",
    "get_area",
    "get_area_at",
    "get_areas",
    "get_bounds",
    "get_centres",
    "get_children",
    "get_codes",
    "get_labels",
    "get_path",
    "get_plate_marks",
    "locate_points",
    "locate_text",
    "locate_texts",
    "plates_make",
    "recognise",
    "sayings_confirm",
    "sayings_take_back",
    "shapes_import",
]
