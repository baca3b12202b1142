"""Loads a model city into the house that the environment names, and tells its steps on stdout. To be killed."""

import sys
from pathlib import Path

from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.ready import database_ready


def main() -> None:
    """Load the scale into the folder, both given on the command line."""
    out, scale = Path(sys.argv[1]), sys.argv[2]
    with database_ready(environment_read()):
        # Only now: the rooms can be imported once Django is set up.
        from django.db import transaction

        from gridward.governance import api as governance
        from gridward.kernel import clock
        from gridward.kernel.actor import SYSTEM
        from gridward.wiring.demo_city import load_city

        now = clock.now()
        with transaction.atomic():
            governance.profiles_install(by=SYSTEM, now=now)
        load_city(out, scale=scale, seed=1, tell=lambda line: print(line, flush=True), now=now)


if __name__ == "__main__":
    main()
