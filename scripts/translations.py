"""
Owns the catalogues: English in the program, Simplified Chinese by hand, Traditional Chinese by conversion.

    translations.py           compile what changed: .po -> .mo, and zh_Hant from zh_Hans
    translations.py extract   print every message of the program, as a template
    translations.py merge     bring new messages into zh_Hans, drop those nobody uses any more
    translations.py check     fail when a message has no Chinese, is fuzzy, obsolete, or lost a placeholder

Needs nothing but the Python environment: Django's own `templatize` turns a template into something Babel reads.
Traditional characters come from OpenCC's s2hk, which changes characters and no words: s2twp would turn 社区, the
community of the grid, into 社群.
"""

import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from opencc import OpenCC

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "gridward"
LOCALE = SOURCE / "wiring" / "locale"
SIMPLIFIED = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
TRADITIONAL = LOCALE / "zh_Hant" / "LC_MESSAGES" / "django.po"
GLOSSARY = LOCALE / "glossary.csv"

# The number of positional arguments that are messages, by the name of the function that is called.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
HEADER = "# Gridward. Words after the project's glossary; figures and placeholders stay as they are."


def collect() -> Catalog:
    """Return every message of the program with the files it stands in."""
    settings.configure() if not settings.configured else None
    found = Catalog(fuzzy=False)
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for _line, message, comments, context in messages_in(path):
            found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def sources() -> list[Path]:
    """Return the modules and templates that may speak to people."""
    modules = (path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    templates = (path for path in SOURCE.rglob("*.html") if "templates" in path.parts)
    return sorted([*modules, *templates])


def messages_in(path: Path) -> Iterator[tuple[int, object, list[str], str | None]]:
    """Yield line, message, comments and context of each message in a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Only the calls matter, so indentation goes: it would not make sense to Python's tokeniser.
        text = "\n".join(line.strip() for line in templatize(text, origin=path.name).splitlines())
    yield from extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})


def merge() -> Catalog:
    """Bring the Chinese catalogue to the program's present messages; glossary words are filled in."""
    chinese = load(SIMPLIFIED) if SIMPLIFIED.exists() else Catalog(locale="zh_Hans")
    chinese.update(collect(), no_fuzzy_matching=True)
    chinese.obsolete.clear()
    words = glossary()
    for message in chinese:
        if message.id and isinstance(message.id, str) and not message.string:
            message.string = words.get(message.id.lower(), "")
    save(chinese, SIMPLIFIED)
    return chinese


def glossary() -> dict[str, str]:
    """Return the words fixed for the screen, by their English label in lower case."""
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        return {row["english"].lower(): row["chinese"] for row in csv.DictReader(file)}


def complaints(chinese: Catalog, present: Catalog) -> list[str]:
    """Return what is missing or wrong in the catalogue, one line each."""
    wrong = [f"obsolete: {entry_id!r}" for entry_id in chinese.obsolete]
    wanted = {key_of(message) for message in present if message.id}
    wrong += [
        f"obsolete: {message.id!r}" for message in chinese if message.id and key_of(message) not in wanted
    ]
    for message in present:
        if message.id:
            wrong += _complaints_about(message, chinese.get(message.id, message.context))
    return wrong


def _complaints_about(message: Message, translated: Message | None) -> list[str]:
    if translated is None or not translated.string or not all(_parts(translated)):
        return [f"no Chinese: {message.id!r} ({message.locations[0][0]})"]
    if translated.fuzzy:
        return [f"fuzzy: {message.id!r}"]
    # Of a plural the second English form names everything; the Chinese has one form that must, too.
    wanted = placeholders(message.id[-1] if isinstance(message.id, tuple) else message.id)
    lost = [part for part in _parts(translated) if placeholders(part) != wanted]
    return [f"placeholder: {message.id!r}: {lost[0]!r}"] if lost else []


def placeholders(text: str) -> set[str]:
    """Return the names of the values a text has room for."""
    return set(PLACEHOLDER.findall(text))


def _parts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def key_of(message: Message) -> tuple[object, str | None]:
    """Return what makes a message itself: its (singular) English and its context."""
    return (message.id[0] if isinstance(message.id, tuple) else message.id, message.context)


def compile_all() -> None:
    """Write what the program reads, for each catalogue that changed."""
    if not SIMPLIFIED.exists():
        return
    if newer(SIMPLIFIED, TRADITIONAL):
        save(traditional(load(SIMPLIFIED)), TRADITIONAL)
    for path in (SIMPLIFIED, TRADITIONAL):
        target = path.with_suffix(".mo")
        if newer(path, target):
            catalogue = load(path)
            with target.open("wb") as file:
                write_mo(file, catalogue)


def traditional(simplified: Catalog) -> Catalog:
    """Return the same catalogue in traditional characters."""
    convert = OpenCC("s2hk").convert
    converted = Catalog(locale="zh_Hant")
    for message in simplified:
        if message.id:
            parts = tuple(convert(part) for part in _parts(message))
            string = parts if isinstance(message.string, tuple) else parts[0]
            converted.add(message.id, string, message.locations, message.flags, context=message.context)
    return converted


def newer(source: Path, target: Path) -> bool:
    """Tell whether `target` has to be made again; this file counts as a source too."""
    if not target.exists():
        return True
    made_at = target.stat().st_mtime
    return source.stat().st_mtime > made_at or Path(__file__).stat().st_mtime > made_at


def load(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def save(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue so that a second run changes nothing: sorted, unwrapped, without dates."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rendered(catalogue), encoding="utf-8")


def rendered(catalogue: Catalog) -> str:
    """Return a catalogue as text."""
    catalogue.header_comment = HEADER
    catalogue.fuzzy = False
    text = io.BytesIO()
    write_po(text, catalogue, width=0, sort_output=True, include_lineno=False)
    dated = (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Report-Msgid",
        "Language-Team",
        "Project-Id",
    )
    lines = text.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{name}' for name in dated)))


def main(arguments: list[str]) -> int:
    """Do what is asked; return the exit code."""
    match arguments:
        case [] | ["compile"]:
            compile_all()
        case ["extract"]:
            print(rendered(collect()))
        case ["merge"] | ["--collect"]:
            chinese = merge()
            missing = [message.id for message in chinese if message.id and not all(_parts(message))]
            print(f"{len(chinese)} messages, {len(missing)} without Chinese")
        case ["check"]:
            wrong = complaints(load(SIMPLIFIED), collect())
            print("\n".join(wrong) or "every message has its Chinese")
            return 1 if wrong else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
