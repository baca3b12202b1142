"""
Owns what is true of areas without a database: the line, the tree's checks, names, reading a text for a place.

Refuses the database, the clock and the network.
"""
