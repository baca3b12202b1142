"""
The command line: `gridward <command>`.

Owns how a command begins (environment, database, Django), how it ends (one line, an exit code) and the
commands of the house. A room's commands live in `gridward/wiring/cli/<room>.py` and call that room's `api`.
Decides nothing.
"""

from gridward.wiring.cli.entry import main

__all__ = ["main"]
