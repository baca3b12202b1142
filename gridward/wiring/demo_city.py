"""
Loads a whole synthetic district or city into the model city: files of the simulator, through the standing imports.

Owns the order of the steps, and how a start that was broken off goes on: each step looks whether it is done. Files,
areas, shapes, doors and workers are all or nothing; residents go on behind the last chunk that is in.
"""

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from gridward.governance import api as governance
from gridward.kernel import scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.lifeline import die_with_parent
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.wiring.cli.pace import Pace
from gridward.wiring.demo_steps import (
    areas_import,
    channels,
    clean,
    existing,
    order_in_force,
    people_who_work,
    settled,
)
from gridward.wiring.model_city import PASSWORD, STREET
from gridward.workforce import api as workforce

Tell = Callable[[str], None]
#: Written when all files are there; what lies there without it is half of something.
COMPLETE = "complete"
#: Bytes of a register from which a process of its own is worth its start.
WORTH_A_PROCESS = 4 << 20


def load_city(out: Path, *, scale: str, seed: int, tell: Tell, now: datetime) -> Path:
    """Bring a district or a city into the database, or go on with it; return the folder of the departments' lists."""
    _files(out, scale, seed, tell)
    pace = Pace(tell, settings.DATA)
    _areas(out, tell, pace, now)
    people_who_work(now)
    channels(now)
    order = order_in_force(now)
    # Doors and workers go in one after the other, in one process each; whether the residents can is seen meanwhile.
    with _checking(out / "residents.csv", order):
        _doors(out, tell, pace, now)
        _workers(out / "workers.csv", tell, now)
    _residents(out / "residents.csv", order, tell, pace, now)
    return out / "lists"


@contextmanager
def _checking(path: Path, order: governance.OrderView) -> Iterator[None]:
    """
    Check the residents by a command of its own while the block runs, and wait for it behind the block.

    What it finds, or that it broke off, is told by the import: that checks what is not known to be right.
    """
    if path.stat().st_size < WORTH_A_PROCESS or registry.is_imported(path=path, order_id=order.id):
        yield
        return
    words = ("registry", "check", str(path), "--order", order.number)
    with subprocess.Popen(
        [sys.executable, "-m", "gridward.wiring.cli", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent if sys.platform.startswith("linux") else None,
    ) as process:
        try:
            yield
            process.wait()
        finally:
            process.terminate()


def _files(out: Path, scale: str, seed: int, tell: Tell) -> None:
    """Have the files, made in a process of its own, for the lists of a city take gigabytes of memory for a moment."""
    if (out / COMPLETE).exists():
        return
    tell(f"step 1 of 5: inventing the {scale} and the lists of seventeen departments")
    shutil.rmtree(out, ignore_errors=True)
    words = ("simulate", "city", "--scale", scale, "--seed", str(seed), "--out", str(out))
    subprocess.run(
        [sys.executable, "-m", "gridward.wiring.cli", *words],
        check=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent if sys.platform.startswith("linux") else None,
    )
    (out / COMPLETE).touch()


def _areas(out: Path, tell: Tell, pace: Pace, now: datetime) -> None:
    if territory.geometry_version() is None:
        tell("step 2 of 5: importing areas and shapes, drawing the map's tiles")
        areas_import([out / "areas.csv"], now)
        shapes = out / "grids.geojson"
        with transaction.atomic(), scope.as_role("gridward_job"):
            clean(
                territory.shapes_import(path=shapes, filename=shapes.name, by=SYSTEM, now=now, progress=pace)
            )


def _doors(out: Path, tell: Tell, pace: Pace, now: datetime) -> None:
    # The roster comes after the doors: where it is in, they are.
    if _roster_is_in(out / "workers.csv"):
        return
    tell("step 3 of 5: importing the address book")
    doors = out / "addresses.csv"
    with transaction.atomic(), scope.as_role("gridward_job"):
        clean(territory.addresses_import(path=doors, filename=doors.name, by=SYSTEM, now=now, progress=pace))


def _roster_is_in(path: Path) -> bool:
    with path.open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    return bool(existing([first["handle"]]))


def _workers(path: Path, tell: Tell, now: datetime) -> None:
    """Import the roster; the workers of the model street sign in, all others have accounts that nobody enters."""
    if _roster_is_in(path):
        return
    tell("step 4 of 5: importing the workers")
    clean(
        settled(
            workforce.roster_import(
                path=path, filename=path.name, by=SYSTEM, now=now, password=PASSWORD, password_within=STREET
            )
        )
    )


def _residents(path: Path, order: governance.OrderView, tell: Tell, pace: Pace, now: datetime) -> None:
    if registry.is_imported(path=path, order_id=order.id):
        return
    tell("step 5 of 5: importing the residents, sealed")
    clean(
        settled(
            registry.register_import(
                path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=now, progress=pace
            )
        )
    )
