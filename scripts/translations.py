"""
Compiles the translations, and makes the one in traditional characters from the one in simplified characters.

    translations.py             catalogues -> what the program reads; only what changed
    translations.py --collect   program -> catalogues: picks up new messages (needs gettext)
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from opencc import OpenCC

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "gridward" / "wiring" / "locale"
SIMPLIFIED = LOCALE / "zh_Hans" / "LC_MESSAGES"
TRADITIONAL = LOCALE / "zh_Hant" / "LC_MESSAGES"


def main(arguments: list[str]) -> int:
    """Do one of the two; return the exit code."""
    if "--collect" in arguments:
        return collect()
    for path in sorted(SIMPLIFIED.glob("*.po")):
        make_traditional(path, TRADITIONAL / path.name)
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        compile_catalogue(path)
    return 0


def make_traditional(source: Path, target: Path) -> None:
    """Write the catalogue in traditional characters."""
    if not older(target, source):
        return
    convert = OpenCC("s2tw").convert
    with source.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hant")
    for message in catalogue:
        if isinstance(message.string, tuple):
            message.string = tuple(convert(part) for part in message.string)
        elif message.id and isinstance(message.string, str):
            message.string = convert(message.string)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_po(file, catalogue, width=110)


def compile_catalogue(path: Path) -> None:
    """Write the compiled catalogue beside its source; a message marked fuzzy is left out."""
    target = path.with_suffix(".mo")
    if not older(target, path):
        return
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    with target.open("wb") as file:
        write_mo(file, catalogue)


def collect() -> int:
    """Bring new messages of the program into the catalogue."""
    if not shutil.which("xgettext"):
        print("gridward: gettext is missing. As an administrator: apt-get install gettext", file=sys.stderr)
        return 4
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "--locale=zh_Hans",
        "--no-obsolete",
        "--add-location=file",
    ]
    ignored = [f"--ignore={name}" for name in ("node_modules/*", ".venv/*", ".node/*", "tests/*", "build/*")]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "gridward.wiring.settings"}
    return subprocess.run([*command, *ignored], cwd=ROOT, env=environment, check=False).returncode


def older(target: Path, source: Path) -> bool:
    """Return whether a file has to be made again."""
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
