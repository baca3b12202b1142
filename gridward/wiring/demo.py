"""
Prepares the model city: the real tree of Nanjing, synthetic grids, one street of synthetic people, demo accounts.

Owns the order of the steps, and which scale is made; whole districts and cities are `demo_city`'s. Everything goes
through the same doors as in a real city: files and the rooms' apis. Doing it again changes nothing.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import orjson
from django.conf import settings
from django.db import transaction
from shapely.geometry import shape

from gridward.governance import api as governance
from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.wiring.demo_city import load_city
from gridward.wiring.demo_forms import forms_asked
from gridward.wiring.demo_steps import (
    accounts,
    areas_import,
    channels,
    clean,
    order_in_force,
    people_who_work,
    settled,
)
from gridward.wiring.model_city import PASSWORD, STREET
from gridward.workforce import api as workforce
from simulator.cells import make_cells, read_table, write_cells
from simulator.street import make_street, write_street
from simulator.street.doors import Grid

Tell = Callable[[str], None]


def prepare(tell: Tell, *, scale: str = "street", seed: int = 1) -> list[tuple[str, str, str]]:
    """Bring the model city to where a newcomer can use it; return (what, account, password) of the demo accounts."""
    folder = settings.DATA / "model-city"
    folder.mkdir(mode=0o700, exist_ok=True)
    now = clock.now()
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
    shown = [(what, handle, PASSWORD) for handle, what in accounts()]
    if scale != "street":
        lists = load_city(folder / scale, scale=scale, seed=seed, tell=tell, now=now)
        forms_asked(now)
        return [*shown, ("", "", ""), ("lists of the departments, to drop in", str(lists), "")]
    _tree(folder, tell, now)
    people_who_work(now)
    _street(folder, tell, seed, now)
    forms_asked(now)
    return shown


def _tree(folder: Path, tell: Tell, now: datetime) -> None:
    divisions = Path(str(files("simulator") / "data" / "nanjing" / "divisions.csv"))
    seats = Path(str(files("simulator") / "data" / "nanjing" / "district_seats.csv"))
    if territory.geometry_version() is not None:
        return
    tell("drawing 12,000 synthetic grids around the real district seats")
    table, shapes, _water = write_cells(make_cells(read_table(divisions), read_table(seats)), folder)
    tell("importing 1 city, 11 districts, 140 streets, 1,322 communities and their grids")
    areas_import((divisions, table), now)
    tell("dissolving shapes upward and drawing the map's tiles")
    with transaction.atomic(), scope.as_role("gridward_job"):
        clean(territory.shapes_import(path=shapes, filename=shapes.name, by=SYSTEM, now=now))


def _street(folder: Path, tell: Tell, seed: int, now: datetime) -> None:
    order = order_in_force(now)
    places = street_places(folder / "grids.csv")
    out = folder / "street"
    if not all((out / file).exists() for file in ("truth.csv", "day/answers.csv")):
        tell("inventing the people of one street and seventeen departments' lists")
        street = make_street(_grids(folder / "grids.geojson", places), places, seed=seed)
        write_street(street, out, places=places)
    channels(now)
    tell("loading addresses, workers and residents, sealed")
    with transaction.atomic(), scope.as_role("gridward_job"):
        addresses = out / "addresses.csv"
        clean(territory.addresses_import(path=addresses, filename=addresses.name, by=SYSTEM, now=now))
    workers, residents = out / "workers.csv", out / "residents.csv"
    clean(
        settled(
            workforce.roster_import(
                path=workers, filename=workers.name, by=SYSTEM, now=now, password=PASSWORD
            )
        )
    )
    clean(
        registry.register_import(
            path=residents, filename=residents.name, order_id=order.id, by=SYSTEM, now=now
        )
    )


def _grids(shapes: Path, places: Iterable[str]) -> list[Grid]:
    wanted = set(places)
    features = orjson.loads(shapes.read_bytes())["features"]
    polygon_of = {
        feature["properties"]["code"]: shape(feature["geometry"])
        for feature in features
        if feature["properties"]["code"] in wanted
    }
    return [Grid(code, code, polygon_of[code]) for code in sorted(wanted)]


def street_places(grids: Path) -> dict[str, str]:
    """Return, for each grid of the model street, how its addresses begin: district, street and community."""
    labels: dict[str, str] = {}
    with grids.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["code"].startswith(STREET):
                labels[row["code"]] = row["parent"]
    path = {code: territory.get_path(code) for code in set(labels.values())}
    return {grid: "".join(area.name for area in path[parent][1:]) for grid, parent in labels.items()}
