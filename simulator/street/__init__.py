"""
One street of a synthetic city, row by row, written with the departments' lists about it and the truth.

Owns: the few files a street leaves as. Refuses: inventing residents (that is the city's) and what lists say about them
(that is the lists'), real people, and everything but files.
"""

from simulator.street.make import Street, make_street
from simulator.street.write import write_street

__all__ = ["Street", "make_street", "write_street"]
