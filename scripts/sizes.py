"""
Raises the alarm when a source file or function has grown past what a reader holds in his head, when public names go
without a docstring, or when the tests fall behind the source.

Files of more than 400 lines and functions of more than 40 fail; tests may have longer functions. Prints the figures.
"""

import ast
import io
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LEAST_DOCUMENTED = 0.95
LEAST_TESTS_TO_SOURCE = 1.20
SOURCE = ("gridward", "gridward_verify", "simulator")

NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}
DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, order=True)
class Size:
    """How long something is, and where."""

    lines: int
    where: str


@dataclass
class Figures:
    """What was counted over all files."""

    files: list[Size]
    functions: list[Size]
    public: int = 0
    bare: tuple[str, ...] = ()
    source: int = 0
    tests: int = 0

    @property
    def documented(self) -> float:
        """The share of public modules, classes and functions that say what they are."""
        return 1 - len(self.bare) / self.public if self.public else 1.0

    @property
    def tests_to_source(self) -> float:
        """Lines of code in the tests, for each line of code in the source."""
        return self.tests / self.source if self.source else 0.0


def main() -> int:
    """Print figures and alarms; return 1 if there is an alarm."""
    figures = count(sources())
    print("\n".join([*lines_of(figures), *alarms_of(figures)]))
    return 1 if alarms_of(figures) else 0


def count(paths: list[Path]) -> Figures:
    """Return the figures of these files."""
    figures = Figures([], [])
    for path in paths:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        figures.files.append(Size(text.count("\n"), name))
        if path.suffix == ".py":
            _count_python(figures, name, text)
    return figures


def _count_python(figures: Figures, name: str, text: str) -> None:
    tree = ast.parse(text)
    if name.startswith("tests/"):
        figures.tests += code_lines(text, tree)
        return
    figures.functions += functions_of(name, tree)
    if name.split("/")[0] in SOURCE:
        figures.source += code_lines(text, tree)
        public = list(public_of(name, tree))
        figures.public += len(public)
        figures.bare += tuple(where for where, documented in public if not documented)


def lines_of(figures: Figures) -> list[str]:
    """Return the figures, one line each."""
    files, functions = figures.files, figures.functions
    return [
        f"files: {len(files)}, 95 % have at most {at_95(files)} lines, the longest {longest(files)}",
        f"functions: {len(functions)}, 95 % have at most {at_95(functions)} lines, the longest {longest(functions)}",
        f"public names: {figures.public}, {figures.documented:.1%} with a docstring",
        f"code lines: {figures.source} in the source, {figures.tests} in the tests,"
        f" tests ÷ source {figures.tests_to_source:.2f}",
    ]


def alarms_of(figures: Figures) -> list[str]:
    """Return one line for each thing that is not as it should be."""
    alarms = [f"{size.lines:5d} lines  {size.where}" for size in figures.files if size.lines > LONGEST_FILE]
    alarms += [
        f"{size.lines:5d} lines  {size.where}" for size in figures.functions if size.lines > LONGEST_FUNCTION
    ]
    if figures.documented < LEAST_DOCUMENTED:
        alarms += [f"no docstring  {where}" for where in figures.bare]
    if figures.tests_to_source < LEAST_TESTS_TO_SOURCE:
        alarms.append(f"tests ÷ source is below {LEAST_TESTS_TO_SOURCE:.2f}")
    return alarms


def sources() -> list[Path]:
    """Return the files that people write and read here, tracked or about to be."""
    patterns = ["*.py", "*.ts", "*.vue", "*.js", "*.mjs"]
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [
        ROOT / name for name in sorted(set(names)) if "/migrations/" not in name and (ROOT / name).exists()
    ]


def functions_of(name: str, tree: ast.Module) -> list[Size]:
    """Return the functions of one file; what is nested counts with what holds it, too."""
    return [
        Size((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}:{node.lineno} {node.name}")
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def public_of(name: str, tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Return (where, whether it has a docstring) of a module, its public classes and functions, and their methods."""
    if name.endswith("__init__.py") and not tree.body:
        return
    yield name, ast.get_docstring(tree) is not None
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if (
                isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
                and node.name[0] != "_"
            ):
                yield f"{name}:{node.lineno} {node.name}", ast.get_docstring(node) is not None
                if isinstance(node, ast.ClassDef) and node.name != "Meta":
                    waiting.append(node)


def code_lines(text: str, tree: ast.Module) -> int:
    """Return how many lines hold code: no blanks, no comments, no docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS) and ast.get_docstring(node, clean=False) is not None:
            lines.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(lines)


def longest(sizes: list[Size]) -> int:
    """Return the greatest size, 0 of nothing."""
    return max((size.lines for size in sizes), default=0)


def at_95(sizes: list[Size]) -> int:
    """Return the size that 95 % do not exceed, 0 of nothing."""
    ordered = sorted(sizes)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))].lines if ordered else 0


if __name__ == "__main__":
    sys.exit(main())
