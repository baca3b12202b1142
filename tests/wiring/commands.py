"""What the tests of commands share: a command run in this process, on the connection of the test."""

import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import translation

from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.wiring.cli import main, session
from gridward.workforce import api as workforce

Run = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """What it answered as JSON."""
        return json.loads(self.out)

    @property
    def last(self) -> str:
        """The last line it said."""
        return (self.err.splitlines(keepends=True) or [""])[-1]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command as the console script does, without starting or joining a database."""
    monkeypatch.setattr(session, "database_ready", lambda *_environment: nullcontext())
    monkeypatch.setattr(session, "tables_check", lambda: None)
    for name in ("GRIDWARD_DATA", "GRIDWARD_PORT", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.setenv(name, os.environ.get(name, "8420"))

    def run(*words: object) -> Ended:
        capsys.readouterr()
        with translation.override("en"):
            try:
                code = main([str(word) for word in words])
            except SystemExit as ended:
                code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


def account(handle: str, role: str, area: str = "", agency: str = "") -> None:
    """Make an account with a role, without a password: it acts on the command line only."""
    now = clock.now()
    made = workforce.account_create(handle=handle, password=None, by=SYSTEM, now=now)
    assert not isinstance(made, Refusal), made
    opened = workforce.assignment_open(
        account_id=made.id, role=role, area_code=area, agency_code=agency, by=SYSTEM, now=now
    )
    assert not isinstance(opened, Refusal), opened
