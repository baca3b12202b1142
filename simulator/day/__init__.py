"""
One day of a synthetic city: what happens when somebody rings, when lists arrive, who is on duty, what else goes on.

Owns the day's timeline, from the same seed as the city. Refuses faces, plates, places of telephones, and the house:
what happens leaves as files.
"""

from simulator.day.words import MAY_BE_EMPTY, WORDS
from simulator.day.write import day_bytes_needed, write_day

__all__ = ["MAY_BE_EMPTY", "WORDS", "day_bytes_needed", "write_day"]
