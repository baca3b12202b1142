"""Owns the URLs of the territory: vector tiles. Pages about areas live in the rooms above."""
