"""Who is on duty: the answer of workforce alone, the scope that standing in opens, and the walls around it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from gridward.kernel import bulk, clock
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.workforce import api as workforce
from gridward.workforce.models import Absence, Cover
from tests import people

pytestmark = pytest.mark.django_db

MakeActor = Callable[..., Actor]
CITY = people.city()


@pytest.fixture
def worker(actor_of: MakeActor) -> Actor:
    return actor_of("grid_worker", CITY.grid, responsible=True)


@pytest.fixture
def helper(actor_of: MakeActor) -> Actor:
    return actor_of("grid_worker", CITY.next_grid, responsible=True)


@pytest.fixture
def officer(actor_of: MakeActor) -> Actor:
    return actor_of("community_officer", CITY.chengxianjie)


def away(worker: Actor, officer: Actor, *, hours: int = 5) -> Absence:
    now = clock.now()
    with people.acting(officer):
        absence = workforce.absence_enter(
            worker=worker.handle, kind="other", starts_at=now - timedelta(minutes=1),
            ends_at=now + timedelta(hours=hours), by=officer, now=now,
        )  # fmt: skip
    assert isinstance(absence, Absence), absence
    return absence


def stands_in(helper: Actor, officer: Actor, grid: str = CITY.grid) -> Cover:
    with people.acting(officer):
        cover = workforce.cover_name(grid=grid, worker=helper.handle, by=officer, now=clock.now())
    assert isinstance(cover, Cover), cover
    return cover


def on_duty(*grids: str) -> dict[str, UUID]:
    """Return who is on duty in these grids, by code; the three ways of asking answer the same."""
    area = territory.get_area(CITY.xinjiekou)
    assert area is not None
    now, street = clock.now(), (area.pos, area.end)
    with people.as_owner():
        found = workforce.on_duty((CITY.pos(grid) for grid in grids), now=now)
        everywhere = {one.area_pos: one.on_duty_id for one in workforce.grid_duties([street], now=now)}
        rows = dict(bulk.answers(workforce.on_duty_rows(*street, now=now)))
    assert rows == {pos: who for pos, who in everywhere.items() if who is not None}
    assert found == {pos: who for pos, who in rows.items() if pos in {CITY.pos(grid) for grid in grids}}
    return {grid: found[CITY.pos(grid)] for grid in grids if CITY.pos(grid) in found}


def scope_of(actor: Actor) -> set[str]:
    """Return what the database lets a new session of this account see, of the two grids."""
    fresh = workforce.actor_by_handle(actor.handle, now=clock.now())
    assert not isinstance(fresh, Refusal)
    with people.acting(fresh), connection.cursor() as cursor:
        cursor.execute("select kernel_scope_ranges()")
        (ranges,) = cursor.fetchone()
    found = {grid for grid in (CITY.grid, CITY.next_grid) if any(CITY.pos(grid) in one for one in ranges)}
    assert found == {grid for grid in (CITY.grid, CITY.next_grid) if fresh.covers(CITY.pos(grid))}
    return found


def test_the_own_worker_is_on_duty_then_whoever_stands_in_then_the_own_one_again(
    worker: Actor, helper: Actor, officer: Actor
) -> None:
    assert on_duty(CITY.grid, CITY.next_grid) == {CITY.grid: worker.id, CITY.next_grid: helper.id}

    absence = away(worker, officer)
    assert on_duty(CITY.grid, CITY.next_grid) == {CITY.next_grid: helper.id}
    stands_in(helper, officer)
    assert on_duty(CITY.grid) == {CITY.grid: helper.id}
    with people.acting(officer):
        workforce.absence_end(absence_id=absence.id, by=officer, now=clock.now())

    assert on_duty(CITY.grid) == {CITY.grid: worker.id}


def test_whoever_stands_in_and_is_away_too_is_not_on_duty(
    worker: Actor, helper: Actor, officer: Actor
) -> None:
    away(worker, officer)
    stands_in(helper, officer)
    away(helper, officer)

    assert on_duty(CITY.grid, CITY.next_grid) == {}


def test_standing_in_opens_the_grid_to_the_session_and_no_longer_than_it_lasts(
    worker: Actor, helper: Actor, officer: Actor
) -> None:
    assert scope_of(helper) == {CITY.next_grid}
    stands_in(helper, officer)
    assert scope_of(helper) == {CITY.grid, CITY.next_grid}
    assert scope_of(worker) == {CITY.grid}

    with people.acting(officer):
        workforce.covers_end(positions=[CITY.pos(CITY.grid)], by=officer, now=clock.now())

    assert scope_of(helper) == {CITY.next_grid}


@pytest.mark.parametrize(
    "role", ["community_officer", "street_officer", "auditor", "agency_liaison", "system_administrator"]
)
def test_a_cover_opens_nothing_to_whoever_is_no_grid_worker(actor_of: MakeActor, role: str) -> None:
    area = {"community_officer": CITY.dashiqiao, "street_officer": "320104001"}.get(role, "")
    somebody = actor_of(role, area, agency="health" if role == "agency_liaison" else "")
    with people.as_owner():
        Cover.objects.create(
            id=new_id(), account_id=somebody.id, area_code=CITY.grid, area_pos=CITY.pos(CITY.grid), named=True,
            starts_at=clock.now(), by="a slip",
        )  # fmt: skip

    assert CITY.grid not in scope_of(somebody)


def test_one_stands_in_a_grid_and_naming_another_lets_the_first_go(
    worker: Actor, helper: Actor, officer: Actor, actor_of: MakeActor
) -> None:
    stands_in(helper, officer)
    other = actor_of("grid_worker", "320102003015003")
    stands_in(other, officer)

    assert scope_of(helper) == {CITY.next_grid}
    with people.as_owner():
        assert Cover.objects.get(ended_at__isnull=True).account_id == other.id
        with pytest.raises(IntegrityError, match="one_stands_in_a_grid"), transaction.atomic():
            Cover.objects.create(
                id=new_id(), account_id=helper.id, area_code=CITY.grid, area_pos=CITY.pos(CITY.grid), named=False,
                starts_at=clock.now(), by="a slip",
            )  # fmt: skip


def test_a_worker_reads_the_own_absence_and_nobody_elses(
    worker: Actor, helper: Actor, officer: Actor
) -> None:
    absence = away(worker, officer)
    away(helper, officer)

    with people.acting(worker):
        assert list(Absence.objects.values_list("id", flat=True)) == [absence.id]
        assert workforce.own_absence(by=worker, now=clock.now()) == absence.ends_at
    with people.acting(officer):
        found = workforce.get_absences(by=officer, now=clock.now())
    assert {one.worker for one in found} == {worker.handle, helper.handle}


WRITES = {
    "a cover": "insert into workforce_cover (id, account_id, area_code, area_pos, named, starts_at, by)"
    " select gen_random_uuid(), %(account)s, %(code)s, %(pos)s, true, now(), 'a slip'",
    "an absence": "insert into workforce_absence"
    " (id, account_id, area_pos, kind, starts_at, ends_at, entered_by, entered_at)"
    " select gen_random_uuid(), %(account)s, %(pos)s, 'other', now(), now() + interval '1 day', 'a slip', now()",
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("who", ["the worker", "a centre elsewhere", "a department"])
def test_nobody_but_the_centre_of_the_place_writes_who_is_away_or_stands_in(
    worker: Actor, actor_of: MakeActor, who: str, write: str
) -> None:
    actor = {
        "the worker": lambda: worker,
        "a centre elsewhere": lambda: actor_of("community_officer", CITY.dashiqiao),
        "a department": lambda: actor_of("agency_liaison", agency="health"),
    }[who]()
    said = {"account": worker.id, "code": CITY.grid, "pos": CITY.pos(CITY.grid)}

    with (
        people.acting(actor),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(WRITES[write], said)


@pytest.mark.parametrize("change", ["kind = 'flu'", "ends_at = starts_at"])
def test_the_database_itself_refuses_a_word_about_health_and_an_absence_of_no_length(
    worker: Actor, officer: Actor, change: str
) -> None:
    away(worker, officer)

    with (
        people.as_owner(),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update workforce_absence set {change}")
