"""The browser files: taken by name, written down with their hash, and noticed when somebody changed one."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.scripts.loading import load

assets = load("assets")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose packages are there already."""
    for package, names in assets.FILES.values():
        folder = tmp_path / "node_modules" / package
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{package} {name}", encoding="utf-8")
        about = {"version": "1.2.3", "license": "MIT"}
        (folder / "package.json").write_text(json.dumps(about), encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    (tmp_path / "static").mkdir()
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "PACKAGES", tmp_path / "node_modules")
    monkeypatch.setattr(assets, "TARGET", tmp_path / "static" / "vendor")
    monkeypatch.setattr(assets, "OWN_NODE", tmp_path / ".node")
    monkeypatch.setattr(assets, "HANDHELD", tmp_path / "handheld")
    monkeypatch.setattr(assets, "BUILT", tmp_path / "static" / "handheld")
    (tmp_path / "handheld").mkdir()
    (tmp_path / "handheld" / "main.ts").write_text("start()", encoding="utf-8")
    return tmp_path


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the packages were fetched; the handheld is built as a copy of its source."""
    calls: list[str] = []
    monkeypatch.setattr(assets, "fetch", lambda: calls.append("npm"))
    monkeypatch.setattr(
        assets, "build", lambda: shutil.copytree(assets.HANDHELD, assets.BUILT, dirs_exist_ok=True)
    )
    return calls


def test_every_file_is_copied_and_written_down_and_a_second_run_does_nothing(
    house: Path, fetched: list[str]
) -> None:
    assert [assets.main(), assets.main()] == [0, 0]

    manifest = json.loads((house / "static" / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    assert fetched == ["npm"]
    assert manifest["files"]["htmx/htmx.min.js"] == {
        "package": "htmx.org", "version": "1.2.3", "licence": "MIT",
        "sha256": assets.sha256(house / "static" / "vendor" / "htmx" / "htmx.min.js"),
    }  # fmt: skip
    assert len(manifest["files"]) == sum(len(names) for _package, names in assets.FILES.values())


@pytest.mark.parametrize(
    "what",
    [
        "a file is changed", "a file is gone", "another lock", "half a manifest", "the handheld is changed",
        "its source is changed", "the handheld is gone",
    ],
)  # fmt: skip
def test_what_is_not_as_it_was_made_is_made_anew(house: Path, fetched: list[str], what: str) -> None:
    assets.main()
    vendor = house / "static" / "vendor"
    file = vendor / "htmx" / "htmx.min.js"
    if what == "a file is changed":
        file.write_text("evil()", encoding="utf-8")
    elif what == "a file is gone":
        file.unlink()
    elif what == "the handheld is changed":
        (house / "static" / "handheld" / "main.ts").write_text("evil()", encoding="utf-8")
    elif what == "its source is changed":
        (house / "handheld" / "more.ts").write_text("more()", encoding="utf-8")
    elif what == "the handheld is gone":
        shutil.rmtree(house / "static" / "handheld")
    elif what == "another lock":
        (house / "package-lock.json").write_text('{"changed": 1}', encoding="utf-8")
    else:
        (vendor / "manifest.json").write_text('{"made_from":', encoding="utf-8")

    assets.main()

    assert len(fetched) == 2
    assert file.read_text(encoding="utf-8") == "htmx.org dist/htmx.min.js"
    assert assets.in_place(assets.fingerprint())


def test_a_package_without_the_file_leaves_the_old_folder_alone(house: Path, fetched: list[str]) -> None:
    assets.main()
    (house / "package-lock.json").write_text('{"changed": 1}', encoding="utf-8")
    (house / "node_modules" / "htmx.org" / "LICENSE").unlink()

    with pytest.raises(FileNotFoundError):
        assets.main()

    assert (house / "static" / "vendor" / "htmx" / "LICENSE").exists()


@pytest.mark.parametrize(
    ("said", "known"),
    [("v22.4.1", (22, 4)), ("v9.0.0", (9, 0)), ("v20", (0, 0)), ("", (0, 0)), ("command not found", (0, 0))],
)
def test_a_node_tells_its_version(tmp_path: Path, said: str, known: tuple[int, int]) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho '{said}'\n", encoding="utf-8")
    node.chmod(0o755)

    assert assets.node_version(str(node)) == known


@pytest.mark.parametrize(
    ("version", "own"), [("v22.0.0", False), ("v20.19.0", False), ("v20.18.9", True), ("v18.20.0", True)]
)
def test_a_node_that_is_too_old_is_passed_over(
    house: Path, monkeypatch: pytest.MonkeyPatch, version: str, own: bool
) -> None:
    there = house / "bin"
    there.mkdir()
    for name in ("node", "npm"):
        (there / name).write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
        (there / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{there}{os.pathsep}{os.environ['PATH']}")
    (house / "requirements").mkdir()
    (house / "requirements" / "node.txt").write_text("node==1\n", encoding="utf-8")
    (house / ".node").mkdir()
    stamp = assets.sha256(house / "requirements" / "node.txt")
    (house / ".node" / ".stamp").write_text(stamp, encoding="utf-8")

    assert assets.node_folder() == (house / ".node" / "bin" if own else there)


@pytest.mark.parametrize(
    ("program", "code"),
    [("echo refused by the server; exit 1", "assets.failed"), ("echo npm ERR ENOSPC; exit 1", "disk.full")],
)
def test_what_cannot_be_fetched_ends_with_one_line(
    house: Path, capsys: pytest.CaptureFixture[str], program: str, code: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        assets.run(["sh", "-c", program], "The browser packages could not be installed")

    *shown, last = capsys.readouterr().err.splitlines()
    assert ended.value.code == 4
    assert last.startswith("gridward: ")
    assert last.endswith(f"[{code}]")
    assert shown, "the end of what the program said"
