"""
Synthetic cells for a model city: about 12,000 grids around real district seats, with real names and codes.

Owns: the way from a table of divisions to one polygon per grid, and the two files it leaves as.
Refuses: real boundaries (the shapes are invented and say so), parents' shapes (they are dissolved from the
grids by whoever imports them) and the database.
"""

from collections.abc import Sequence

from simulator.cells.files import write_cells
from simulator.cells.make import Cells, make_cells
from simulator.cells.tables import read_table, short_name

__all__: Sequence[str] = ["Cells", "make_cells", "read_table", "short_name", "write_cells"]
