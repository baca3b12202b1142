"""Who is registered twice: found by blind keys from an open household, seen side by side, behind the walls."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.registry import api as registry
from gridward.registry.models import Merge
from tests import people
from tests.registry.merges import ALL, AT_HOME, PURPOSE, code_of, merged, parted, proposed, registered
from tests.registry.test_access import granted
from tests.registry.town import CITY, household, reported, resident

pytestmark = pytest.mark.django_db

TWIN = AT_HOME.but(resident_ref="R7", household_ref="H7", area_code=CITY.next_grid)


@pytest.fixture
def town(order: governance.OrderView, tmp_path: Path) -> governance.OrderView:
    """The register with one person in it twice."""
    registered(tmp_path, order)
    return order


@pytest.fixture
def officer(town: governance.OrderView) -> Actor:
    """Somebody of the community both grids belong to."""
    return people.actor_of("community_officer", CITY.chengxianjie)


def entries(action: str) -> list[LedgerEntry]:
    with people.as_owner():
        return list(LedgerEntry.objects.filter(action=action).order_by("id"))


def shared(by: Actor, ref: str = "R1") -> dict[str, tuple[str, ...]]:
    """Return which entries share which keys with a person, by reference."""
    with people.acting(by):
        found = registry.access_duplicates(resident(ref).id, by=by, now=clock.now())
    assert isinstance(found, list), found
    refs = {resident(line.resident_ref).id: line.resident_ref for line in (*ALL,)}
    return {refs.get(one.resident_id, str(one.resident_id)): one.shared for one in found}


def test_side_by_side_both_are_masked_and_what_agrees_is_said(
    town: governance.OrderView, officer: Actor
) -> None:
    proposal = proposed("R1", "R2", officer)

    with people.acting(officer):
        case = registry.access_merge(proposal.id, by=officer, now=clock.now())
        later = registry.access_merge(proposal.id, by=officer, now=clock.now() + timedelta(hours=1))

    assert isinstance(case, registry.MergeCase)
    assert (case.stays.id, case.goes.id) == (resident("R1").id, resident("R2").id)
    assert case.same == ("name",) and "王小明" not in f"{case.stays.name}{case.goes.name}"
    assert code_of(later) == "no_grant"


#: What a second entry shares with the person's -> which keys that is.
SHARING = {
    "everything": (TWIN, ("id_key", "phone_name_key")),
    "the number, and another name": (TWIN.but(name="王晓", phone=""), ("id_key",)),
    "telephone and name": (TWIN.but(id_number="", id_kind=""), ("phone_name_key",)),
    "the telephone alone, as in a family": (TWIN.but(id_number="", id_kind="", name="王大"), None),
    "the name alone": (TWIN.but(id_number="", id_kind="", phone=""), None),
    "everything, in a community that is not the officer's": (TWIN.but(area_code=CITY.other_community_grid), None),
}  # fmt: skip


@pytest.mark.parametrize("second", SHARING)
def test_who_shares_a_key_is_found_in_the_own_area_alone(
    town: governance.OrderView, officer: Actor, tmp_path: Path, second: str
) -> None:
    line, keys = SHARING[second]
    reported(tmp_path, town, [line])
    granted(officer, town, household("H1"))

    assert shared(officer) == ({} if keys is None else {str(resident("R7").id): keys})


def test_nobody_is_looked_for_without_an_open_household(town: governance.OrderView, officer: Actor) -> None:
    nobody = resident("R1").id
    with people.acting(officer):
        assert code_of(registry.access_duplicates(nobody, by=officer, now=clock.now())) == "no_grant"
        assert code_of(registry.access_duplicates(town.id, by=officer, now=clock.now())) == "no_grant"
    assert entries("resident.duplicates") == []

    granted(officer, town, household("H1"))
    assert shared(officer) == {}

    (look,) = entries("resident.duplicates")
    assert look.actor == str(officer.id)


def test_who_is_merged_is_offered_no_more_and_his_keys_ask_along(
    town: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    third = TWIN.but(id_number="", id_kind="", phone=ALL[1].phone)  # as the second entry has it
    reported(tmp_path, town, [third])
    granted(officer, town, household("H1"))
    assert shared(officer) == {}

    merge = merged("R1", "R2", officer, town)

    assert shared(officer) == {str(resident("R7").id): ("phone_name_key",)}
    with people.acting(officer):
        gone = registry.access_duplicates(resident("R2").id, by=officer, now=clock.now())
    assert code_of(gone) == "no_grant"
    parted(merge, officer, town)
    assert shared(officer) == {}


def test_a_merge_lies_behind_the_wall_of_its_area(town: governance.OrderView, officer: Actor) -> None:
    merged("R1", "R2", officer, town)
    seen = {
        role: people.actor_of(role, area)
        for role, area in (
            ("grid_worker", CITY.grid), ("community_officer", CITY.chengxianjie), ("street_officer", CITY.xinjiekou),
        )
    }  # fmt: skip
    blind = [
        people.actor_of("grid_worker", CITY.next_grid), people.actor_of("community_officer", CITY.dashiqiao),
        people.actor_of("agency_liaison", agency="health"),
    ]  # fmt: skip

    for actor in seen.values():
        with people.acting(actor):
            assert Merge.objects.count() == 1, actor.role
    for actor in blind:
        with people.acting(actor):
            try:
                with transaction.atomic():
                    assert Merge.objects.count() == 0, actor.role
            except ProgrammingError as refused:
                assert "permission denied" in str(refused)


@pytest.mark.parametrize("role", ["grid_worker", "community_officer"])
@pytest.mark.parametrize(
    "change",
    [
        "update registry_merge set state = 'undone'",
        "delete from registry_merge",
        "update registry_personkey set leads_to = null",
        "update registry_resident set ended_at = null",
    ],
)
def test_no_hand_but_a_jobs_takes_a_merge_back(
    town: governance.OrderView, officer: Actor, role: str, change: str
) -> None:
    merged("R1", "R2", officer, town)
    actor = officer if role == officer.role else people.actor_of(role, CITY.grid)

    with (
        people.acting(actor),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(change)


def test_nothing_is_merged_without_the_order(town: governance.OrderView, officer: Actor) -> None:
    with transaction.atomic():
        with people.as_owner(), connection.cursor() as cursor:
            cursor.execute("update governance_emergencyorder set ends_at = now() - interval '1 second'")
        assert code_of(proposed("R1", "R2", officer)) == "order_inactive"
        transaction.set_rollback(True)

    assert code_of(proposed("R1", "R2", officer)) == "ok"


def test_places_are_told_by_the_entry_that_was_asked_for(town: governance.OrderView, officer: Actor) -> None:
    merge = merged("R1", "R2", officer, town)
    one, other, nobody = resident("R1"), resident("R2"), town.id

    with governance.job_scope(order_id=town.id, purpose=PURPOSE):
        places = registry.get_resident_places([other.id, nobody])
        survivors = registry.get_survivors([one.id, other.id, nobody])
        merged_in = registry.get_merged([one.id, other.id])

    assert {key: place.household_id for key, place in places.items()} == {other.id: one.household_id}
    assert places[other.id].resident_id == other.id
    assert survivors == merged_in == {other.id: one.id}
    parted(merge, officer, town)
    with governance.job_scope(order_id=town.id, purpose=PURPOSE):
        assert registry.get_resident_places([other.id])[other.id].household_id == other.household_id
        assert registry.get_survivors([other.id]) == registry.get_merged([one.id]) == {}
