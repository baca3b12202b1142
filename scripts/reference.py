"""
Writes docs/reference from the running code: what is listed there cannot be forgotten and cannot be out of date.

`--check` writes nothing and fails when a page differs from the code. Needs no database; pages are in English,
sorted, and free of dates and paths.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
HEAD = "<!-- Written by `make reference` from the code. Do not edit. -->\n\n"


def main() -> int:
    """Write the pages, or compare them; return 1 when one differs."""
    written = pages()
    if "--check" not in sys.argv:
        PAGES.mkdir(exist_ok=True)
        for old in PAGES.glob("*.md"):
            if old.name not in written:
                old.unlink()
        for name, text in written.items():
            (PAGES / name).write_text(text, encoding="utf-8")
        print(f"docs/reference: {len(written)} pages")
        return 0
    present = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    differing = sorted(
        name for name in written.keys() | present.keys() if written.get(name) != present.get(name)
    )
    for name in differing:
        print(f"docs/reference/{name} is not what the code says. Run: make reference", file=sys.stderr)
    return 1 if differing else 0


def pages() -> dict[str, str]:
    """Return every page by file name."""
    with tempfile.TemporaryDirectory() as data:
        for name in [name for name in os.environ if name.startswith(("GRIDWARD_", "DATABASE_"))]:
            del os.environ[name]
        # Settings make a secret on first use; it must not come to lie in the checkout.
        os.environ |= {
            "GRIDWARD_DATA": data,
            "DJANGO_SETTINGS_MODULE": "gridward.wiring.settings",
            "COLUMNS": "100",
        }
        import django
        from django.utils import translation

        django.setup()
        import reference_pages

        with translation.override("en"):
            made = {name: HEAD + make() for name, make in reference_pages.PAGES.items()}
        return made | {"README.md": HEAD + overview(reference_pages.PAGES, made)}


def overview(makers: dict[str, Callable[[], str]], made: dict[str, str]) -> str:
    """Return the list of the pages with their first sentence."""
    lines = ["# Reference", "", "Everything here is written by the code itself.", ""]
    for name in makers:
        title, _, first = made[name].removeprefix(HEAD).split("\n")[:3]
        lines.append(f"- [{title.removeprefix('# ')}]({name}): {first[:1].lower()}{first[1:]}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
