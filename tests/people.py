"""The synthetic people and the small city of the tests. Nobody here exists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from django.db import connection, transaction
from django.test import Client

from gridward.governance import api as governance
from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.workforce import api as workforce

DIVISIONS = Path(__file__).parent.parent / "simulator" / "data" / "nanjing" / "divisions.csv"
GRIDS = Path(__file__).parent / "data" / "grids.csv"
PASSWORD = "a synthetic secret 1"
_numbers = count(1)


@dataclass(frozen=True)
class City:
    """Codes the tests speak of, with the real names behind them."""

    city: str = "3201"
    xuanwu: str = "320102"
    qinhuai: str = "320104"
    xinjiekou: str = "320102003"
    chengxianjie: str = "320102003015"
    dashiqiao: str = "320102003011"
    grid: str = "320102003015001"
    next_grid: str = "320102003015002"
    other_community_grid: str = "320102003011001"
    other_district_grid: str = "320104001001001"

    def pos(self, code: str) -> int:
        """Return where an area lies on the line."""
        area = territory.get_area(code)
        assert area is not None, code
        return area.pos


def city() -> City:
    """Return the codes of the small city."""
    return City()


@contextmanager
def as_owner() -> Iterator[None]:
    """Step up to the owner, whom row-level security lets pass, and back down."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('role')")
        (before,) = cursor.fetchone()
        cursor.execute("set role gridward_owner")
    try:
        yield
    finally:
        if connection.connection.info.transaction_status.name != "INERROR":
            with connection.cursor() as cursor:
                cursor.execute(f"set role {before if before != 'none' else 'gridward_app'}")


def found_city() -> None:
    """Import the real divisions and the small set of grids, and make the departments."""
    now = clock.now()
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
        with scope.as_role("gridward_job"):
            for path in (DIVISIONS, GRIDS):
                report = territory.areas_import(path=path, filename=path.name, by=SYSTEM, now=now)
                assert not isinstance(report, Refusal), report
        for code, name in (("health", "卫生健康委"), ("police", "公安局"), ("transport", "交通运输局")):
            workforce.agency_create(code=code, name=name, by=SYSTEM, now=now)


def actor_of(role: str, area: str = "", *, agency: str = "", responsible: bool = False) -> Actor:
    """Make an account with one role and an open session, and return the actor it is."""
    now = clock.now()
    handle = f"{role}-{next(_numbers)}"
    account = workforce.account_create(handle=handle, password=PASSWORD, by=SYSTEM, now=now)
    assert not isinstance(account, Refusal), account
    assigned = workforce.assignment_open(
        account_id=account.id,
        role=role,
        area_code=area,
        agency_code=agency,
        responsible=responsible,
        by=SYSTEM,
        now=now,
    )
    assert not isinstance(assigned, Refusal), assigned
    actor = workforce.actor_by_handle(handle, now=clock.now())
    assert not isinstance(actor, Refusal), actor
    return actor


def client_of(actor: Actor) -> Client:
    """Sign the actor in by the form, as a person would, and return the client."""
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/login", {"handle": actor.handle, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def signed_order(
    *,
    lasts: timedelta = timedelta(days=14),
    area: str = "3201",
    kind: str = "epidemic",
    purposes: tuple[str, ...] = ("case_finding", "home_service"),
) -> governance.OrderView:
    """Draft an order and let the two signatories sign it."""
    now = clock.now()
    officer = actor_of("city_officer", "3201")
    draft = governance.Draft(
        number=f"TEST-{next(_numbers)}",
        title="Drill order",
        kind=kind,
        authority="Synthetic city authority",
        area_code=area,
        population_scope="returnees_and_contacts",
        necessity_note="",
        purposes=purposes,
        bodies=("health", "police", "transport"),
        starts_at=now - timedelta(minutes=1),
        ends_at=now - timedelta(minutes=1) + lasts,
    )
    order = governance.order_draft(draft=draft, by=officer, now=now)
    assert not isinstance(order, Refusal), order
    for role in ("issuing_officer", "privacy_officer"):
        signed = governance.order_sign(order_id=order.id, by=actor_of(role), now=now)
        assert not isinstance(signed, Refusal), signed
        order = signed
    return order


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Read and write as the actor's real database role, in the actor's scope."""
    with scope.entered("select workforce_enter(%s)", (actor.session_key,)):
        yield
