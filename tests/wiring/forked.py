"""
Commands in processes of their own without paying for the interpreter each time.

A first process loads the program for one data directory, as every command does, and then forks for each command: what
runs is the command's own `main` in a process of its own, with its own words, output and exit code. What a fresh
interpreter does is tested where it is the point (`test_cli_endings`, `test_cli_processes`).
"""

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.wiring.supervisor_cases import ROOT


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def environment_of(data: Path) -> dict[str, str]:
    """Return the environment of a command on this data directory, with nothing of ours but what it is told."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("GRIDWARD_", "DATABASE_"))
    }
    return clean | {"GRIDWARD_DATA": str(data), "GRIDWARD_PORT": str(free_port()), "LC_ALL": "C.UTF-8"}


class Commands:
    """A `with` block in which commands run on one data directory."""

    def __init__(self, data: Path, scratch: Path) -> None:
        self._scratch = scratch
        self._first = subprocess.Popen(
            [sys.executable, "-m", "tests.wiring.forked"],
            cwd=ROOT, env=environment_of(data), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> "Commands":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._first.communicate(timeout=30)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command as a person would."""
        told, complained = self._scratch / "stdout", self._scratch / "stderr"
        order = {"words": words, "stdout": str(told), "stderr": str(complained)}
        assert self._first.stdin and self._first.stdout
        self._first.stdin.write(json.dumps(order) + "\n")
        self._first.stdin.flush()
        code = int(self._first.stdout.readline())
        return subprocess.CompletedProcess(
            words, code, told.read_text(encoding="utf-8"), complained.read_text(encoding="utf-8")
        )


def _serve() -> None:
    """Load the program, then fork for each line that comes in and answer with its exit code."""
    from gridward.wiring.cli.environment import environment_read

    environment_read()
    import django

    django.setup()
    import gridward.wiring.cli.catalogue  # every command, and with it what the rooms offer
    import gridward.wiring.plugs  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(order: dict[str, Any]) -> None:
    """Be the command: its words, its files for what it says, its exit code; never return."""
    from gridward.wiring.cli import main

    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        for number, path in ((1, order["stdout"]), (2, order["stderr"])):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        sys.argv = ["gridward", *order["words"]]
        try:
            code = main()
        except SystemExit as end:
            code = int(end.code or 0)
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
