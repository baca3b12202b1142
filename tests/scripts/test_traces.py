"""What would tell where a file was made: found in every tracked file, and only there."""

import subprocess
from pathlib import Path

import pytest

from tests.scripts.loading import checkout, load

traces = load("traces")


def found(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    monkeypatch.setattr(traces, "ROOT", folder)
    code = traces.main()
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert code == (1 if lines else 0)
    return lines


@pytest.mark.parametrize(
    ("name", "line", "what"),
    [
        ("docs/tour.md", "see {here}/docs", "a path of this machine"),
        ("gridward/a.py", "PLACE = '{here}'", "a path of this machine"),
        ("gridward/a.py", "# made beside {above}/other", "a path of this machine"),
        ("requirements/run.txt", "--index-url somewhere", "an address"),
        ("requirements/run.in", "pkg @ https://packages.example/pkg.whl", "an address"),
        ("package-lock.json", '"resolved": "http://packages.example/a.tgz"', "an address"),
        (".npmrc", "registry = somewhere", "an address"),
    ],
)
def test_a_trace_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, line: str, what: str,
) -> None:  # fmt: skip
    here = tmp_path / "house"
    text = "first\n" + line.format(here=here, above=tmp_path) + "\n"

    lines = found(checkout(here, {name: text}), monkeypatch, capsys)

    assert lines == [f"{name}:2: {what}"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("docs/tour.md", "open https://gridward.example/ in a browser"),
        ("gridward/a.py", "registry = {{}}"),
        ("docs/tour.md", "see {above}hold/docs"),
        ("requirements/run.txt", "pkg==1.0 --hash=sha256:0"),
    ],
    ids=["an address in a page", "a word in a module", "a path that only begins alike", "a hash"],
)
def test_what_only_looks_like_a_trace_is_left_in_peace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, line: str
) -> None:
    here = tmp_path / "house"

    text = line.format(above=tmp_path) + "\n"

    assert found(checkout(here, {name: text}), monkeypatch, capsys) == []


def test_what_is_no_text_or_is_gone_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = checkout(tmp_path / "house", {"gone.md": str(tmp_path)})
    (folder / "gone.md").unlink()
    (folder / "picture.png").write_bytes(b"\x89PNG\xff" + str(folder).encode())
    (folder / "untracked.md").write_text(str(folder), encoding="utf-8")
    subprocess.run(["git", "add", "picture.png"], cwd=folder, check=True)

    assert found(folder, monkeypatch, capsys) == []
