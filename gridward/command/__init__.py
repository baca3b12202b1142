"""Owns the four-level centres: roll-ups, boards and the map."""
