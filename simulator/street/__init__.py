"""
One street of a synthetic city, row by row, with three departments' lists about it and the truth.

Owns: what these lists say, from a seed. Refuses: inventing residents (that is the city's), real people, and everything
but files.
"""

from simulator.street.make import Street, make_street
from simulator.street.write import write_street

__all__ = ["Street", "make_street", "write_street"]
