"""Owns channels, batches and clues: read, normalise, resolve, merge, return outcomes."""
