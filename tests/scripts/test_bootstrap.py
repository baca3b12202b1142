"""
What setting up the Python environment does and leaves, told with an interpreter that only writes down what it is
asked: nothing is downloaded.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests.scripts.loading import ROOT

#: Answers as a Python would. `FAIL` names words on which it gives up, with the words it says then.
INTERPRETER = """#!/bin/sh
echo "$@" >> "{notes}"
case "$*" in *"$FAIL"*) [ -z "$FAIL" ] || {{ echo "$WORDS"; exit 1; }};; esac
case "$*" in
    *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
    *purelib*) mkdir -p .venv/site; echo .venv/site;;
    *base_prefix*) echo "$VERSION";;
esac
"""


class Checkout:
    """A place with the script and the locks, and a Python that does nothing but write down what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes = folder / "asked"
        (folder / "scripts").mkdir()
        (folder / "requirements").mkdir()
        (folder / "scripts" / "bootstrap.sh").write_bytes((ROOT / "scripts" / "bootstrap.sh").read_bytes())
        for name in ("run", "dev", "bench", "tools", "bootstrap"):
            (folder / "requirements" / f"{name}.txt").write_text(f"{name}==1\n", encoding="utf-8")
        self.python = folder / "python3"
        self.python.write_text(INTERPRETER.format(notes=self.notes), encoding="utf-8")
        self.python.chmod(0o755)

    def set_up(self, kind: str = "run", **environment: str) -> "subprocess.CompletedProcess[str]":
        self.notes.unlink(missing_ok=True)
        given = {"PYTHON": str(self.python), "FAIL": "", "WORDS": "", "VERSION": "3.12"} | environment
        return subprocess.run(
            ["sh", str(self.folder / "scripts" / "bootstrap.sh"), *filter(None, [kind])],
            env=os.environ | given, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def installed(self) -> list[str]:
        """Which locks were installed, in order."""
        asked = self.notes.read_text(encoding="utf-8").splitlines()
        return [Path(line.split()[-1]).name for line in asked if "--require-hashes" in line]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.mark.parametrize(
    ("kind", "locks"),
    [
        ("run", ["bootstrap.txt", "run.txt", "tools.txt"]),
        ("dev", ["bootstrap.txt", "dev.txt"]),
        ("bench", ["bootstrap.txt", "bench.txt"]),
    ],
)
def test_what_is_locked_for_a_purpose_is_installed_with_hashes(
    checkout: Checkout, kind: str, locks: list[str]
) -> None:
    answer = checkout.set_up(kind)

    assert answer.returncode == 0, answer.stderr
    assert checkout.installed() == locks
    assert [line.split("] ")[1][:3] for line in answer.stderr.splitlines()][:3] == ["1/3", "2/3", "3/3"]


@pytest.mark.parametrize(
    ("command", "module"), [("gridward", "gridward.wiring.cli"), ("gridward-verify", "gridward_verify")]
)
def test_both_commands_are_there_and_run_the_checkout(checkout: Checkout, command: str, module: str) -> None:
    checkout.set_up()
    checkout.notes.unlink()

    subprocess.run(
        [checkout.folder / ".venv" / "bin" / command, "--help", "a b"], check=True, env={"PATH": os.defpath}
    )

    assert checkout.notes.read_text(encoding="utf-8") == f"-m {module} --help a b\n"
    paths = (checkout.folder / ".venv" / "site" / "gridward-checkout.pth").read_text(encoding="utf-8")
    assert paths == f"{checkout.folder}\n"


def test_a_second_run_installs_nothing(checkout: Checkout) -> None:
    checkout.set_up()

    again = checkout.set_up()

    assert (again.returncode, again.stderr) == (0, "")
    assert checkout.installed() == []


def test_what_was_set_up_for_running_is_not_yet_set_up_for_testing(checkout: Checkout) -> None:
    checkout.set_up("run")

    checkout.set_up("dev")

    assert "dev.txt" in checkout.installed()


@pytest.mark.parametrize("change", ["a lock", "the interpreter", "the script", "the place"])
def test_a_change_of_what_it_stands_on_sets_it_up_anew(
    checkout: Checkout, tmp_path: Path, change: str
) -> None:
    checkout.set_up()
    more = {}
    if change == "a lock":
        (checkout.folder / "requirements" / "run.txt").write_text("run==2\n", encoding="utf-8")
    elif change == "the interpreter":
        more = {"VERSION": "3.13"}
    elif change == "the script":
        with (checkout.folder / "scripts" / "bootstrap.sh").open("a", encoding="utf-8") as script:
            script.write("# changed\n")
    else:
        moved = checkout.folder / "moved"
        moved.mkdir()
        for name in ("scripts", "requirements", ".venv"):
            (checkout.folder / name).rename(moved / name)
        checkout.folder = moved

    answer = checkout.set_up(**more)

    assert answer.returncode == 0, answer.stderr
    assert "run.txt" in checkout.installed()


@pytest.mark.parametrize(
    ("words", "code"),
    [("no matching hash", "setup.failed"), ("OSError: No space left on device", "disk.full")],
)
def test_an_installation_that_fails_leaves_nothing_and_one_line_at_the_end(
    checkout: Checkout, words: str, code: str
) -> None:
    answer = checkout.set_up(FAIL="run.txt", WORDS=words)

    *_before, shown, last = answer.stderr.splitlines()
    assert answer.returncode == 4
    assert last.startswith("gridward: ")
    assert last.endswith(f"[{code}]")
    assert shown == words, "why it failed stands above"
    assert not (checkout.folder / ".venv").exists()


def test_an_environment_that_was_good_once_is_not_thrown_away_by_a_failure(checkout: Checkout) -> None:
    checkout.set_up()
    (checkout.folder / "requirements" / "run.txt").write_text("run==2\n", encoding="utf-8")

    failed = checkout.set_up(FAIL="run.txt", WORDS="the network is down")
    mended = checkout.set_up()

    assert failed.returncode == 4
    assert mended.returncode == 0
    assert "1/3" not in mended.stderr, "the environment was still there"
    assert "run.txt" in checkout.installed(), "and was not taken for finished"


def test_a_purpose_nobody_knows_is_a_mistake_of_use(checkout: Checkout) -> None:
    answer = checkout.set_up("production")

    assert (answer.returncode, answer.stderr) == (2, "usage: scripts/bootstrap.sh run|dev|bench\n")
    assert not checkout.notes.exists()


def test_without_a_purpose_it_is_set_up_for_running(checkout: Checkout) -> None:
    checkout.set_up("")

    assert "run.txt" in checkout.installed()
