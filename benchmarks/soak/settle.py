"""What a soak's house is given, step by step, by the apis of the rooms. Import once Django is set up."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from benchmarks.house.filled import actor_made, load, settled
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.territory import api as territory
from gridward.wiring.model_city import AGENCIES, CHANNELS, CITY, PASSWORD
from gridward.workforce import api as workforce

ORDER = "SOAK-1"
SIGNERS = (("issuer", "issuing_officer"), ("privacy", "privacy_officer"))


def settle(folder: Path, streets: Sequence[str]) -> None:
    """Give the house its areas, departments, accounts, order, workers and residents, in this order."""
    _areas(folder)
    _departments()
    _officers(streets)
    order = _order()
    settled(
        workforce.roster_import(
            path=folder / "workers.csv", filename="workers.csv", by=SYSTEM, now=clock.now(), password=PASSWORD
        )
    )
    residents = folder / "residents.csv"
    with residents.open(encoding="utf-8") as lines:
        people = sum(1 for _line in lines) - 1
    load(residents, order.id, people)


def _areas(folder: Path) -> None:
    now = clock.now()
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
        with scope.as_role("gridward_job"):
            areas, doors = folder / "areas.csv", folder / "addresses.csv"
            settled(territory.areas_import(path=areas, filename=areas.name, by=SYSTEM, now=now))
            settled(territory.addresses_import(path=doors, filename=doors.name, by=SYSTEM, now=now))


def _departments() -> None:
    now = clock.now()
    with transaction.atomic():
        for code, name in AGENCIES:
            workforce.agency_create(code=code, name=name, by=SYSTEM, now=now)
        for channel in CHANNELS:
            intake.channel_create(**channel, by=SYSTEM, now=now)


def _officers(streets: Sequence[str]) -> None:
    _enrol("intake", "intake_officer", area=CITY)
    _enrol("auditor", "auditor")
    for street in streets:
        _enrol(f"street-{street}", "street_officer", area=street)
    for code, _name in AGENCIES:
        _enrol(code, "agency_liaison", agency=code)


def _enrol(handle: str, role: str, *, area: str = "", agency: str = "") -> None:
    now = clock.now()
    with transaction.atomic():
        account = settled(workforce.account_create(handle=handle, password=PASSWORD, by=SYSTEM, now=now))
        settled(
            workforce.assignment_open(
                account_id=account.id, role=role, area_code=area, agency_code=agency, by=SYSTEM, now=now
            )
        )


def _order() -> governance.OrderView:
    now = clock.now()
    draft = governance.Draft(
        number=ORDER,
        title="Soak",
        kind="epidemic",
        authority="Synthetic city authority",
        area_code=CITY,
        population_scope="returnees_and_contacts",
        necessity_note="",
        purposes=("case_finding", "home_service"),
        bodies=tuple(code for code, _name in AGENCIES),
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=2),
    )
    order = settled(
        governance.order_draft(draft=draft, by=actor_made("city", "city_officer", CITY), now=clock.now())
    )
    for handle, role in SIGNERS:
        order = settled(
            governance.order_sign(order_id=order.id, by=actor_made(handle, role), now=clock.now())
        )
    return order
