"""`make check`: all checks run, also after one failed, and a broken wall of each kind is found."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.loading import ROOT, load

check = load("check")


def commands(monkeypatch: pytest.MonkeyPatch, *words: str, **programs: str) -> int:
    """Run the checks with these Python programs in the place of the real ones."""
    made = {name: [sys.executable, "-c", program] for name, program in programs.items()}
    monkeypatch.setattr(check, "checks", lambda: made)
    monkeypatch.setattr("sys.argv", ["check.py", *words])
    return check.main()


def test_all_checks_run_after_one_has_failed_and_the_failed_ones_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = commands(
        monkeypatch, format="raise SystemExit('two files differ')", walls="print('kept')", types="1/0"
    )

    said = capsys.readouterr()
    assert code == 1
    assert "1/3 format: FAILED" in said.out
    assert "two files differ" in said.out
    assert "2/3 walls: ok" in said.out
    assert "kept" not in said.out, "what a content check says is noise"
    assert said.err == "gridward: these checks failed: format, types\n"


def test_content_checks_end_well_and_the_figures_are_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands(monkeypatch, sizes="print('files: 7')") == 0

    assert "files: 7" in capsys.readouterr().out


def test_only_the_checks_that_are_named_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands(monkeypatch, "walls", walls="print(1)", types="1/0") == 0

    assert "1/1 walls: ok" in capsys.readouterr().out


def test_checks_leave_no_secret_in_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    notes = tmp_path / "where"
    program = f"import os, pathlib; pathlib.Path({str(notes)!r}).write_text(os.environ['GRIDWARD_DATA'])"

    commands(monkeypatch, migrations=program)

    where = Path(notes.read_text(encoding="utf-8"))
    assert not where.is_relative_to(ROOT)
    assert not where.exists(), "it is taken away again"


def test_every_program_that_checks_is_there() -> None:
    for name, command in check.checks().items():
        script = next((word for word in command if word.startswith("scripts/")), "")
        assert Path(command[0]).exists(), name
        assert (ROOT / script).exists(), name


#: What is written into a copy of the house, and the contract that must be broken by it.
BREAKS = {
    ("gridward/kernel/clock.py", "import gridward.territory.api"): "house",
    ("gridward/intake/rules.py", "import gridward.dispatch.api"): "house",
    ("gridward_verify/report.py", "import gridward.kernel.clock"): "verifier",
    ("simulator/cells/__init__.py", "import gridward.registry.api"): "simulator",
    ("simulator/street/__init__.py", "import django"): "simulator",
}


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
    )  # fmt: skip


def test_a_broken_wall_of_each_kind_is_found_and_an_untouched_house_is_not_accused(tmp_path: Path) -> None:
    for package in ("gridward", "gridward_verify", "simulator"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("static", "locale", "data", "__pycache__"),
        )
    shutil.copyfile(ROOT / ".importlinter", tmp_path / ".importlinter")
    contracts = configparser.ConfigParser()
    contracts.read(tmp_path / ".importlinter")
    names = {
        section.split(":")[-1]: contracts[section]["name"] for section in contracts if "contract:" in section
    }

    sound = lint(tmp_path)
    for (file, line), _contract in BREAKS.items():
        with (tmp_path / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    broken = lint(tmp_path)

    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert broken.returncode == 1
    assert set(BREAKS.values()) == set(names), "every contract is tried"
    for (file, line), contract in BREAKS.items():
        here, there = file.removesuffix(".py").removesuffix("/__init__").replace("/", "."), line.split(" ")[1]
        assert f"{names[contract]} BROKEN" in broken.stdout
        assert f"{here} -> {there}" in broken.stdout, (contract, broken.stdout)
