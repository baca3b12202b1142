"""The synthetic people and the small city of the tests. Nobody here exists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import Client

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import clock, outbox, scope
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.workforce import api as workforce
from gridward.workforce.actions import web_session_open
from gridward.workforce.models import Account

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
    """Return the client of somebody who has signed in; what the form itself does has tests of its own."""
    account = Account.objects.get(id=actor.id)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    web_session_open(account=account, key=session.session_key or "", now=clock.now())
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def token_of(actor: Actor) -> str:
    """Let an administrator issue a token in the actor's name; one who may have none gets one that opens nothing."""
    keeper = actor_of("system_administrator")
    with transaction.atomic(), scope.of_session(keeper.session_key):
        issued = workforce.token_issue(
            handle=actor.handle, label="a drill", days=7, by=keeper, now=clock.now()
        )
    return "gw_nothing" if isinstance(issued, Refusal) else issued.token


def machine_of(actor: Actor) -> Client:
    """Return a client that asks the API with a token of this actor's, and carries no cookie."""
    return Client(headers={"accept-language": "en", "authorization": f"Bearer {token_of(actor)}"})


def signed_order(
    *,
    lasts: timedelta = timedelta(days=14),
    area: str = "3201",
    kind: str = "epidemic",
    purposes: tuple[str, ...] = ("case_finding", "home_service"),
    bodies: tuple[str, ...] = ("health", "police", "transport"),
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
        bodies=bodies,
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


# --- a small register and lists about it --------------------------------------------------------------------------

ROAD = ("珠江路", "273")


@dataclass(frozen=True)
class Neighbour:
    """One synthetic person of the small register."""

    ref: str
    household: str
    name: str
    born: date
    sequence: int
    phone: str
    room: str
    grid: str = "320102003015001"

    @property
    def id_number(self) -> str:
        """A valid number in the block no living person holds."""
        return pack("cn").synthetic_id("320199", self.born, self.sequence)

    @property
    def address(self) -> str:
        """The address as departments write it."""
        community = {"320102003015": "成贤街社区", "320102003011": "大石桥社区"}[self.grid[:12]]
        return f"南京市玄武区新街口街道{community}{ROAD[0]}{ROAD[1]}号1幢1单元{self.room}室"


def _phone(number: int) -> str:
    return pack("cn").synthetic_phone(number)


returning_student = Neighbour("R1", "H1", "王小明", date(2000, 3, 4), 1, _phone(1), "101")
students_mother = Neighbour("R2", "H1", "王秀英", date(1970, 5, 6), 1, _phone(2), "101")
neighbour_across = Neighbour("R3", "H2", "李建国", date(1955, 7, 8), 1, _phone(3), "102")
namesake_elsewhere = Neighbour(
    "R4", "H3", "王小明", date(1988, 9, 9), 1, _phone(4), "201", grid="320102003011001"
)
EVERYBODY = (returning_student, students_mother, neighbour_across, namesake_elsewhere)


def found_street(order: governance.OrderView, folder: Path) -> None:
    """Import the doors and the register of the small street, and open the departments' channels."""
    now = clock.now()
    doors = folder / "addresses.csv"
    lines = ["area_code,road,number,compound,building,unit,room,longitude,latitude"]
    rooms = {(one.grid, one.room) for one in EVERYBODY} | {("320102003015002", "301")}
    lines += [f"{grid},{ROAD[0]},{ROAD[1]},,1,1,{room},118.79,32.05" for grid, room in sorted(rooms)]
    doors.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with transaction.atomic(), scope.as_role("gridward_job"):
        placed = territory.addresses_import(path=doors, filename=doors.name, by=SYSTEM, now=now)
        assert not isinstance(placed, Refusal) and not placed.problems, placed
    register(order, folder, EVERYBODY)
    for code, agency in (
        ("health-list", "health"),
        ("police-list", "police"),
        ("transport-list", "transport"),
    ):
        intake.channel_create(
            code=code, agency_code=agency, name=code, purpose="case_finding", clue_kind="returnee",
            priority="P2", by=SYSTEM, now=now,
        )  # fmt: skip


def register(order: governance.OrderView, folder: Path, neighbours: Sequence[Neighbour]) -> None:
    """Import a register's file with these people; whoever is known is renewed."""
    path = folder / "residents.csv"
    rows = ["resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref"]
    rows += [
        f"{one.ref},{one.name},01,{one.id_number},{one.phone},{one.address},{one.grid},{one.household}"
        for one in neighbours
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    report = registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
    )
    assert not isinstance(report, Refusal) and not report.problems, report
    connection.check_constraints()  # as the commit of the import does: the gate is asked then


def send_list(folder: Path, channel: str, rows: Sequence[tuple[str, str, str, str]]) -> intake.BatchReport:
    """Send a csv list of (name, id, phone, address) through a channel and finish everything it sets off."""
    path = folder / f"{channel}-{next(_numbers)}.csv"
    lines = ["姓名,证件号码,手机号,现住址", *[",".join(row) for row in rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    officer = actor_of("intake_officer", "3201")
    with acting(officer):
        batch = intake.batch_receive(
            channel_code=channel, path=path, filename=path.name, by=officer, now=clock.now()
        )
        assert not isinstance(batch, Refusal), batch
    report = intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=clock.now())
    assert not isinstance(report, Refusal), report
    outbox.drain_all()
    connection.check_constraints()  # as the commit of the drain does
    return report


def row_about(person: Neighbour, *, id_number: bool = True, phone: bool = True) -> tuple[str, str, str, str]:
    """Return the row of a list about a person."""
    return (person.name, person.id_number if id_number else "", person.phone if phone else "", person.address)
