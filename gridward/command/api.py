"""The door of the centres: what a command may ask."""

from gridward.command.queries import CoverageOf, access_area, get_coverage

__all__ = ["CoverageOf", "access_area", "get_coverage"]
