"""
Prepares the model city: the real tree of Nanjing, synthetic grids, one street of synthetic people, demo accounts.

Owns the order of the steps. Everything goes through the same doors as in a real city: files and the rooms' apis.
Doing it again changes nothing.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Protocol, TypeVar

import orjson
from django.conf import settings
from django.db import transaction
from shapely.geometry import shape

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal, Refused
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.wiring.model_city import AGENCIES, CHANNELS, CITY, OFFICERS, ORDER_NUMBER, PASSWORD, STREET
from gridward.workforce import api as workforce
from simulator.cells import make_cells, read_table, write_cells
from simulator.street import make_street, write_street
from simulator.street.doors import Grid

Thing = TypeVar("Thing")


Tell = Callable[[str], None]


def prepare(tell: Tell) -> list[tuple[str, str, str]]:
    """Bring the model city to where a newcomer can use it; return (what, account, password) of the demo accounts."""
    folder = settings.DATA / "model-city"
    folder.mkdir(mode=0o700, exist_ok=True)
    now = clock.now()
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
    _tree(folder, tell, now)
    _people_who_work(now)
    _street(folder, tell, now)
    return [(what, handle, PASSWORD) for handle, what in _accounts()]


def settled(outcome: "Thing | Refusal") -> Thing:
    """Return what an action returned; a refusal ends the preparation with its words."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome)
    return outcome


def _tree(folder: Path, tell: Tell, now: datetime) -> None:
    divisions = Path(str(files("simulator") / "data" / "nanjing" / "divisions.csv"))
    seats = Path(str(files("simulator") / "data" / "nanjing" / "district_seats.csv"))
    if territory.geometry_version() is not None:
        return
    tell("drawing 12,000 synthetic grids around the real district seats")
    table, shapes, _water = write_cells(make_cells(read_table(divisions), read_table(seats)), folder)
    tell("importing 1 city, 11 districts, 140 streets, 1,322 communities and their grids")
    with transaction.atomic(), scope.as_role("gridward_job"):
        for path in (divisions, table):
            _clean(territory.areas_import(path=path, filename=path.name, by=SYSTEM, now=now))
    tell("dissolving shapes upward and drawing the map's tiles")
    with transaction.atomic(), scope.as_role("gridward_job"):
        _clean(territory.shapes_import(path=shapes, filename=shapes.name, by=SYSTEM, now=now))


class _Report(Protocol):
    @property
    def problems(self) -> object: ...


def _clean(outcome: "_Report | Refusal") -> None:
    report = settled(outcome)
    if report.problems:
        raise RuntimeError(f"the model city's own file has problems: {report.problems}")


def _people_who_work(now: datetime) -> None:
    for code, name in AGENCIES:
        workforce.agency_create(code=code, name=name, by=SYSTEM, now=now)
    known = {account.handle for account in _existing([officer.handle for officer in OFFICERS])}
    for officer in OFFICERS:
        if officer.handle in known:
            continue
        with transaction.atomic():
            password = PASSWORD if officer.signs_in else None
            account = settled(
                workforce.account_create(handle=officer.handle, password=password, by=SYSTEM, now=now)
            )
            settled(
                workforce.assignment_open(
                    account_id=account.id,
                    role=officer.role,
                    area_code=officer.area,
                    agency_code=officer.agency,
                    by=SYSTEM,
                    now=now,
                )
            )


def _existing(handles: Iterable[str]) -> list[workforce.Account]:
    return list(workforce.Account.objects.filter(handle__in=list(handles)))


def _order(now: datetime) -> governance.OrderView:
    """Return the model city's order in force; when the last one is over, a new one is drafted and signed."""
    active = governance.get_active_orders(now=now)
    if active:
        return active[0]
    count = len(governance.get_orders(now=now))
    draft = governance.Draft(
        number=ORDER_NUMBER % (count + 1),
        title="返宁人员核查(演练,人员均为虚构)",
        kind="epidemic",
        authority="演练指挥部",
        area_code=CITY,
        population_scope="returnees_and_contacts",
        necessity_note="",
        purposes=("case_finding", "home_service"),
        bodies=tuple(code for code, _name in AGENCIES),
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=14),
    )
    order = settled(governance.order_draft(draft=draft, by=_acting("city", now), now=now))
    for handle in ("issuer", "privacy"):
        order = settled(governance.order_sign(order_id=order.id, by=_acting(handle, now), now=now))
    return order


def _acting(handle: str, now: datetime) -> Actor:
    with transaction.atomic():
        return settled(workforce.actor_by_handle(handle, now=now))


def _street(folder: Path, tell: Tell, now: datetime) -> None:
    order = _order(now)
    places = street_places(folder / "grids.csv")
    out = folder / "street"
    if not all((out / file).exists() for file in ("truth.csv", "day/answers.csv")):
        tell("inventing the people of one street and seventeen departments' lists")
        street = make_street(_grids(folder / "grids.geojson", places), places)
        write_street(street, out, places=places)
    _channels(now)
    tell("loading addresses, workers and residents, sealed")
    with transaction.atomic(), scope.as_role("gridward_job"):
        addresses = out / "addresses.csv"
        _clean(territory.addresses_import(path=addresses, filename=addresses.name, by=SYSTEM, now=now))
    workers, residents = out / "workers.csv", out / "residents.csv"
    _clean(
        settled(
            workforce.roster_import(
                path=workers, filename=workers.name, by=SYSTEM, now=now, password=PASSWORD
            )
        )
    )
    _clean(
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


def _channels(now: datetime) -> None:
    with transaction.atomic():
        for channel in CHANNELS:
            intake.channel_create(**channel, by=SYSTEM, now=now)


def _accounts() -> list[tuple[str, str]]:
    return [
        (officer.handle, officer.what) for officer in OFFICERS if officer.signs_in and officer.is_named
    ] + [(f"worker-{STREET}015001-1", "grid worker of the first grid in 成贤街社区")]
