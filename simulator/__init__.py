"""
The simulator makes a synthetic city at any scale: for the demo, for drills, for tests and for benchmarks.

Owns: invented places, people and lists, every one of them made from a seed.
Refuses: the database and the rooms' insides. What it makes leaves as files or through public interfaces.
"""
