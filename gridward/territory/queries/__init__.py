"""Owns the reads of the territory: areas, doors, and where a text or a point is. Refuses to write."""
