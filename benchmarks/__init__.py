"""
One command per goal: `python -m benchmarks <name>`. Ours and its yardstick take turns in one run.

Owns: measuring, the history of figures, the page generated from it. Refuses a figure where it could not measure.
"""
