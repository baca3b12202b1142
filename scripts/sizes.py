"""
Raises the alarm when a source file or function has grown past what a reader holds in his head.

Files of more than 400 lines and functions of more than 40 fail; tests may have longer functions. Prints the
figures at 95 %.
"""

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


@dataclass(frozen=True, order=True)
class Size:
    """How long something is, and where."""

    lines: int
    where: str


def main() -> int:
    """Print figures and alarms; return 1 if there is an alarm."""
    files, functions = [], []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(ROOT))
        files.append(Size(text.count("\n"), name))
        if path.suffix == ".py" and not name.startswith("tests/"):
            functions += functions_of(name, text)
    alarms = [f"{size.lines:5d} lines  {size.where}" for size in files if size.lines > LONGEST_FILE]
    alarms += [f"{size.lines:5d} lines  {size.where}" for size in functions if size.lines > LONGEST_FUNCTION]
    print(f"files: {len(files)}, 95 % have at most {at_95(files)} lines, the longest {max(files).lines}")
    longest = max(functions).lines
    print(f"functions: {len(functions)}, 95 % have at most {at_95(functions)} lines, the longest {longest}")
    print("\n".join(alarms))
    return 1 if alarms else 0


def sources() -> list[Path]:
    """Return the files that people write and read here, tracked or about to be."""
    patterns = ["*.py", "*.ts", "*.vue", "*.js", "*.mjs"]
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [
        ROOT / name for name in sorted(set(names)) if "/migrations/" not in name and (ROOT / name).exists()
    ]


def functions_of(name: str, text: str) -> list[Size]:
    """Return the functions of one file; what is nested counts with what holds it, too."""
    return [
        Size((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}:{node.lineno} {node.name}")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def at_95(sizes: list[Size]) -> int:
    """Return the size that 95 % do not exceed."""
    ordered = sorted(sizes)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))].lines


if __name__ == "__main__":
    sys.exit(main())
