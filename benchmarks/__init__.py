"""Measurements one can repeat, one command each: `python -m benchmarks.<name>`. Refuses to be part of the product."""
