"""
Runs every check that needs no test: format, lint, types, walls, migrations, sizes, traces.

All of them run, also after one failed, so that one run tells everything. The exit code says whether all are
content.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def checks() -> dict[str, list[str]]:
    """Return what is run, in order."""
    python = sys.executable
    return {
        "format": [str(BIN / "ruff"), "format", "--check", "."],
        "lint": [str(BIN / "ruff"), "check", "."],
        "types": [python, "-m", "mypy"],
        "walls": [str(BIN / "lint-imports")],
        "migrations": [
            *(python, "-W", "ignore::RuntimeWarning", "-m", "django"),
            *("makemigrations", "--check", "--dry-run"),
        ],
        "translations": [python, "scripts/translations.py", "check"],
        "sizes": [python, "scripts/sizes.py"],
        "traces": [python, "scripts/traces.py"],
    }


def main() -> int:
    """Run the checks named on the command line, or all; return the exit code."""
    wanted = {name: command for name, command in checks().items() if name in sys.argv[1:] or not sys.argv[1:]}
    failed = []
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "gridward.wiring.settings",
            "GRIDWARD_DATA": data,
        }
        for number, (name, command) in enumerate(wanted.items(), start=1):
            begun = time.monotonic()
            answer = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            good = answer.returncode == 0
            word = "ok" if good else "FAILED"
            print(f"{number}/{len(wanted)} {name}: {word} ({time.monotonic() - begun:.1f} s)", flush=True)
            if not good or name == "sizes":
                print((answer.stdout + answer.stderr).strip(), flush=True)
            if not good:
                failed.append(name)
    if failed:
        print(f"gridward: these checks failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
