"""Owns tasks, the four passes, outcomes and the worker's day."""
