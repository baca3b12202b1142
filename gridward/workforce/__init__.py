"""Owns accounts, roles, workers, assignments and sign-in."""
