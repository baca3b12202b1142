"""
Owns the steps that a model city of any size needs: departments, demo accounts, an order in force, channels.

Everything goes through the rooms' apis, as in a real city. Doing it again changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from django.db import transaction

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import scope
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal, Refused
from gridward.territory import api as territory
from gridward.wiring.model_city import AGENCIES, CHANNELS, CITY, OFFICERS, ORDER_NUMBER, PASSWORD, STREET
from gridward.workforce import api as workforce

Thing = TypeVar("Thing")


def settled(outcome: "Thing | Refusal") -> Thing:
    """Return what an action returned; a refusal ends the preparation with its words."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome)
    return outcome


class _Report(Protocol):
    @property
    def problems(self) -> object: ...


def clean(outcome: "_Report | Refusal") -> None:
    """Insist that an import of the model city's own file had no problem."""
    report = settled(outcome)
    if report.problems:
        raise RuntimeError(f"the model city's own file has problems: {report.problems}")


def people_who_work(now: datetime) -> None:
    """Make the departments and the demo accounts of the centres."""
    for code, name in AGENCIES:
        workforce.agency_create(code=code, name=name, by=SYSTEM, now=now)
    known = {account.handle for account in existing([officer.handle for officer in OFFICERS])}
    wanted = [officer for officer in OFFICERS if officer.handle not in known]
    hashed = workforce.password_hash(PASSWORD) if wanted else ""
    for officer in wanted:
        with transaction.atomic():
            account = settled(
                workforce.account_create(
                    handle=officer.handle, password=None, by=SYSTEM, now=now,
                    hashed=hashed if officer.signs_in else "",
                )
            )  # fmt: skip
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


def existing(handles: Iterable[str]) -> list[workforce.Account]:
    """Return which of these accounts there are."""
    return list(workforce.Account.objects.filter(handle__in=list(handles)))


def order_in_force(now: datetime) -> governance.OrderView:
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
    order = settled(governance.order_draft(draft=draft, by=acting("city", now), now=now))
    for handle in ("issuer", "privacy"):
        order = settled(governance.order_sign(order_id=order.id, by=acting(handle, now), now=now))
    return order


def acting(handle: str, now: datetime) -> Actor:
    """Return the actor behind a demo account, in a session of its own."""
    with transaction.atomic():
        return settled(workforce.actor_by_handle(handle, now=now))


def areas_import(paths: Iterable[Path], now: datetime) -> None:
    """Import tables of areas, in one transaction."""
    with transaction.atomic(), scope.as_role("gridward_job"):
        for path in paths:
            clean(territory.areas_import(path=path, filename=path.name, by=SYSTEM, now=now))


def channels(now: datetime) -> None:
    """Make the channels of the seventeen departments."""
    with transaction.atomic():
        for channel in CHANNELS:
            intake.channel_create(**channel, by=SYSTEM, now=now)


def accounts() -> list[tuple[str, str]]:
    """Return the demo accounts that sign in, each with what it is for."""
    return [
        (officer.handle, officer.what) for officer in OFFICERS if officer.signs_in and officer.is_named
    ] + [(f"worker-{STREET}015001-1", "grid worker of the first grid in 成贤街社区")]
