"""
Owns the files of published shapes: where a version's tiles and lattice lie, and removing those that are past.

The version in force and the one before it stay: a page that is open, or a process in the middle of an answer,
still asks for that one. Removal comes after the commit and holds the imports' lock, so it meets no version that is
being written; whatever a killed import left behind, the next one removes. Refuses anything it did not write.
"""

import re
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from gridward.territory.actions.files import LOCK
from gridward.territory.models import GeometryVersion
from gridward.territory.queries.locating import LATTICE

TILES = "tiles"
KEPT = 2
#: A version, a draft of one (".<version>.<random>", "<version>.npz.part") or one on its way out (".<version>.past").
_TILES_OF = re.compile(r"(?:([0-9a-f]{16})|\.[0-9a-f]{16}\..+)")
_LATTICE_OF = re.compile(r"(?:([0-9a-f]{16})\.npz|[0-9a-f]{16}\.npz\.part)")


def lattice_file(version: str) -> Path:
    """Return where the lattice of a version lies."""
    return Path(settings.DATA) / LATTICE / f"{version}.npz"


def tiles_folder(version: str) -> Path:
    """Return where the tiles of a version lie."""
    return Path(settings.DATA) / TILES / version


def past_versions_remove() -> None:
    """Remove the files of all versions but the last two; another import that is running will do it instead."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() != (True,):
            return
        latest = GeometryVersion.objects.order_by("-published_at", "-id").values_list("id", flat=True)
        kept = set(latest[:KEPT])
        for path in _past(Path(settings.DATA) / LATTICE, _LATTICE_OF, kept):
            path.unlink(missing_ok=True)
        for path in _past(Path(settings.DATA) / TILES, _TILES_OF, kept):
            _remove_folder(path)


def _past(folder: Path, named: re.Pattern[str], kept: set[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [(path, named.fullmatch(path.name)) for path in folder.iterdir()]
    return [path for path, match in found if match and match[1] not in kept]


def _remove_folder(path: Path) -> None:
    """Take the folder away at once and empty it afterwards: no reader ever finds half a version."""
    if not path.name.startswith("."):
        path = path.rename(path.with_name(f".{path.name}.past"))
    shutil.rmtree(path)
