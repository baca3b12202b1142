"""
A synthetic city of any size: doors, households, residents, workers, teams, premises and checkpoints behind its grids.

Owns: who lives and works where, from a seed, column by column in numpy; DuckDB turns the columns into text.
Refuses: real people, licensed tables of names or addresses, departments' lists, and everything but files.
"""

from simulator.city.ground import Grid, Ground, make_ground
from simulator.city.make import City, make_city
from simulator.city.people import HOUSEHOLDS_EACH
from simulator.city.write import bytes_needed, write_city

__all__ = [
    "HOUSEHOLDS_EACH",
    "City",
    "Grid",
    "Ground",
    "bytes_needed",
    "make_city",
    "make_ground",
    "write_city",
]
