"""The reference: every command with every argument, and a page that differs from the code is named."""

import argparse
from pathlib import Path

import pytest

from tests.scripts.loading import load

commands = load("reference_commands")
reference = load("reference")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    below = made.add_subparsers()
    ledger = below.add_parser("ledger", help="the evidence").add_subparsers()
    export = ledger.add_parser("export", help="write it")
    export.add_argument("out", metavar="OUT.jsonl", help="where to")
    export.add_argument("--order", required=True, metavar="NUMBER", help="which one")
    export.add_argument("--kind", choices=["a", "b"], default="a", help="what (default %(default)s)")
    export.add_argument("--json", action="store_true")
    below.add_parser("demo", help="run it")
    return made


def test_commands_are_found_at_any_depth_and_only_where_something_runs() -> None:
    found = [(name, about) for name, about, _parser in commands.leaves(parser(), "gridward", "")]

    assert found == [("gridward ledger export", "write it"), ("gridward demo", "run it")]


def test_each_argument_is_written_as_it_is_typed() -> None:
    _name, _about, export = next(commands.leaves(parser(), "gridward", ""))

    assert list(commands.arguments(export)) == [
        ("OUT.jsonl", "where to"),
        ("--order NUMBER", "which one (needed)"),
        ("--kind {a,b}", "what (default a)"),
        ("--json", ""),
    ]


def test_every_command_says_what_it_does_and_carries_its_own_name() -> None:
    found = list(commands.all_commands())

    assert [name for name, about, _parser in found if not about] == []
    assert len({name for name, _about, _parser in found}) == len(found)
    assert {"gridward demo", "gridward intake import", "gridward-verify"} <= {name for name, *_rest in found}


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reference of two pages, written once."""
    made = {"a.md": reference.HEAD + "# A\n\nAll of A.\n", "b.md": reference.HEAD + "# B\n\nAll of B.\n"}
    monkeypatch.setattr(reference, "PAGES", tmp_path / "reference")
    monkeypatch.setattr(reference, "pages", lambda: made)
    monkeypatch.setattr("sys.argv", ["reference.py"])
    assert reference.main() == 0
    monkeypatch.setattr("sys.argv", ["reference.py", "--check"])
    return tmp_path / "reference"


def test_pages_that_agree_with_the_code_are_content(pages: Path) -> None:
    assert reference.main() == 0


@pytest.mark.parametrize("what", ["changed", "gone", "too many"])
def test_a_page_that_differs_is_named_and_left_as_it_is(
    pages: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    page = pages / ("c.md" if what == "too many" else "b.md")
    page.unlink() if what == "gone" else page.write_text("# By hand\n", encoding="utf-8")

    assert reference.main() == 1
    assert f"docs/reference/{page.name} is not what the code says" in capsys.readouterr().err
    assert what == "gone" or page.read_text(encoding="utf-8") == "# By hand\n"


def test_writing_takes_away_what_the_code_does_not_say_any_more(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pages / "old.md").write_text("# Old\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["reference.py"])

    reference.main()

    assert sorted(path.name for path in pages.iterdir()) == ["a.md", "b.md"]


def test_the_first_page_lists_the_others_by_title_and_first_sentence() -> None:
    made = {"a.md": reference.HEAD + "# Refusals\n\nEvery expected no.\n"}

    lines = reference.overview({"a.md": lambda: ""}, made).splitlines()

    assert lines[-1] == "- [Refusals](a.md): every expected no."
