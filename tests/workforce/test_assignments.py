"""Who somebody is at a moment: roles that begin, end, overlap and are handed over; the database says the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.workforce import api as workforce
from gridward.workforce.actions import session_open
from gridward.workforce.models import Assignment
from gridward.workforce.queries import make_actor
from gridward.workforce.rules import ROLES
from tests import people
from tests.examples import examples

pytestmark = pytest.mark.django_db

CITY = people.city()
HOUR = timedelta(hours=1)
#: An assignment as (role, area, begins, ends): hours from now; None is open.
Spell = tuple[str, str, float, float | None]


def account(handle: str = "somebody") -> workforce.Account:
    made = workforce.account_create(handle=handle, password=None, by=SYSTEM, now=clock.now())
    assert not isinstance(made, Refusal)
    return made


def assigned(account: workforce.Account, spells: Sequence[Spell], now: datetime) -> None:
    for role, area, begins, ends in spells:
        agency = "health" if role == "agency_liaison" else ""
        one = workforce.assignment_open(
            account_id=account.id, role=role, area_code=area, agency_code=agency, by=SYSTEM,
            now=now + begins * HOUR,
        )  # fmt: skip
        assert not isinstance(one, Refusal), one
        if ends is not None:
            one.ends_at = now + ends * HOUR
            one.save()


def in_database(key: str) -> tuple[str | None, list[tuple[int, int]]]:
    """Return the role and the ranges the database gives to a session key."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select workforce_enter(%s)", [key])
        (role,) = cursor.fetchone()
        if role is None:
            return None, []
        cursor.execute(f"set local role {role}")
        cursor.execute(
            "select lower(r), upper(r) from unnest(split_part(current_setting('gridward.scope'), '|', 1)"
            "::int8multirange) r order by 1"
        )
        ranges = cursor.fetchall()
        cursor.execute("set local role gridward_app")
        return role, ranges


STORIES: dict[str, tuple[list[Spell], str, set[str]]] = {
    "nothing was ever assigned": ([], "", set()),
    "it begins tomorrow": ([("grid_worker", CITY.grid, 24, None)], "", set()),
    "it ended an hour ago": ([("grid_worker", CITY.grid, -9, -1)], "", set()),
    "it ends in an hour": ([("grid_worker", CITY.grid, -9, 1)], "grid_worker", {CITY.grid}),
    "two grids of one role are joined": (
        [("grid_worker", CITY.grid, -9, None), ("grid_worker", CITY.other_community_grid, -8, None)],
        "grid_worker",
        {CITY.grid, CITY.other_community_grid},
    ),
    "of two roles the earlier one counts, alone": (
        [("street_officer", CITY.xinjiekou, -8, None), ("grid_worker", CITY.grid, -9, None)],
        "grid_worker",
        {CITY.grid},
    ),
    "the second role takes over when the first has ended": (
        [("grid_worker", CITY.grid, -9, -1), ("community_officer", CITY.chengxianjie, -8, None)],
        "community_officer",
        {CITY.chengxianjie},
    ),
    "a second grid of the role that has ended is gone, the other stays": (
        [("grid_worker", CITY.grid, -9, None), ("grid_worker", CITY.next_grid, -8, -1)],
        "grid_worker",
        {CITY.grid},
    ),
    "a role of no area brings none": ([("auditor", "", -1, None)], "auditor", set()),
    "a role of any area keeps the one it was given": (
        [("privacy_officer", CITY.xuanwu, -1, None)],
        "privacy_officer",
        {CITY.xuanwu},
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_the_program_and_the_database_tell_the_same_story(story: str, city: people.City) -> None:
    spells, role, areas = STORIES[story]
    now, somebody = clock.now(), account()
    assigned(somebody, spells, now)
    session_open(account=somebody, key="k", kind="cli", lasts=HOUR, now=now)

    actor = make_actor(somebody, session_key="k", now=clock.now())
    db_role, ranges = in_database("k")

    if not role:
        assert (actor, db_role) == (None, None)
        return
    assert actor is not None and actor.role == role
    assert {scope.code for scope in actor.scopes} == areas
    assert db_role == ROLES[role].db_role
    assert all(any(low <= city.pos(code) < high for low, high in ranges) for code in areas)
    assert actor.covers(city.pos(city.other_district_grid)) is (city.other_district_grid in areas)


offsets = st.integers(-5, 5).filter(bool)
spells = st.tuples(
    st.sampled_from(
        [
            ("grid_worker", CITY.grid),
            ("grid_worker", CITY.next_grid),
            ("community_officer", CITY.chengxianjie),
            ("auditor", ""),
            ("agency_liaison", ""),
        ]
    ),
    offsets,
    st.none() | offsets,
).map(lambda drawn: (*drawn[0], float(drawn[1]), None if drawn[2] is None else float(drawn[2])))


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(spells, max_size=4))
def test_whatever_was_assigned_when_the_actor_is_what_the_database_enters(
    city: people.City, drawn: list[Spell]
) -> None:
    with transaction.atomic():
        now, somebody = clock.now(), account()
        assigned(somebody, drawn, now)
        session_open(account=somebody, key="k", kind="web", lasts=HOUR, now=now)
        actor = make_actor(somebody, session_key="k", now=clock.now())
        db_role, ranges = in_database("k")
        transaction.set_rollback(True)

    held = actor.scopes if actor else ()
    assert db_role == (actor.db_role if actor else None)
    assert sum(high - low for low, high in ranges) == sum(one.end - one.pos for one in held)
    assert all(any(low <= one.pos and one.end <= high for low, high in ranges) for one in held)


LEVELS = {"city": CITY.city, "district": CITY.xuanwu, "street": CITY.xinjiekou, "community": CITY.chengxianjie,
          "grid": CITY.grid}  # fmt: skip


@pytest.mark.parametrize("role", sorted(name for name, role in ROLES.items() if role.bound_to in LEVELS))
def test_a_role_is_given_at_its_own_level_and_at_no_other(role: str, city: people.City) -> None:
    somebody, given_at = account(), set()
    for level, code in {**LEVELS, "nowhere": "", "an area that does not exist": "320102003999"}.items():
        outcome = workforce.assignment_open(
            account_id=somebody.id, role=role, area_code=code, by=SYSTEM, now=clock.now()
        )
        if not isinstance(outcome, Refusal):
            given_at.add(level)
        else:
            assert outcome.code == "role_needs_area"
            assert ROLES[role].bound_to in outcome.title

    assert given_at == {ROLES[role].bound_to}


def test_what_cannot_be_assigned_is_refused_and_leaves_nothing(city: people.City) -> None:
    somebody = account()
    refused = {}
    for role, area, agency in (
        ("emperor", "", ""),
        ("agency_liaison", "", ""),
        ("agency_liaison", "", "weather"),
        ("auditor", "999999", ""),
    ):
        outcome = workforce.assignment_open(
            account_id=somebody.id, role=role, area_code=area, agency_code=agency, by=SYSTEM, now=clock.now()
        )
        assert isinstance(outcome, Refusal)
        refused[role, area, agency] = outcome.code

    assert list(refused.values()) == [
        "role_unknown",
        "role_needs_agency",
        "role_needs_agency",
        "area_unknown",
    ]
    assert not Assignment.objects.filter(account=somebody).exists()
    with people.as_owner():
        assert not LedgerEntry.objects.filter(action="assignment.open", detail__contains="emperor").exists()


def opened(worker: workforce.Account, grid: str, *, responsible: bool = True) -> Assignment | Refusal:
    return workforce.assignment_open(
        account_id=worker.id, role="grid_worker", area_code=grid, responsible=responsible, by=SYSTEM,
        now=clock.now(),
    )  # fmt: skip


def test_a_grid_has_one_responsible_worker_until_it_is_handed_over(city: people.City) -> None:
    first, second = account("first"), account("second")
    pos = city.pos(city.grid)
    mine = opened(first, city.grid)
    assert not isinstance(mine, Refusal)

    refused = opened(second, city.grid)
    beside = opened(second, city.grid, responsible=False)
    elsewhere = opened(second, city.next_grid)

    assert isinstance(refused, Refusal) and refused.code == "grid_has_worker"
    assert city.grid in refused.title
    assert not isinstance(beside, Refusal) and not isinstance(elsewhere, Refusal)
    assert workforce.responsible_workers([pos]) == {pos: first.id}
    mine.ends_at = clock.now()
    mine.save()
    assert workforce.responsible_workers([pos]) == {}
    assert not isinstance(opened(second, city.grid), Refusal)
    both = workforce.responsible_workers([pos, city.pos(city.next_grid), city.pos(city.other_community_grid)])
    assert both == {pos: second.id, city.pos(city.next_grid): second.id}


def test_the_ledger_has_every_assignment_with_its_role_and_nobodys_name(city: people.City) -> None:
    by = people.actor_of("system_operator", city.city)
    somebody = account("a-handle")

    workforce.assignment_open(
        account_id=somebody.id, role="grid_worker", area_code=city.grid, by=by, now=clock.now()
    )

    with people.as_owner():
        entry = LedgerEntry.objects.get(action="assignment.open", actor=str(by.id))
    assert (entry.object_kind, entry.role, entry.result) == ("account", "system_operator", "ok")
    assert '"grid_worker"' in entry.detail
    assert "a-handle" not in entry.detail + entry.object_hash


@pytest.mark.parametrize("handle", ["", "two words", "x" * 151, "\u3000"])
def test_no_account_is_made_that_nobody_could_sign_in_to(handle: str, city: people.City) -> None:
    outcome = workforce.account_create(handle=handle, password="x", by=SYSTEM, now=clock.now())

    assert isinstance(outcome, Refusal) and outcome.code == "handle_wrong"
    assert not workforce.Account.objects.filter(handle=handle).exists()


def test_a_taken_name_is_refused_and_the_first_account_keeps_its_password(city: people.City) -> None:
    first = workforce.account_create(handle="w1", password="first", by=SYSTEM, now=clock.now())

    second = workforce.account_create(handle="w1", password="second", by=SYSTEM, now=clock.now())

    assert isinstance(second, Refusal) and (second.code, second.status) == ("handle_taken", 409)
    assert not isinstance(first, Refusal)
    assert workforce.Account.objects.get(handle="w1").check_password("first")


def test_a_department_is_renamed_without_a_second_one(city: people.City) -> None:
    before = len(workforce.get_agencies())

    workforce.agency_create(code="health", name="市卫生健康委员会", by=SYSTEM, now=clock.now())

    agencies = {agency.code: agency.name for agency in workforce.get_agencies()}
    assert (len(agencies), agencies["health"]) == (before, "市卫生健康委员会")
    assert list(agencies) == sorted(agencies)


def test_a_liaison_speaks_for_the_department_that_was_named(city: people.City) -> None:
    health: Actor = people.actor_of("agency_liaison", agency="health")

    assert (health.agency, health.scopes) == ("health", ())
    with people.acting(health), connection.cursor() as cursor:
        cursor.execute("select current_user, split_part(current_setting('gridward.scope'), '|', 3)")
        assert cursor.fetchone() == ("gridward_agency", "health")
