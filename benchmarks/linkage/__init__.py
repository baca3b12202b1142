"""
Matching beside Splink: residents and messy rows about them with their truth, the pairs a search brings up, and both
sides' answers to the same pairs. Everything here is synthetic, in memory and in the open: no register, no walls.
"""
