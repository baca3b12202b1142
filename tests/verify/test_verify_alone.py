"""The verifier stands alone: it shares no code with what it verifies."""

import ast
import subprocess
import sys
from pathlib import Path

import gridward_verify

PACKAGE = Path(gridward_verify.__file__).parent


def imported() -> set[str]:
    names = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.split(".")[0])
    return names


def test_the_verifier_imports_the_standard_library_and_one_cipher_library_only():
    assert imported() - set(sys.stdlib_module_names) == {"cryptography", "gridward_verify"}


def test_the_verifier_runs_without_anything_of_gridward():
    program = (
        "import sys, gridward_verify.__main__; print(any(m.split('.')[0] == 'gridward' for m in sys.modules))"
    )

    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "False"
