"""
What `make` says on a machine that lacks something: one line that names what to install, and nothing half-
made.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.wiring.supervisor_cases import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A place with the set-up scripts and the locks, but without an environment."""
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def set_up(checkout: Path, python: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", str(checkout / "scripts" / "bootstrap.sh"), "run"],
        env=os.environ | {"PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )


def interpreter(checkout: Path, program: str) -> Path:
    """An interpreter that answers the script's questions in its own way."""
    path = checkout / "python3"
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(0o755)
    return path


def test_a_python_without_venv_is_told_the_package_to_install(checkout: Path) -> None:
    without = interpreter(checkout, 'case "$2" in *ensurepip*) exit 1;; *base_prefix*) echo 3.11;; esac')

    answer = set_up(checkout, without)

    assert answer.returncode == 4
    assert answer.stderr.count("\n") == 1
    assert "python3-venv" in answer.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_too_old_is_refused(checkout: Path) -> None:
    old = interpreter(checkout, "exit 1")

    answer = set_up(checkout, old)

    assert answer.returncode == 4
    assert answer.stderr.count("\n") == 1
    assert "3.11" in answer.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    "lock", ["run.txt", "dev.txt", "bench.txt", "tools.txt", "bootstrap.txt", "node.txt"]
)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if "==" in line.split("#")[0]]

    assert packages
    assert all("--hash=sha256:" in line for line in packages)


def test_what_runs_is_locked_alike_for_running_and_for_testing() -> None:
    def locked(name: str) -> set[str]:
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith(" ")}

    assert locked("run.txt") <= locked("dev.txt")
    assert locked("tools.txt") <= locked("dev.txt")
    assert locked("dev.txt") <= locked("bench.txt")
