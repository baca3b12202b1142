"""What a long command says while it works."""

import io
import re
import time

import pytest

from gridward.wiring.cli import progress as progress_module
from gridward.wiring.cli.progress import Progress


def test_each_step_is_announced_with_time_and_place() -> None:
    said = io.StringIO()
    progress = Progress(2, stream=said)

    with progress.step("making the database"):
        progress("a line in between")
    progress.begin("starting")

    lines = said.getvalue().splitlines()
    assert [re.sub(r"^\[ *\d+\.\d s\] ", "", line) for line in lines] == [
        "1/2 making the database",
        "1/2 a line in between",
        "2/2 starting",
    ]
    assert all(re.match(r"\[ *\d+\.\d s\] ", line) for line in lines)


def test_a_long_step_says_that_it_is_still_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "STILL_EVERY", 0.05)
    said = io.StringIO()

    with Progress(1, stream=said).step("drawing grids"):
        time.sleep(0.2)

    assert "… still drawing grids" in said.getvalue()


def test_a_quiet_command_says_nothing() -> None:
    said = io.StringIO()

    Progress(1, stream=said, quiet=True)("anything")

    assert said.getvalue() == ""
