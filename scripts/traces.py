"""
Looks for traces of the machine on which something was made: addresses of package servers, paths of a
checkout.

Locks must work for whoever has a mirror of his own, and nobody should learn from a file how its author's disk
looks.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = re.compile(r"^(requirements/.*|package-lock\.json|\.npmrc)$")
ADDRESS = re.compile(r"https?://|index-url|registry\s*=")


def main() -> int:
    """Print each trace; return 1 if there is one."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    # A folder straight below the root has too common a name to look for.
    homes = {str(folder) for folder in (ROOT, ROOT.parent) if len(folder.parts) > 2}
    if Path.home() not in (Path("/"), Path("/root")):
        homes.add(str(Path.home()))
    found = []
    for name in names:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if any(re.search(rf"{re.escape(home)}(/|\b)", line) for home in homes):
                found.append(f"{name}:{number}: a path of this machine")
            if LOCKS.match(name) and ADDRESS.search(line):
                found.append(f"{name}:{number}: an address")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
