"""How many processes serve the pages: one a core, never none, four at most."""

import os

import pytest

from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.foreground import programs
from gridward.wiring.site import site_workers
from gridward.wiring.stream import MOST_STREAMS


@pytest.mark.parametrize(("cores", "workers"), [(None, 1), (1, 1), (2, 2), (4, 4), (64, 4)])
def test_one_process_a_core_and_four_at_most(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, workers: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    command = next(one.command for one in programs(environment_read()) if one.name == "site")

    assert site_workers() == workers
    assert int(command[command.index("--backpressure") + 1]) > MOST_STREAMS, "streams leave room for pages"
    assert command[command.index("--workers") + 1] == str(workers)
