"""The processes of the house: restarted when they die, stopped in order, never left behind."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridward.wiring.cli.problems import CommandError
from gridward.wiring.cli.processes import Child, Program, children_stop
from tests.wiring.supervisor_cases import in_another_process, kill, lives, wait_until

SLEEPER = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
PARENT = """
import subprocess, sys, time
helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
open(sys.argv[1], 'a').write(f'{helper.pid}\\n')
time.sleep(60)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER


class Stage:
    """Children whose process ids can be read from a file."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes
        self.lines: list[str] = []
        self.children: list[Child] = []

    def child(self, program: str) -> Child:
        child = Child(Program("site", (sys.executable, "-c", program, str(self.notes))), self.lines.append)
        self.children.append(child)
        return child

    def pids(self) -> list[int]:
        return [int(line) for line in self.notes.read_text().splitlines()] if self.notes.exists() else []


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path / "pids")
    yield stage
    children_stop(stage.children)


def test_a_child_that_dies_is_started_again(stage: Stage) -> None:
    child = stage.child(SLEEPER)
    child.start()
    assert wait_until(stage.pids)
    (first,) = stage.pids()
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: not lives(first))

    child.tend()

    assert wait_until(lambda: len(stage.pids()) == 2)
    assert stage.lines == ["the site died (exit code -9); restarting it"]


def test_a_child_that_lives_is_left_alone(stage: Stage) -> None:
    child = stage.child(SLEEPER)
    child.start()
    assert wait_until(stage.pids)

    child.tend()

    assert len(stage.pids()) == 1
    assert stage.lines == []


def test_a_stopped_child_leaves_nothing_behind(stage: Stage) -> None:
    child = stage.child(SLEEPER)
    child.start()
    assert wait_until(stage.pids)

    child.stop()

    assert not Path(f"/proc/{stage.pids()[0]}").exists()


def test_what_a_dead_child_had_started_is_ended_before_it_is_started_again(stage: Stage) -> None:
    child = stage.child(PARENT)
    child.start()
    assert wait_until(stage.pids)
    (helper,) = stage.pids()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    assert wait_until(lambda: not lives(child.pid or 0))

    child.tend()

    assert wait_until(lambda: not lives(helper))


def test_a_child_that_does_not_listen_is_ended_by_force(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridward.wiring.cli.processes.STOP_SECONDS", 0.3)
    child = stage.child(STUBBORN)
    child.start()
    assert wait_until(stage.pids)

    child.stop()

    assert not lives(stage.pids()[0])
    assert stage.lines == ["the site does not stop; ending it by force"]


def test_a_child_that_keeps_dying_ends_the_command(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridward.wiring.cli.processes.FIRST_PAUSE", 0.01)
    child = stage.child("raise SystemExit(7)")
    child.start()

    def tended() -> bool:
        child.tend()
        return False

    with pytest.raises(CommandError, match=r"keeps dying \(exit code 7\)"):
        wait_until(tended, seconds=60)


WATCHED = """
import sys, time
from gridward.wiring.cli.processes import Child, Program
Child(Program("site", (sys.executable, "-c", sys.argv[1], sys.argv[2])), print).start()
print("started", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel tells children on Linux only")
def test_children_end_when_we_are_killed(tmp_path: Path) -> None:
    notes = tmp_path / "pids"
    house = in_another_process(WATCHED, SLEEPER, str(notes))
    assert wait_until(lambda: notes.exists() and notes.read_text().endswith("\n"))
    pid = int(notes.read_text())

    kill(house)

    assert wait_until(lambda: not lives(pid))
