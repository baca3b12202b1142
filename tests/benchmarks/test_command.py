"""The benchmarks' command: honesty about what is missing, and that all of them still work."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import machine, run
from benchmarks.catalogue import BY_NAME, MEMBERS, Member
from benchmarks.figures import Figure, Goal
from benchmarks.house import own
from benchmarks.map import __main__ as map_command

ROOT = Path(__file__).parents[2]


def test_a_missing_browser_is_said_in_words_and_gives_no_figure(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(map_command, "CHROMIUMS", (str(tmp_path / "none"),))

    record = run.run_here(BY_NAME["map"], quick=True)

    assert "Chromium is not installed" in record["refused"]
    assert "figures" not in record and "not measured" in run.told(record)


def test_every_member_has_its_module_and_every_module_its_member() -> None:
    modules = {path.stem for path in (ROOT / "benchmarks" / "members").glob("*.py")} - {"__init__"}

    assert {member.name for member in MEMBERS} == modules
    assert len(BY_NAME) == len(MEMBERS)


def test_an_unknown_name_is_refused_with_the_names_there_are(capsys) -> None:
    with pytest.raises(SystemExit) as refused:
        command.main(["nothing"])

    assert refused.value.code == 2
    assert "territory" in capsys.readouterr().err


def test_a_benchmark_that_breaks_keeps_the_figures_of_the_others(monkeypatch, tmp_path, capsys) -> None:
    ghost = Member("ghost", "P0", "Ghost", "", (), house=False)
    monkeypatch.setattr(command, "MEMBERS", (ghost, BY_NAME["sealing"]))
    monkeypatch.setattr(command, "HISTORY", tmp_path / "history.jsonl")
    monkeypatch.setattr(command, "DOCS", tmp_path)

    assert command.main(["all", "--quick"]) == 1
    assert not (tmp_path / "history.jsonl").exists()  # quick runs are not kept
    told = capsys.readouterr()
    assert "ghost: BROKEN" in told.out and "sealing: done" in told.out and "broken: ghost" in told.err


def test_quick_figures_are_not_judged(monkeypatch) -> None:
    monkeypatch.setattr(run.importlib, "import_module", lambda _name: sys.modules[__name__])

    judged, quick = (run.run_here(BY_NAME["territory"], quick=quick)["figures"][0] for quick in (False, True))

    assert judged.pop("goal")["outcome"] == "met"
    assert quick == judged


def test_one_benchmark_leaves_its_record(tmp_path) -> None:
    out = tmp_path / "record.json"

    assert command.main(["sealing", "--quick", "--record", str(out)]) == 0

    record = json.loads(out.read_text())
    assert record["benchmark"] == "sealing" and record["quick"]
    assert record["machine"]["cores"] >= 1 and record["versions"]["cryptography"]
    assert record["figures"] and all(figure["ours"]["median"] > 0 for figure in record["figures"])


def test_a_kept_run_stands_in_the_history_and_on_the_page(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(command, "HISTORY", tmp_path / "history.jsonl")
    monkeypatch.setattr(command, "DOCS", tmp_path)
    monkeypatch.setattr(run.importlib, "import_module", lambda _name: sys.modules[__name__])

    assert command.main(["territory", "--keep"]) == 0

    assert "| a thing | 1 |" in (tmp_path / "README.md").read_text()
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == 1


def measure(quick: bool) -> list[Figure]:
    """Stand in for a benchmark."""
    return [Figure("a thing", "1", "s", [1.0], goal=Goal("P0", "≤ 2 s", most=2))]


def test_a_processor_without_a_name_is_called_by_its_kind(tmp_path) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text("processor : 0\nmodel name\t: Synthetic 3000\n")

    assert machine.processor(told) == "Synthetic 3000"
    assert machine.processor(tmp_path / "none")


def test_two_houses_get_two_ports() -> None:
    assert 1024 < own.free_port() < 65536


@pytest.mark.heavy
def test_every_benchmark_still_works_at_tiny_sizes() -> None:
    before = set(Path("/tmp").glob("gridward-bench-*"))

    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks", "all", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,  # beside another process of the tests, on a slow day
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.count(": done in") == sum(not member.alone for member in MEMBERS)
    assert set(Path("/tmp").glob("gridward-bench-*")) <= before
