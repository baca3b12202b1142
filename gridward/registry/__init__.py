"""Owns residents and households, sealed, and the keys that match them."""
