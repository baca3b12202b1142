"""`gridward stop`: end what runs on this data directory, in order, and wait until it is gone."""

import argparse
import os
import signal
import time
from contextlib import suppress
from typing import Any

from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.problems import CommandError
from gridward.wiring.supervisor import Supervisor

PATIENCE_SECONDS = 90


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("stop", help="stop what runs on this data directory")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Stop the house and its database; nothing happens when nothing runs."""
    supervisor = Supervisor(environment_read().data)
    pid = supervisor.supervisor_pid()
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        _await_end(supervisor)
    elif supervisor.running():
        supervisor.stop()
    else:
        print("Nothing runs.")
        return 0
    print("Stopped.")
    return 0


def _await_end(supervisor: Supervisor) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while supervisor.supervisor_pid() is not None:
        if time.monotonic() > until:
            raise CommandError(f"It did not stop within {PATIENCE_SECONDS} seconds.", code="stop.timeout")
        time.sleep(0.1)
