"""The documents agree with the house: the reference is what the code says, and no link leads nowhere."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from gridward.wiring import demo_steps
from gridward.wiring.model_city import OFFICERS
from tests.house.rooms import BUILT, ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")])
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PICTURES = "docs/screenshots"
OUTSIDE = ("http://", "https://", "mailto:")
FENCE = re.compile(r"```.*?```", re.DOTALL)
MAKE = re.compile(r"`make ([a-z-]+)`")
COMMAND = re.compile(r"\bgridward ([a-z]+) ([a-z-]+)")


def names(page: Path) -> str:
    return str(page.relative_to(ROOT))


def headings(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    plain = [
        re.sub(r"[`*]", "", line.lstrip("#").strip()) for line in text.splitlines() if line.startswith("#")
    ]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def test_the_reference_is_what_the_code_says() -> None:
    answer = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for plain, image in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        target, _hash, anchor = (plain or image).partition("#")
        # The journeys of the tests make the pictures; once there is one, all of them must be there.
        if target.startswith(OUTSIDE) or (target.startswith(PICTURES) and not (ROOT / PICTURES).exists()):
            continue
        found = (page.parent / target).resolve() if target else page
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in headings(found)):
            broken.append(plain or image)

    assert broken == []


@pytest.mark.parametrize("room", BUILT)
def test_every_room_has_its_place_on_the_staircase_and_its_section(room: str) -> None:
    staircase = (ROOT / "docs" / "architecture" / "README.md").read_text(encoding="utf-8")
    sections = headings(ROOT / "docs" / "reference" / "rooms.md")

    assert re.search(rf"^{room}/ ", staircase, re.MULTILINE)
    assert room in sections


@pytest.mark.parametrize(
    "folder",
    sorted(path.name for path in (ROOT / "docs").iterdir() if list(path.glob("*.md")) or path.name == "tour"),
)
def test_every_folder_of_the_documents_begins_with_a_page(folder: str) -> None:
    assert (ROOT / "docs" / folder / "README.md").is_file()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_make_command_that_is_written_down_exists(page: Path) -> None:
    known = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert set(MAKE.findall(page.read_text(encoding="utf-8"))) - known == set()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_command_that_is_written_down_exists(page: Path) -> None:
    known = set(COMMAND.findall((ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")))
    rooms = {room for room, _action in known}
    written = {pair for pair in COMMAND.findall(page.read_text(encoding="utf-8")) if pair[0] in rooms}

    assert written - known == set()


def test_the_tour_names_every_account_of_the_model_city() -> None:
    tour = (ROOT / "docs" / "tour" / "README.md").read_text(encoding="utf-8")

    missing = [handle for handle, _what in demo_steps.accounts() if f"`{handle}`" not in tour]

    assert missing == []
    assert len(OFFICERS) > 10


# --- licences -------------------------------------------------------------------------------------------------------

#: Words a licence of a package may be declared in; everything else is a decision and is written into the table first.
FAMILIES = ("MIT", "BSD", "Apache", "LGPL", "MPL", "PSF", "0BSD", "Zlib", "CC0")


def locked() -> list[str]:
    text = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([a-z][a-z0-9-]*)==", text, re.MULTILINE)))


def declared(package: str) -> str:
    found = metadata.metadata(package)
    names = [one.split("::")[-1] for one in found.get_all("Classifier") or [] if one.startswith("License")]
    return " ".join([found["License-Expression"] or "", (found["License"] or "")[:60], *names])


@pytest.mark.parametrize("package", locked())
def test_every_package_that_runs_is_in_the_table_with_the_licence_it_declares(package: str) -> None:
    table = (ROOT / "docs" / "dependencies" / "README.md").read_text(encoding="utf-8")
    named = re.compile(rf"^\|[^|]*(?<![\w-]){re.escape(package)}(?![\w-])[^|]*\|", re.MULTILINE)
    row = next((line for line in table.splitlines() if named.match(line)), "")
    try:
        theirs = {word for word in FAMILIES if word in declared(package)}
    except metadata.PackageNotFoundError:
        theirs = set()  # not needed on this machine

    written = row.split("|")[2] if row else ""
    assert row
    assert {word for word in theirs if word in written} or not theirs, (package, theirs, written)


def test_every_direct_dependency_says_why_it_is_there() -> None:
    table = (
        (ROOT / "docs" / "dependencies" / "README.md")
        .read_text(encoding="utf-8")
        .split("What comes with them")[0]
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[\[<>=]", one)[0] for one in project["dependencies"]}

    assert {one for one in named if not re.search(rf"^\| {re.escape(one)}\b", table, re.MULTILINE)} == set()
