"""
The lists of seventeen departments about the people of a synthetic city, at any scale, and the truth about every row.

Owns: who is asked after, what goes wrong in the rows, and how each department writes. Refuses: inventing residents;
they come from a file, and everything leaves as files.
"""

from simulator.lists.departments import SHAPES, ListShape
from simulator.lists.dirt import KINDS
from simulator.lists.make import Written, write_lists

__all__ = ["KINDS", "SHAPES", "ListShape", "Written", "write_lists"]
