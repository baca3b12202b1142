"""
Plays a simulated day into a running house through its doors: pages and forms, as people with browsers use them.

Owns who does what at which moment of the day, and the look from outside whether everything is there once. Refuses
every other way in: no database, no room, nothing that the pages do not show.
"""

from simulator.play.clock import DAY, read_rate, read_time
from simulator.play.day import NoDay, read_day
from simulator.play.doors import Lost, Unusable
from simulator.play.play import Accounts, Plan, play
from simulator.play.report import words_of

__all__ = [
    "DAY",
    "Accounts",
    "Lost",
    "NoDay",
    "Plan",
    "Unusable",
    "play",
    "read_day",
    "read_rate",
    "read_time",
    "words_of",
]
