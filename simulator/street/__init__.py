"""
One street of synthetic people: doors, households, residents, a worker roster, three departments' lists and the truth.

Owns: who lives where and what the lists say about them, from a seed. Refuses: real people, licensed tables of names
or addresses, and everything but files.
"""

from simulator.street.make import Street, make_street
from simulator.street.write import write_street

__all__ = ["Street", "make_street", "write_street"]
