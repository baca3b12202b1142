"""Fills a benchmark's house through the doors of the rooms: city, order, people who work, register, lists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from benchmarks.house.town import DIVISIONS, Person, Town
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, outbox, scope
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.workforce import api as workforce

Thing = TypeVar("Thing")
PASSWORD = "a synthetic secret 1"
AGENCIES = (("health", "卫生健康委"), ("police", "公安局"), ("transport", "交通运输局"))
CHANNELS = tuple(f"{code}-list" for code, _name in AGENCIES)
SIGNERS = (("issuer", "issuing_officer"), ("privacy", "privacy_officer"))


def settled(outcome: "Thing | Refusal") -> Thing:
    """Return what an action returned; a benchmark that is refused has measured nothing."""
    if isinstance(outcome, Refusal):
        raise RuntimeError(f"refused: {outcome}")
    problems = getattr(outcome, "problems", ())
    if problems:
        raise RuntimeError(f"the benchmark's own file has problems: {problems[:3]}")
    return outcome


def found_city(town: Town, folder: Path, *, grids: Path | None = None) -> None:
    """Import divisions, grids (the town's own, or those of a table) and doors; make departments and channels."""
    now = clock.now()
    files = (DIVISIONS, grids or town.write_grids(folder / "grids.csv"))
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
        with scope.as_role("gridward_job"):
            for path in files:
                settled(territory.areas_import(path=path, filename=path.name, by=SYSTEM, now=now))
            doors = town.write_doors(folder / "addresses.csv")
            settled(territory.addresses_import(path=doors, filename=doors.name, by=SYSTEM, now=now))
        for code, name in AGENCIES:
            workforce.agency_create(code=code, name=name, by=SYSTEM, now=now)
        for (agency, _name), code in zip(AGENCIES, CHANNELS, strict=True):
            intake.channel_create(
                code=code, agency_code=agency, name=code, purpose="case_finding", clue_kind="returnee",
                priority="P2", by=SYSTEM, now=now,
            )  # fmt: skip


def actor_made(
    handle: str, role: str, area: str = "", *, agency: str = "", responsible: bool = False
) -> Actor:
    """Make an account with one role and open its session."""
    with transaction.atomic():
        now = clock.now()
        account = settled(workforce.account_create(handle=handle, password=PASSWORD, by=SYSTEM, now=now))
        settled(
            workforce.assignment_open(
                account_id=account.id,
                role=role,
                area_code=area,
                agency_code=agency,
                responsible=responsible,
                by=SYSTEM,
                now=now,
            )
        )
        return settled(workforce.actor_by_handle(handle, now=clock.now()))


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Open a transaction in the actor's scope, as a page or a command would."""
    with transaction.atomic(), scope.entered("select workforce_enter(%s)", (actor.session_key,)):
        yield


def signed_order(bodies: Sequence[str] = tuple(dict(AGENCIES))) -> governance.OrderView:
    """Draft an order over the city that names these departments, and have it signed twice."""
    return order_signed(
        "BENCH-1", by=actor_made("city", "city_officer", "3201"), signers=signers_made(), bodies=bodies
    )


def signers_made() -> tuple[Actor, ...]:
    """Make the two people whose signatures let an order begin."""
    return tuple(actor_made(handle, role) for handle, role in SIGNERS)


def order_signed(
    number: str,
    *,
    by: Actor,
    signers: Sequence[Actor],
    kind: str = "epidemic",
    bodies: Sequence[str] = tuple(dict(AGENCIES)),
) -> governance.OrderView:
    """Draft an order of a kind over the city from this moment on, and have it signed."""
    now = clock.now()
    draft = governance.Draft(
        number=number,
        title="Benchmark",
        kind=kind,
        authority="Synthetic city authority",
        area_code="3201",
        population_scope="returnees_and_contacts",
        necessity_note="",
        purposes=("case_finding", "home_service"),
        bodies=tuple(bodies),
        starts_at=now,
        ends_at=now + timedelta(days=14),
    )
    order = settled(governance.order_draft(draft=draft, by=by, now=now))
    for signer in signers:
        order = settled(governance.order_sign(order_id=order.id, by=signer, now=now))
    return order


def register(town: Town, people: list[Person], path: Path, order_id: UUID) -> None:
    """Write some people into a file and load it into the register."""
    load(town.write_residents(path, people), order_id, len(people))


def load(path: Path, order_id: UUID, rows: int) -> None:
    """Load a residents file; every row of it must come in, and nearly every one behind its door."""
    report = settled(
        registry.register_import(path=path, filename=path.name, order_id=order_id, by=SYSTEM, now=clock.now())
    )
    # A few real names of communities are ambiguous: doors behind them are known by their street only.
    if report.residents != rows or report.doors_unknown > rows // 20:
        raise RuntimeError(f"not every row came in with its door: {report}")


def send(path: Path, channel: str, officer: Actor) -> UUID:
    """Take a list in as an officer, resolve it and open its tasks; return the batch when all is committed."""
    now = clock.now()
    with acting(officer):
        batch = settled(
            intake.batch_receive(channel_code=channel, path=path, filename=path.name, by=officer, now=now)
        )
    outbox.drain_all(since=now)
    return batch.id
