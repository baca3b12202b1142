"""
A house of a benchmark's own: data directory, database, city, people, lists. Made for one run and removed after it.

Refuses to touch an installation: nothing here reads GRIDWARD_DATA or DATABASE_URL of whoever runs it.
"""
