"""The app comes over a slow network once, and is there at once every time after: the engine of the forms waits."""

import gzip
import re
from pathlib import Path

import pytest

from gridward.field.web.handheld import FOLDER

pytestmark = pytest.mark.browser
#: P11, and what stands between a worker and the day.
MOST, MOST_AT_FIRST = 400 * 1024, 70 * 1024


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


def test_the_whole_app_is_small() -> None:
    assert sum(packed(path) for path in FOLDER.rglob("*") if path.is_file()) <= MOST


def test_the_day_is_there_without_the_engine_of_the_forms() -> None:
    page = (FOLDER / "index.html").read_text(encoding="utf-8")

    first = {FOLDER / name for name in re.findall(r"/handheld/(assets/[^\"]+)", page)}
    for script in [path for path in first if path.suffix == ".js"]:
        first |= {script.parent / name for name in re.findall(r'from"\./([^"]+)"', script.read_text("utf-8"))}

    assert len(first) > 1
    assert sum(map(packed, first)) <= MOST_AT_FIRST
