"""The lock of the browser files: it keeps hashes and forgets addresses."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.loading import load

lock = load("lock")


def written(path: Path, packages: dict[str, dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"lockfileVersion": 3, "packages": packages}), encoding="utf-8")
    return path


def test_addresses_leave_the_lock_and_hashes_stay(tmp_path: Path) -> None:
    path = written(tmp_path / "package-lock.json", {
        "": {"name": "gridward"},
        "node_modules/a": {
            "version": "1.0.0", "integrity": "sha512-x", "resolved": "https://packages.example/a.tgz",
            "funding": {"url": "https://money.example"},
        },
    })  # fmt: skip

    lock.forget_addresses(path)

    kept = json.loads(path.read_text(encoding="utf-8"))["packages"]
    assert kept == {"": {"name": "gridward"}, "node_modules/a": {"version": "1.0.0", "integrity": "sha512-x"}}
    assert "//" not in path.read_text(encoding="utf-8")


def test_forgetting_twice_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "l.json", {"a": {"integrity": "sha512-x", "resolved": "https://a.example"}})
    lock.forget_addresses(path)
    once = path.read_text(encoding="utf-8")

    lock.forget_addresses(path)

    assert path.read_text(encoding="utf-8") == once


def test_a_package_without_a_hash_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "l.json", {"node_modules/bare": {"version": "1.0.0"}})

    with pytest.raises(SystemExit) as ended:
        lock.forget_addresses(path)

    assert ended.value.code == 4
    assert capsys.readouterr().err == "gridward: node_modules/bare has no integrity hash [lock.no_hash]\n"


@pytest.mark.parametrize(("word", "upgrades"), [("", False), ("--upgrade", True)])
def test_only_who_asks_for_newer_versions_gets_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, upgrades: bool
) -> None:
    written(tmp_path / "package-lock.json", {})
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "run", lambda *command: asked.append(command))
    monkeypatch.setattr(lock, "node_folder", lambda: tmp_path)
    monkeypatch.setattr("sys.argv", ["lock.py", *filter(None, [word])])

    lock.main()

    compiles, npm = asked[:-1], asked[-1]
    assert [command[-1] for command in compiles] == [
        f"requirements/{name}" for name, _from in lock.PYTHON_LOCKS
    ]
    assert all(("--upgrade" in command) is upgrades for command in compiles)
    assert all({"--generate-hashes", "--no-emit-index-url"} <= set(command) for command in compiles)
    assert npm[1] == ("update" if upgrades else "install")
    assert "--ignore-scripts" in npm


def test_a_program_that_fails_ends_the_making_of_locks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        lock.run("false")

    assert capsys.readouterr().err == "gridward: false failed: see above [lock.failed]\n"
