"""
A soak: a day is played into a house of real processes while these are killed, cut off and starved, one after another.

Owns the house it makes, the faults and the figures. Refuses every address but the loopback's, every process it did not
start, and every data directory but its own; it ends by itself and takes everything away with it.
"""
