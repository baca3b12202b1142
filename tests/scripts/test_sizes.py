"""The figures of the source: what counts as code, what counts as documented, and what raises the alarm."""

import ast
from pathlib import Path

import pytest

from tests.scripts.loading import checkout, load

sizes = load("sizes")


def code_lines(text: str) -> int:
    return sizes.code_lines(text, ast.parse(text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 0),
        ("\n\n# only a remark\n\n", 0),
        ('"""Owns nothing."""\n', 0),
        ("x = 1  # a remark beside it\n", 1),
        ("x = 1\n\n\ny = 2\n", 2),
        ('def f():\n    """Say."""\n    return 1\n', 2),
        ('def f():\n    """\n    Say.\n\n    More.\n    """\n    return 1\n', 2),
        ('class C:\n    """Say."""\n\n    async def f(self):\n        """Say."""\n        return 1\n', 3),
        ('x = """\ntext\n\nin three lines\n"""\n', 5),
        ('def f():\n    x = 1\n    """no docstring: it is not the first"""\n    return x\n', 4),
        ("call(\n    1,\n    # why two\n    2,\n)\n", 4),
        ("if x:\n    pass\n", 2),
        ('TEXT = "a"\n"""What it is: a string that stands alone."""\n', 2),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_only_lines_that_do_something_count_as_code(text: str, lines: int) -> None:
    assert code_lines(text) == lines


def public_of(text: str, name: str = "gridward/x.py") -> dict[str, bool]:
    return {where.split(" ")[-1]: said for where, said in sizes.public_of(name, ast.parse(text))}


def test_what_others_may_call_needs_a_docstring_and_nothing_else_does() -> None:
    text = (
        '"""Owns it."""\n'
        'def said():\n    """Say."""\n    def inner():\n        pass\n'
        "def silent():\n    pass\n"
        "def _private():\n    pass\n"
        'class Thing:\n    """Is one."""\n    def method(self):\n        pass\n    def __init__(self):\n        pass\n'
        "class _Hidden:\n    def method(self):\n        pass\n"
    )

    assert public_of(text) == {
        "gridward/x.py": True, "said": True, "silent": False, "Thing": True, "method": False,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "asked"), [("gridward/__init__.py", False), ("gridward/x.py", True)])
def test_an_empty_module_says_what_it_owns_unless_it_only_marks_a_folder(name: str, asked: bool) -> None:
    assert bool(list(sizes.public_of(name, ast.parse("")))) is asked


@pytest.mark.parametrize(
    ("lines", "at_95"),
    [([], 0), ([7], 7), ([*range(1, 101)], 96), ([1] * 99 + [900], 1), ([1] * 9 + [900], 900)],
)
def test_the_figure_at_95_is_what_19_of_20_do_not_exceed(lines: list[int], at_95: int) -> None:
    assert sizes.at_95([sizes.Size(count, "somewhere") for count in lines]) == at_95


def house(folder: Path, **more: str) -> Path:
    files = {
        "gridward/a.py": '"""Owns it."""\n\nx = 1\ny = 2\n',
        "gridward/a/migrations/0001_initial.py": "x = 1\n" * 900,
        "tests/test_a.py": "assert 1\nassert 2\nassert 3\n",
        "scripts/s.py": "def run():\n    return 1\n",
    }
    return checkout(folder, files | {name.replace("__", "/") + ".py": text for name, text in more.items()})


def counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(sizes, "ROOT", folder)
    return sizes.count(sizes.sources())


def test_tests_are_measured_against_the_source_and_scripts_against_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = counted(house(tmp_path), monkeypatch)

    assert (figures.source, figures.tests, figures.tests_to_source) == (2, 3, 1.5)
    assert (figures.public, figures.bare) == (1, ())
    assert [size.where for size in figures.functions] == ["scripts/s.py:1 run"]
    assert sizes.alarms_of(figures) == []


BODY = "    x = 1\n"


@pytest.mark.parametrize(
    ("more", "alarm"),
    [
        ({"gridward__long": '"""Owns."""\n' + "# a remark\n" * 400}, "  401 lines  gridward/long.py"),
        ({"tests__test_long": "# a remark\n" * 401}, "  401 lines  tests/test_long.py"),
        ({"scripts__f": "def f():\n" + BODY * 40}, "   41 lines  scripts/f.py:1 f"),
        ({"gridward__b": "def f():\n    pass\n"}, "no docstring  gridward/b.py:1 f"),
        ({"gridward__b": '"""Owns it."""\n' + "x = 1\n" * 9}, "tests ÷ source is below"),
    ],
    ids=["a long file", "a long test file", "a long function", "no docstring", "too few tests"],
)
def test_what_has_grown_out_of_sight_raises_the_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    more: dict[str, str], alarm: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(sizes, "ROOT", house(tmp_path, **more))

    assert sizes.main() == 1
    assert alarm in capsys.readouterr().out


@pytest.mark.parametrize(
    "more",
    [
        {"gridward__long": '"""Owns."""\n' + "# a remark\n" * 399},
        {"scripts__f": "def f():\n" + BODY * 39},
        {"tests__test_f": "def test_f():\n" + BODY * 60},
        {
            "gridward__b": "def _f():\n    pass\n",
            "gridward__c": '"""Owns it."""\n',
            "tests__test_b": "assert 1\n" * 2,
        },
    ],
    ids=["400 lines", "40 lines", "a long test", "one of many without a docstring"],
)
def test_what_is_just_within_its_limit_is_left_in_peace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
) -> None:
    many = {f"gridward__m{number}": '"""Owns it."""\n' for number in range(30)}

    assert sizes.alarms_of(counted(house(tmp_path, **more, **many), monkeypatch)) == []


def test_a_file_that_is_new_counts_before_it_is_committed_and_one_that_is_gone_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house(tmp_path)
    (folder / "gridward" / "new.py").write_text('"""Owns it."""\nx = 1\n', encoding="utf-8")
    (folder / "tests" / "test_a.py").unlink()

    figures = counted(folder, monkeypatch)

    assert (figures.source, figures.tests) == (3, 0)
