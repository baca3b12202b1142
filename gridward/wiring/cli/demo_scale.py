"""
Owns which model city a data directory holds: street, district or city, and from which seed. Refuses to mix two.

Also asks, before anything is made, whether the disk has the room.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from gridward.wiring.cli.environment import Environment
from gridward.wiring.cli.problems import ENVIRONMENT, USAGE, CommandError

SCALES = ("street", "district", "city")
#: Megabytes of files and of the embedded database, its log of changes included, measured and rounded up.
MEGABYTES = {"street": (100, 700), "district": (150, 1_500), "city": (3_700, 9_000)}
WRITTEN = "scale.json"


@dataclass(frozen=True)
class Scale:
    """Which model city."""

    scale: str = "street"
    seed: int = 1

    @property
    def words(self) -> str:
        """Say it as on the command line."""
        return f"--scale {self.scale} --seed {self.seed}"


def scale_choose(environment: Environment, scale: str | None, seed: int | None) -> Scale:
    """
    Return the model city to start: the one the directory holds, or the one asked for where there is none.

    Refuses another one than the directory holds, and a disk that is too small for what is still to come.
    """
    held = scale_held(environment.data)
    wanted = Scale(scale or (held or Scale()).scale, seed if seed is not None else (held or Scale()).seed)
    if held is not None and wanted != held:
        raise CommandError(
            f"{environment.data} holds the model {held.scale} of seed {held.seed}. Start it without --scale and --seed,"
            " or set GRIDWARD_DATA to another directory for another one.",
            code="scale.held",
            exit_code=USAGE,
        )
    _check_room(environment, wanted)
    return wanted


def scale_held(data: Path) -> Scale | None:
    """Return which model city a data directory holds, None if none was begun."""
    folder = data / "model-city"
    try:
        return Scale(**json.loads((folder / WRITTEN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        # Before there were scales it was the street.
        return Scale() if (folder / "grids.csv").exists() else None


def scale_write(data: Path, chosen: Scale) -> None:
    """Note which model city this directory is going to hold; whole or not at all."""
    folder = data / "model-city"
    folder.mkdir(mode=0o700, exist_ok=True)
    draft = folder / f".{WRITTEN}"
    draft.write_text(json.dumps(asdict(chosen)), encoding="utf-8")
    draft.replace(folder / WRITTEN)


def _check_room(environment: Environment, chosen: Scale) -> None:
    files, database = MEGABYTES[chosen.scale]
    needed = (files + (database if environment.embedded else 0)) * 10**6
    there = _taken(environment.data)
    place = next(folder for folder in (environment.data, *environment.data.parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    if free + there < needed:
        raise CommandError(
            f"The model {chosen.scale} takes about {needed / 1e9:.1f} GB; {place} has {free / 1e9:.1f} GB free"
            f"{f' and {there / 1e9:.1f} GB of it already' if there else ''}. Make room, or set GRIDWARD_DATA to a"
            " directory on another disk.",
            code="disk.small",
            exit_code=ENVIRONMENT,
        )


def _taken(folder: Path) -> int:
    taken = 0
    for path, _folders, names in os.walk(folder):
        for name in names:
            try:
                taken += os.lstat(os.path.join(path, name)).st_size  # noqa: PTH118 - of ten thousand tiles
            except FileNotFoundError:
                continue
    return taken
