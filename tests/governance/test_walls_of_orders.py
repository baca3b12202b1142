"""
The walls around an order in plain SQL: every role of the house, as its real database role, tries every write.

Nothing of ours stands between the statement and the table here. A row of WRITES is one statement and those who may.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.governance import rules
from gridward.governance.models import EmergencyOrder, KeyDomain, OrderSignature, Profile
from gridward.kernel import clock
from gridward.kernel.ids import new_id
from gridward.workforce.api import ROLES
from tests import people

pytestmark = pytest.mark.django_db

CITY = people.city()
#: Where each role that is bound to a place or a department has it.
HOME = {"city": CITY.city, "district": CITY.xuanwu, "street": CITY.xinjiekou, "community": CITY.chengxianjie,
        "grid": CITY.grid, "any": "", "agency": ""}  # fmt: skip
SCOPELESS = ("gridward_app", "gridward_centre", "gridward_worker", "gridward_agency", "gridward_audit",
             "gridward_job", "gridward_sealer")  # fmt: skip
#: 42501: no privilege, or a row the policy does not let through. GW002: what was decided is kept. GW003: an extension
#: that cannot take effect. 23000: append-only.
WALLS = {"42501", "GW002", "GW003", "23000"}

DRAFT = (
    "insert into governance_emergencyorder (id, number, title, kind, authority, profile_id, area_code, area_pos,"
    " area_end, population_scope, purposes, bodies, starts_at, ends_at, drafted_by, drafted_at, signed_at, ended_at)"
    " values (gen_random_uuid(), 'SQL', 'x', 'flood', 'x', %(profile)s, '3201', 1, 2, 'key_persons', '{{}}', '{{}}',"
    " now(), now() + interval '1 day', {by}, now(), {signed}, {ended})"
)
SIGN = (
    "insert into governance_ordersignature (id, order_id, account_id, capacity, signed_at)"
    " values (gen_random_uuid(), %(unsigned)s, {by}, '{capacity}', {at})"
)
ORDER = "update governance_emergencyorder set {} where id = %({})s"
KEYS = (
    "insert into governance_keydomain (domain, suite, fingerprint, created_at, destroyed_at)"
    " values ({}, 'aes', 'x', now(), {})"
)
KEY = "update governance_keydomain set {} where domain = 'order:' || %({})s"
ISSUER, PRIVACY, DRAFTER = {"issuing_officer"}, {"privacy_officer"}, {"city_officer"}
SIGNERS = ISSUER | PRIVACY
NOBODY: set[str] = set()

WRITES: Mapping[str, tuple[str, set[str]]] = {
    "draft in the own name": (DRAFT.format(by="%(me)s", signed="null", ended="null"), DRAFTER),
    "draft in another's name": (DRAFT.format(by="%(other)s", signed="null", ended="null"), NOBODY),
    "draft what is signed already": (DRAFT.format(by="%(me)s", signed="now()", ended="null"), NOBODY),
    "draft what has ended already": (DRAFT.format(by="%(me)s", signed="null", ended="now()"), NOBODY),
    "sign for the authority": (SIGN.format(by="%(me)s", capacity="authority", at="now()"), ISSUER),
    "sign for privacy": (SIGN.format(by="%(me)s", capacity="privacy", at="now()"), PRIVACY),
    "sign in a capacity there is not": (SIGN.format(by="%(me)s", capacity="mayor", at="now()"), NOBODY),
    "sign the authority's for another": (SIGN.format(by="%(other)s", capacity="authority", at="now()"), NOBODY),
    "sign privacy's for another": (SIGN.format(by="%(other)s", capacity="privacy", at="now()"), NOBODY),
    "sign the authority's as of yesterday": (
        SIGN.format(by="%(me)s", capacity="authority", at="now() - interval '1 day'"), NOBODY),
    "sign privacy's as of tomorrow": (
        SIGN.format(by="%(me)s", capacity="privacy", at="now() + interval '1 day'"), NOBODY),
    "put in force what nobody signed": (ORDER.format("signed_at = now()", "unsigned"), NOBODY),
    "put in force what one signed": (ORDER.format("signed_at = %(moment)s", "half"), NOBODY),
    "put in force what one signed twice": (ORDER.format("signed_at = %(moment)s", "twice"), NOBODY),
    "put in force what two signed": (ORDER.format("signed_at = %(moment)s", "full"), SIGNERS),
    "put in force at another moment": (ORDER.format("signed_at = now() - interval '3 days'", "full"), NOBODY),
    "put in force what two signed too late": (ORDER.format("signed_at = %(moment)s", "late"), NOBODY),
    "put in force what was withdrawn": (ORDER.format("signed_at = %(moment)s", "withdrawn"), NOBODY),
    "take a signed order back": (ORDER.format("signed_at = null", "active"), NOBODY),
    "date a signed order anew": (ORDER.format("signed_at = now()", "active"), NOBODY),
    "end an order": (ORDER.format("ended_at = now()", "active"), ISSUER),
    "end an order as of last week": (ORDER.format("ended_at = now() - interval '7 days'", "active"), NOBODY),
    "end an order some time": (ORDER.format("ended_at = now() + interval '7 days'", "active"), NOBODY),
    "let an ended order live again": (ORDER.format("ended_at = null", "ended"), NOBODY),
    "date an end anew": (ORDER.format("ended_at = now()", "ended"), NOBODY),
    "take an order away": ("delete from governance_emergencyorder where id = %(unsigned)s", NOBODY),
    "take a signature away": ("delete from governance_ordersignature where order_id = %(half)s", NOBODY),
    "make somebody else's signature of it": (
        "update governance_ordersignature set account_id = %(other)s where order_id = %(half)s", NOBODY),
    "make keys of a signed order": (KEYS.format("'order:' || %(active)s", "null"), SIGNERS),
    "make keys of an unsigned order": (KEYS.format("'order:' || %(unsigned)s", "null"), NOBODY),
    "make keys of no order": (KEYS.format("'order:' || %(other)s", "null"), NOBODY),
    "make keys that are dead": (KEYS.format("'order:' || %(active)s", "now()"), NOBODY),
    "make the workers' keys": (KEYS.format("'standing'", "null"), {"gridward_app"}),
    "make the workers' keys, dead": (KEYS.format("'standing'", "now()"), NOBODY),
    "destroy keys of an order that is over": (KEY.format("destroyed_at = now()", "ended"), SIGNERS),
    "destroy keys of an order in force": (KEY.format("destroyed_at = now()", "live"), NOBODY),
    "destroy keys as of last week": (KEY.format("destroyed_at = now() - interval '7 days'", "ended"), NOBODY),
    "bring keys back to life": (KEY.format("destroyed_at = null", "forgotten"), NOBODY),
    "date a destruction anew": (KEY.format("destroyed_at = now()", "forgotten"), NOBODY),
    "give keys another name": (KEY.format("domain = 'standing'", "ended"), NOBODY),
    "make another key of it": (KEY.format("fingerprint = 'y'", "live"), NOBODY),
    "take the record of keys away": ("delete from governance_keydomain", NOBODY),
}  # fmt: skip


@dataclass(frozen=True)
class Archive:
    """Orders in every state a hand could want to change, by name, and what else a statement needs."""

    values: dict[str, Any]

    def of(self, account_id: UUID | None) -> dict[str, Any]:
        return self.values | {"me": account_id or new_id()}


def kept(name: str, number: int, *, account: UUID, profile: UUID, **columns: Any) -> EmergencyOrder:
    """Write an order as the owner, whom no wall stops: one strip of the line each, so that none overlaps."""
    now = clock.now()
    usual = {"starts_at": now - timedelta(days=10), "ends_at": now + timedelta(days=4), "drafted_at": now}
    return EmergencyOrder.objects.create(
        id=new_id(), number=name, title=name, kind="drill", authority="x", profile_id=profile, area_code="3201",
        area_pos=number, area_end=number + 1, population_scope="key_persons", purposes=["case_finding"],
        bodies=[], drafted_by=account, **usual | columns,
    )  # fmt: skip


@pytest.fixture
def archive(city: people.City) -> Archive:
    account, moment = new_id(), clock.now()
    past = {"ends_at": moment - timedelta(days=3)}
    columns: dict[str, dict[str, Any]] = {
        "unsigned": {}, "half": {}, "twice": {}, "full": {}, "late": past, "withdrawn": {"ended_at": moment},
        "active": {"signed_at": moment}, "live": {"signed_at": moment},
        "ended": {"signed_at": moment - timedelta(days=5), "ended_at": moment - timedelta(days=2)},
        "forgotten": {"signed_at": moment - timedelta(days=5), **past},
    }  # fmt: skip
    signed = {"half": ("authority",), "twice": ("authority", "mayor"), "full": ("authority", "privacy"),
              "late": ("authority", "privacy"), "withdrawn": ("authority", "privacy")}  # fmt: skip
    with people.as_owner():
        profile = Profile.objects.get()
        orders = {
            name: kept(name, number, account=account, profile=profile.id, **more)
            for number, (name, more) in enumerate(columns.items(), 10)
        }
        OrderSignature.objects.bulk_create(
            OrderSignature(
                id=new_id(), order=orders[name], account_id=new_id(), capacity=one, signed_at=moment
            )
            for name, capacities in signed.items()
            for one in capacities
        )
        KeyDomain.objects.bulk_create(
            KeyDomain(
                domain=f"order:{orders[name].id}", suite="aes", fingerprint="x", created_at=moment,
                destroyed_at=moment - timedelta(days=1) if name == "forgotten" else None,
            )
            for name in ("live", "ended", "forgotten")
        )  # fmt: skip
    ids = {name: order.id for name, order in orders.items()}
    return Archive(ids | {"other": account, "moment": moment, "profile": profile.id})


def succeeds(statement: str, values: dict[str, Any]) -> bool:
    """Tell whether a write changed a row; take it back in any case. Whatever is no wall is an error of the test."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
            return cursor.rowcount > 0
    except DatabaseError as error:
        assert getattr(error.__cause__, "sqlstate", "") in WALLS, (statement, error)
        return False


def written(archive: Archive, account_id: UUID | None) -> set[str]:
    values = archive.of(account_id)
    return {name for name, (statement, _who) in WRITES.items() if succeeds(statement, values)}


def allowed(who: str) -> set[str]:
    return {name for name, (_statement, roles) in WRITES.items() if who in roles}


@contextmanager
def stepped_into(role: str) -> Iterator[None]:
    """Take a database role without any scope, as whoever holds the application's password can."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}")
        yield
        cursor.execute("set local role gridward_app")


def test_the_table_of_writes_opens_something_and_refuses_something_to_each_of_the_three() -> None:
    assert {who for _statement, roles in WRITES.values() for who in roles} == (
        DRAFTER | SIGNERS | {"gridward_app"}
    )


@pytest.mark.parametrize("role", sorted(ROLES))
def test_an_account_writes_what_its_role_decides_and_nothing_else(role: str, archive: Archive) -> None:
    bound_to = ROLES[role].bound_to
    actor = people.actor_of(role, HOME[bound_to], agency="health" if bound_to == "agency" else "")

    with people.acting(actor):
        done = written(archive, actor.id)

    assert done == allowed(role)


@pytest.mark.parametrize("role", SCOPELESS)
def test_a_database_role_without_an_account_behind_it_decides_nothing(role: str, archive: Archive) -> None:
    with stepped_into(role):
        done = written(archive, None)

    assert done == allowed(role)


def test_a_job_inside_its_order_decides_nothing(archive: Archive, order: governance.OrderView) -> None:
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        assert written(archive, None) == set()


@pytest.mark.parametrize(
    ("database_role", "role"),
    [
        ("gridward_centre", "city_officer"),
        ("gridward_centre", "issuing_officer"),
        ("gridward_audit", "privacy_officer"),
    ],
)
def test_an_invented_scope_speaks_for_no_role(database_role: str, role: str, archive: Archive) -> None:
    me = new_id()
    with stepped_into(database_role), connection.cursor() as cursor:
        for signature in ("", "0" * 64):
            cursor.execute(
                "select set_config('gridward.scope', %s, true)", [f"{{}}|{me}|||{role}#{signature}"]
            )
            assert written(archive, me) == set()


#: Statements that name the columns a role may change, beside those an order is signed and ended by.
COLUMNS = (
    "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
    " and has_column_privilege(%s, attrelid, attnum, 'update') order by 1"
)


@pytest.mark.parametrize("role", SCOPELESS)
def test_no_role_has_a_right_to_any_other_column(role: str, db: None) -> None:
    rights: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in ("governance_emergencyorder", "governance_ordersignature", "governance_keydomain"):
            cursor.execute(COLUMNS, [table, role])
            rights[table.removeprefix("governance_")] = [name for (name,) in cursor.fetchall()]
            cursor.execute(
                "select has_table_privilege(%s, %s, 'delete') or has_table_privilege(%s, %s, 'truncate')"
                " or has_table_privilege(%s, %s, 'references') or has_table_privilege(%s, %s, 'trigger')",
                [role, table] * 4,
            )
            assert cursor.fetchone() == (False,)

    decided = {"gridward_centre": ["ended_at", "signed_at"], "gridward_audit": ["signed_at"]}
    forgot = ["destroyed_at"] if role in decided else []
    assert rights == {
        "emergencyorder": decided.get(role, []),
        "ordersignature": [],
        "keydomain": forgot,
    }


def test_not_even_the_owner_changes_a_signature_or_takes_a_decision_back(archive: Archive) -> None:
    values = archive.of(None)
    with people.as_owner():
        for name in ("take a signed order back", "let an ended order live again", "bring keys back to life",
                     "put in force what one signed twice", "destroy keys of an order in force",
                     "take a signature away", "make somebody else's signature of it"):  # fmt: skip
            assert not succeeds(WRITES[name][0], values), name


# --- the lists in the database are the lists in the code ------------------------------------------------------------


def test_the_database_knows_the_same_drafters_signatories_and_enders_as_the_rules() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select role, governance_may_draft(role), governance_capacity(role), governance_may_end(role)"
            " from unnest(%s::text[]) role",
            [[*ROLES, "system", "", None]],
        )
        known = {role: tuple(answers) for role, *answers in cursor.fetchall()}

    assert known == {
        role: (role in rules.DRAFTERS, rules.CAPACITIES.get(role), role in rules.ENDERS) for role in known
    }
    assert set(known) >= set(ROLES) | {None}


def test_the_rules_give_a_decision_only_to_roles_that_hold_the_right_to_it() -> None:
    drafters, signers = (
        {role for role, one in ROLES.items() if right in one.rights}
        for right in ("order.draft", "order.sign")
    )

    assert drafters == rules.DRAFTERS
    assert signers == set(rules.CAPACITIES) >= rules.ENDERS


def test_a_role_that_was_taken_away_decides_no_longer(archive: Archive) -> None:
    issuer = people.actor_of("issuing_officer")
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("update workforce_assignment set role = 'auditor' where account_id = %s", [issuer.id])

    with people.acting(issuer):
        assert written(archive, issuer.id) == set()
