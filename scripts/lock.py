"""
Writes all locks anew: the Python ones with a hash for every wheel of every platform, and the one for browser
files.

No address of a package server is written down: whoever installs uses his own.
"""

import json
import subprocess
import sys
from pathlib import Path

from assets import node_folder, refuse

ROOT = Path(__file__).resolve().parent.parent
COMPILE = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"),
)
PYTHON_LOCKS = (
    ("run.txt", ("pyproject.toml",)),
    ("dev.txt", ("pyproject.toml", "--extra", "dev", "--constraint", "requirements/run.txt")),
    (
        "bench.txt",
        ("pyproject.toml", "--extra", "dev", "--extra", "bench", "--constraint", "requirements/dev.txt"),
    ),
    ("tools.txt", ("requirements/tools.in", "--constraint", "requirements/dev.txt")),
    ("bootstrap.txt", ("requirements/bootstrap.in",)),
    ("node.txt", ("requirements/node.in",)),
)


def main() -> int:
    """Write the locks; `--upgrade` takes the newest versions that pyproject.toml allows."""
    upgrade = ("--upgrade",) if "--upgrade" in sys.argv else ()
    for name, source in PYTHON_LOCKS:
        print(f"requirements/{name}", flush=True)
        target = ("--output-file", f"requirements/{name}")
        run(str(Path(sys.executable).parent / "uv"), "pip", "compile", *COMPILE, *upgrade, *source, *target)
    print("package-lock.json", flush=True)
    npm = str(node_folder() / "npm")
    run(
        npm, "update" if upgrade else "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"
    )
    forget_addresses(ROOT / "package-lock.json")
    return 0


def forget_addresses(path: Path) -> None:
    """Take addresses out of npm's lock; the integrity hashes are what counts."""
    lock = json.loads(path.read_text(encoding="utf-8"))
    for name, entry in lock["packages"].items():
        for word in ("funding", "resolved"):
            entry.pop(word, None)
        if name and "integrity" not in entry:
            refuse(f"{name} has no integrity hash", "lock.no_hash")
    path.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def run(*command: str) -> None:
    """Run one program and end with it if it fails."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        refuse(f"{Path(command[0]).name} failed: see above", "lock.failed")


if __name__ == "__main__":
    sys.exit(main())
