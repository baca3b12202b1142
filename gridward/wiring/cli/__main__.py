"""Lets `python -m gridward.wiring.cli` do what the console script does."""

import sys

from gridward.wiring.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
