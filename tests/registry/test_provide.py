"""Households of people the register does not know: one behind a door, one for each row without, each with a key."""

from collections.abc import Sequence

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refused
from gridward.kernel.sealing import DataKey
from gridward.registry import api as registry
from gridward.registry.models import Household
from tests import people
from tests.examples import examples
from tests.registry.town import CITY, counted, household

pytestmark = pytest.mark.django_db

Place = registry.Place


def provided(
    order: governance.OrderView, places: Sequence[Place], under: governance.OrderView | None = None
) -> list[registry.HouseholdKey]:
    with governance.job_scope(order_id=(under or order).id, purpose="case_finding"):
        return registry.households_provide(order_id=order.id, places=places, by=SYSTEM, now=clock.now())


def doors(street: governance.OrderView) -> list[int]:
    """Return the doors of the small street."""
    found = {household(ref).address_id for ref in ("H1", "H2", "H3")}
    return sorted(door for door in found if door is not None)


def test_a_door_gets_one_household_and_a_row_without_a_door_one_of_its_own(
    street: governance.OrderView,
) -> None:
    one, other, _third = doors(street)
    here, there = CITY.pos(CITY.grid), CITY.pos(CITY.next_grid)
    before = counted()

    made = provided(
        street,
        [Place(here, one), Place(there), Place(here, one), Place(here, other), Place(there), Place(here)],
    )

    assert [key.area_pos for key in made] == [here, there, here, here, there, here], (
        "in the order of the rows"
    )
    assert made[0] == made[2] and len({key.household_id for key in made}) == 5
    assert counted()[0] - before[0] == 5
    with people.as_owner():
        rows = {row.id: row for row in Household.objects.filter(kind="provisional")}
        assert {(row.address_id, row.area_pos) for row in rows.values()} == {
            (one, here), (other, here), (None, there), (None, here)
        }  # fmt: skip
        assert {(row.order_id, row.domain, row.household_ref) for row in rows.values()} == {
            (street.id, street.domain, "")
        }
    for key in made:
        assert rows[key.household_id].data_key == key.data_key.id


def test_a_registered_household_behind_the_door_is_not_taken_for_a_provisional_one(
    street: governance.OrderView,
) -> None:
    home = household("H1")

    (made,) = provided(street, [Place(home.area_pos, home.address_id)])

    assert made.household_id != home.id


def test_the_next_list_meets_the_household_that_was_made_for_the_last_with_the_same_key(
    street: governance.OrderView,
) -> None:
    door = doors(street)[0]
    (first,) = provided(street, [Place(CITY.pos(CITY.grid), door)])
    before = counted()

    (again,) = provided(street, [Place(CITY.pos(CITY.grid), door)])

    assert (again.household_id, again.data_key.id) == (first.household_id, first.data_key.id)
    assert counted() == before
    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        asked_for = registry.household_data_keys([first.household_id])[first.household_id]
    sealer = governance.sealer(street.domain)

    def opened_with(key: DataKey) -> str:
        row = first.household_id
        blob = sealer.seal(
            first.data_key, table="registry_resident", column="name_sealed", row_id=row, text="王小明"
        )
        return sealer.open_(key, blob, table="registry_resident", column="name_sealed", row_id=row)

    assert [opened_with(key) for key in (again.data_key, asked_for)] == ["王小明", "王小明"]


def test_two_orders_never_share_a_household(street: governance.OrderView) -> None:
    flood = people.signed_order(kind="flood")
    place = Place(CITY.pos(CITY.grid), doors(street)[0])

    (here,), (there,) = provided(street, [place]), provided(flood, [place])

    assert here.household_id != there.household_id
    assert here.data_key.id != there.data_key.id
    with people.as_owner():
        assert Household.objects.get(id=there.household_id).domain == flood.domain


def entries() -> list[LedgerEntry]:
    with people.as_owner():
        return list(LedgerEntry.objects.filter(action="household.provide"))


def test_the_ledger_has_one_entry_for_a_page_of_them_and_none_for_nothing(
    street: governance.OrderView,
) -> None:
    pos, door = CITY.pos(CITY.grid), doors(street)[0]

    provided(street, [])
    assert entries() == []
    provided(street, [Place(pos), Place(pos, door)])
    provided(street, [Place(pos, door)])

    (entry,) = entries()
    assert (entry.actor, entry.purpose, entry.basis) == ("SYSTEM", "case_finding", str(street.id))
    assert '"count":2' in entry.detail.replace(" ", "")


def test_outside_of_the_orders_area_the_wall_stands(street: governance.OrderView) -> None:
    elsewhere = people.signed_order(kind="flood", area=CITY.qinhuai)
    before = counted()

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        provided(elsewhere, [Place(CITY.pos(CITY.grid))])

    assert counted() == before
    assert len(provided(elsewhere, [Place(CITY.pos(CITY.other_district_grid))])) == 1


def test_nothing_is_provided_once_the_order_is_over(street: governance.OrderView) -> None:
    issuing = people.actor_of("issuing_officer")
    with people.acting(issuing):
        governance.order_end(order_id=street.id, reason="the drill is over", by=issuing, now=clock.now())

    with pytest.raises(Refused) as refused:
        provided(street, [Place(CITY.pos(CITY.grid))])

    assert refused.value.refusal.code == "order_inactive"


@settings(
    max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(st.lists(st.none() | st.integers(0, 2), max_size=6), max_size=3))
def test_however_rows_come_a_door_has_one_household_and_no_row_is_left_out(
    street: governance.OrderView, drawn: list[list[int | None]]
) -> None:
    real, pos = doors(street), CITY.pos(CITY.grid)
    seen: dict[int, object] = {}
    doorless = 0
    with transaction.atomic():
        before = counted()[0]
        for rows in drawn:
            made = provided(street, [Place(pos, None if row is None else real[row]) for row in rows])
            assert len(made) == len(rows)
            for row, key in zip(rows, made, strict=True):
                doorless += row is None
                if row is not None:
                    assert seen.setdefault(row, key.household_id) == key.household_id
        assert counted()[0] - before == len(seen) + doorless
        transaction.set_rollback(True)


# --- the walls, as the real roles meet them -----------------------------------------------------------------------

READS = {
    ("city_officer", CITY.city): (3, 4),
    ("district_officer", CITY.xuanwu): (3, 4),
    ("district_officer", CITY.qinhuai): (0, 0),
    ("street_officer", CITY.xinjiekou): (3, 4),
    ("community_officer", CITY.chengxianjie): (2, 3),
    ("community_officer", CITY.dashiqiao): (1, 1),
    ("grid_worker", CITY.grid): (2, 3),
    ("grid_worker", CITY.next_grid): (0, 0),
    ("issuing_officer", ""): (0, 0),
}


@pytest.mark.parametrize(("role", "area"), READS)
def test_a_role_meets_sealed_rows_of_its_own_area(role: str, area: str, street: governance.OrderView) -> None:
    actor = people.actor_of(role, area)

    with people.acting(actor), connection.cursor() as cursor:
        cursor.execute("select count(*) from registry_household")
        (homes,) = cursor.fetchone()
        cursor.execute("select name_sealed, phone_sealed, id_number_sealed from registry_resident")
        rows = cursor.fetchall()

    assert (homes, len(rows)) == READS[role, area]
    everything = b"".join(bytes(cell) for row in rows for cell in row)
    for one in people.EVERYBODY:
        assert one.name.encode() not in everything and one.phone.encode() not in everything


DENIED = {
    "read the blind keys": ("city_officer", CITY.city, "select count(*) from registry_personkey"),
    "read the stages": ("city_officer", CITY.city, "select count(*) from registry_stageloadresident"),
    "change a name": ("city_officer", CITY.city, "update registry_resident set name_sealed = ''"),
    "move a household": ("city_officer", CITY.city, "update registry_household set area_pos = 1"),
    "drop a person": ("city_officer", CITY.city, "delete from registry_resident"),
    "add a person": ("grid_worker", CITY.grid, "insert into registry_resident select * from registry_resident"),
    "add a household as a worker": (
        "grid_worker", CITY.grid, "insert into registry_household select * from registry_household"
    ),
    "read as an auditor": ("auditor", "", "select count(*) from registry_resident"),
    "read as the administrator": ("system_administrator", "", "select count(*) from registry_household"),
    "read as a department": ("agency_liaison", "", "select count(*) from registry_resident"),
    "let the planner look": ("city_officer", CITY.city, "select registry_analyze()"),
}  # fmt: skip


@pytest.mark.parametrize("deed", DENIED)
def test_the_database_denies_it(deed: str, street: governance.OrderView) -> None:
    role, area, sql = DENIED[deed]
    actor = people.actor_of(role, area, agency="health" if role == "agency_liaison" else "")

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        people.acting(actor),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert counted()[:2] == (3, 4)


def test_the_application_itself_reads_nobody(street: governance.OrderView) -> None:
    for table in (
        "registry_household",
        "registry_resident",
        "registry_personkey",
        "registry_stageloadresident",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"select 1 from {table}")
