"""Two entries that are one person become one, whom everything leads to, and are taken apart as if nothing had been."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.ids import new_id
from gridward.kernel.models import LedgerEntry
from gridward.registry import api as registry
from gridward.registry.models import Correction, Merge, PersonKey, Resident
from gridward.registry.sameness import Entry, may_merge, may_undo
from tests import people
from tests.examples import examples
from tests.registry.merges import (
    ALL,
    AT_HOME,
    FATHER,
    FLATMATE,
    IN_TOWN,
    PURPOSE,
    code_of,
    found,
    kept,
    merged,
    parted,
    proposed,
    registered,
)
from tests.registry.test_access import granted
from tests.registry.town import CITY, household, opened, phone, reported, resident

pytestmark = pytest.mark.django_db


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


def test_whatever_asks_for_the_other_entry_finds_who_stays(
    town: governance.OrderView, officer: Actor
) -> None:
    home = resident("R1")
    assert found(town, IN_TOWN)[0] == resident("R2").id

    assert merged("R1", "R2", officer, town).state == "merged"

    assert found(town, IN_TOWN) == [home.id, home.household_id, ""]
    assert found(town, AT_HOME) == [home.id, home.household_id, ""]
    assert found(town, AT_HOME.but(phone=IN_TOWN.phone))[0] == home.id  # a key of each, and still one person
    with people.as_owner():
        places = registry.get_resident_places([resident("R2").id, home.id])
    assert {place.household_id for place in places.values()} == {home.household_id}
    assert set(places) == {resident("R2").id, home.id}


def test_nobody_is_shown_twice_and_the_flat_holds_one_fewer(
    town: governance.OrderView, officer: Actor
) -> None:
    merged("R1", "R2", officer, town)

    granted(officer, town, household("H2"))
    with people.acting(officer):
        flat = registry.access_household(
            household_id=household("H2").id, purpose=PURPOSE, by=officer, now=clock.now()
        )
    assert isinstance(flat, registry.HouseholdView)
    assert [one.id for one in flat.residents] == [resident("R4").id]


def test_a_merged_resident_keeps_both_phone_histories(town: governance.OrderView, officer: Actor) -> None:
    merged("R1", "R2", officer, town)
    worker = people.actor_of("grid_worker", CITY.grid)
    granted(worker, town, household("H1"))

    with people.acting(worker):
        history = registry.access_history(
            household_id=household("H1").id, purpose=PURPOSE, by=worker, now=clock.now()
        )

    assert isinstance(history, registry.HouseholdHistory)
    told = [one.value.reveal() for one in history.values if one.resident_id == resident("R1").id]
    assert sorted(told) == sorted([phone(50), phone(51)])
    assert {one.resident_id for one in history.values} == {resident("R1").id, resident("R3").id}


def test_taken_apart_each_is_what_it_was(town: governance.OrderView, officer: Actor) -> None:
    before = kept()
    merge = merged("R1", "R2", officer, town)
    assert kept() != before

    assert parted(merge, officer, town).state == "undone"

    assert kept() == before
    assert found(town, IN_TOWN)[0] == resident("R2").id


PAIRS = st.permutations(["R1", "R2", "R3", "R4"]).map(lambda order: tuple(order[:2]))
STEPS = st.lists(st.tuples(st.sampled_from(["merge", "part"]), PAIRS, st.integers(0, 3)), max_size=8)


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_sequence_conserves_the_people_and_parting_is_the_exact_inverse(
    town: governance.OrderView, officer: Actor, steps: list[tuple[str, tuple[str, str], int]]
) -> None:
    with transaction.atomic():
        before = kept()
        together: list[registry.MergeView] = []
        for kind, (stays, goes), place in steps:
            if kind == "merge":
                done = merged(stays, goes, officer, town)
                together += [done] if isinstance(done, registry.MergeView) else []
            elif together:
                parted(together.pop(place % len(together)), officer, town)
            conserved(before, together)
        for merge in together:
            parted(merge, officer, town)
        assert kept() == before
        transaction.set_rollback(True)


def conserved(before: dict[str, list[Any]], together: list[registry.MergeView]) -> None:
    """Nobody is lost or doubled: every entry stands for itself or leads to one that does, in one step."""
    leads = {merge.merged_id: merge.resident_id for merge in together}
    with people.as_owner():
        ids = set(Resident.objects.values_list("id", flat=True))
        standing = set(Resident.objects.filter(ended_at__isnull=True).values_list("id", flat=True))
        keys = dict(PersonKey.objects.values_list("resident_id", "leads_to"))
        assert registry.get_survivors(ids) == leads
    assert ids == {row[0] for row in before["Resident"]}
    assert standing == ids - leads.keys() and set(leads.values()) <= standing
    assert {one: to for one, to in keys.items() if to} == leads


def test_what_is_changed_meanwhile_stays_with_each(
    town: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    merge = merged("R1", "R2", officer, town)
    moved = [
        AT_HOME.but(household_ref="H5", phone=phone(9)), FATHER, IN_TOWN.but(area_code=CITY.grid),
        FLATMATE.but(area_code=CITY.grid),
    ]  # fmt: skip
    reported(tmp_path, town, moved)
    assert found(town, IN_TOWN)[:2] == [resident("R1").id, household("H5").id]

    parted(merge, officer, town)

    assert found(town, IN_TOWN)[:2] == [resident("R2").id, household("H2").id]
    assert resident("R2").area_pos == household("H2").area_pos == CITY.pos(CITY.grid)
    assert opened("R2") == ("王小明", None, phone(2)) and opened("R1")[2] == phone(9)


def test_a_household_that_moves_takes_the_keys_of_merged_entries_along(
    town: governance.OrderView, officer: Actor
) -> None:
    merged("R1", "R2", officer, town)

    with governance.job_scope(order_id=town.id, purpose=PURPOSE):
        registry.household_move(
            household_id=household("H1").id, area_pos=CITY.pos(CITY.next_grid), keeps_door=False, by=SYSTEM,
            now=clock.now(),
        )  # fmt: skip

    with people.as_owner():
        keys = PersonKey.objects.filter(leads_to=resident("R1").id)
        assert [key.area_pos for key in keys] == [CITY.pos(CITY.next_grid)]
        assert Merge.objects.get().area_pos == CITY.pos(CITY.next_grid)


# --- a later file -----------------------------------------------------------------------------------------------------


def test_the_same_file_again_touches_nobody_and_no_ghost(
    town: governance.OrderView, officer: Actor, tmp_path: Path
) -> None:
    merged("R1", "R2", officer, town)
    before = kept()

    report = reported(tmp_path, town, ALL)

    assert (report.changed, report.moved, report.residents) == (0, 0, 0)
    assert kept() == before


#: What a file says of the entry that went -> the telephone, and the household, of who stays from then on.
NEWS = {
    "a new telephone": ([IN_TOWN.but(phone=phone(9))], phone(9), "H1"),
    "an empty cell": ([IN_TOWN.but(phone="")], AT_HOME.phone, "H1"),
    "what it has already": ([IN_TOWN], AT_HOME.phone, "H1"),
    "another household": ([IN_TOWN.but(household_ref="H9")], AT_HOME.phone, "H9"),
    "a new telephone, and who stays has one too": (
        [IN_TOWN.but(phone=phone(9)), AT_HOME.but(phone=phone(8))], phone(8), "H1",
    ),
    "a new telephone beside who stays as registered": ([IN_TOWN.but(phone=phone(9)), AT_HOME], AT_HOME.phone, "H1"),
    "a new telephone beside who stays without one": (
        [IN_TOWN.but(phone=phone(9)), AT_HOME.but(phone="")], phone(9), "H1",
    ),
    "another household beside who stays": ([IN_TOWN.but(household_ref="H9"), AT_HOME], AT_HOME.phone, "H1"),
}  # fmt: skip


@pytest.mark.parametrize("said", NEWS)
def test_what_a_file_says_of_the_entry_that_went_is_said_of_who_stays(
    town: governance.OrderView, officer: Actor, tmp_path: Path, said: str
) -> None:
    merged("R1", "R2", officer, town)
    lines, telephone, home = NEWS[said]
    ghost = next(row for row in kept()["Resident"] if row[0] == resident("R2").id)

    report = reported(tmp_path, town, lines)

    assert report.residents == 0
    assert opened("R1")[2] == telephone
    assert resident("R1").household_id == household(home).id
    assert ghost in kept()["Resident"]  # the ghost is as it was
    again = reported(tmp_path, town, [*lines, FATHER])
    assert again.changed == 0


# --- refusals ---------------------------------------------------------------------------------------------------------

A, B = Entry(new_id(), "order:1", is_ended=False), Entry(new_id(), "order:1", is_ended=False)
ENDED = Entry(new_id(), "order:1", is_ended=True)
ELSEWHERE = Entry(new_id(), "order:2", is_ended=False)
RULES = [
    (A, B, set(), set(), None),
    (A, B, {A.id}, set(), None),
    (A, A, set(), set(), "merge_self"),
    (A, ELSEWHERE, set(), set(), "merge_domains"),
    (ELSEWHERE, A, set(), set(), "merge_domains"),
    (A, ENDED, set(), set(), "merge_ended"),
    (ENDED, A, set(), set(), "merge_ended"),
    (A, B, {B.id}, set(), "merge_stays"),
    (A, B, set(), {A.id}, "merge_correction"),
    (A, B, set(), {B.id}, "merge_correction"),
]


@pytest.mark.parametrize(("stays", "goes", "stayed", "corrected", "code"), RULES)
def test_what_may_be_one_person(
    stays: Entry, goes: Entry, stayed: set, corrected: set, code: str | None
) -> None:
    refusal = may_merge(stays, goes, stayed=stayed, corrected=corrected)

    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("state", "code"),
    [("proposed", ""), ("merged", ""), ("undone", "merge_decided"), ("dropped", "merge_decided")],
)
def test_what_can_be_taken_apart(state: str, code: str) -> None:
    refusal = may_undo(state)

    assert (refusal.code if refusal else "") == code


def test_the_register_refuses_what_the_rule_refuses(town: governance.OrderView, officer: Actor) -> None:
    assert code_of(proposed("R1", "R1", officer)) == "merge_self"
    assert code_of(proposed("R1", "R2", officer, reason=" a ")) == "reason_needed"
    merge = merged("R1", "R2", officer, town)
    assert code_of(merged("R1", "R2", officer, town)) == "merge_ended"
    assert code_of(merged("R4", "R2", officer, town)) == "merge_ended"
    assert code_of(merged("R4", "R1", officer, town)) == "merge_stays"
    assert (
        code_of(merged("R1", "R4", officer, town)) == "ok"
    )  # one person may have been registered three times
    assert code_of(parted(merge, officer, town, reason="no")) == "reason_needed"
    assert code_of(parted(merge, officer, town)) == "ok"
    assert code_of(parted(merge, officer, town)) == "merge_decided"


def test_what_is_proposed_twice_is_one_proposal_and_is_decided_once(
    town: governance.OrderView, officer: Actor
) -> None:
    first, again = proposed("R1", "R2", officer), proposed("R1", "R2", officer)
    assert first.id == again.id

    other = proposed("R2", "R1", officer)
    with governance.job_scope(order_id=town.id, purpose=PURPOSE):
        done = registry.residents_merge(merge_id=first.id, by=officer, now=clock.now())
        assert (
            code_of(registry.residents_merge(merge_id=first.id, by=officer, now=clock.now()))
            == "merge_decided"
        )
        assert (
            code_of(registry.residents_merge(merge_id=other.id, by=officer, now=clock.now())) == "merge_ended"
        )
    assert done.state == "merged"
    assert parted(other, officer, town).state == "dropped"


def test_a_correction_that_waits_is_decided_first(town: governance.OrderView, officer: Actor) -> None:
    one = resident("R2")
    with people.as_owner():
        Correction.objects.create(
            id=new_id(), resident=one, domain=one.domain, order_id=town.id, area_pos=one.area_pos, kind="phone",
            is_small=True, state="received", found_by="person", entered_by=new_id(), entered_at=clock.now(),
            due_at=clock.now(),
        )  # fmt: skip

    assert code_of(proposed("R1", "R2", officer)) == "merge_correction"


def test_both_lie_in_the_actors_area_or_neither_exists(town: governance.OrderView, officer: Actor) -> None:
    merge = merged("R1", "R2", officer, town)
    of_one_grid = people.actor_of("grid_worker", CITY.grid)
    neighbour = people.actor_of("community_officer", CITY.dashiqiao)

    for stranger in (of_one_grid, neighbour):
        assert code_of(proposed("R3", "R4", stranger)) == "not_found"
        with people.acting(stranger):
            assert code_of(registry.get_merge(merge.id, by=stranger)) == "not_found"
            assert code_of(registry.access_merge(merge.id, by=stranger, now=clock.now())) == "not_found"
    with people.acting(neighbour):
        assert registry.get_merges(by=neighbour) == []
    with people.acting(officer):
        assert [one.id for one in registry.get_merges(by=officer)] == [merge.id]


def test_two_orders_keep_their_own_people(town: governance.OrderView, officer: Actor) -> None:
    with people.as_owner():
        Resident.objects.filter(resident_ref="R2").update(domain="order:another")

    assert code_of(proposed("R1", "R2", officer)) == "merge_domains"
    assert code_of(proposed("R2", "R1", officer)) == "merge_domains"


def test_the_database_holds_one_person_an_entry_and_nobody_with_oneself(
    town: governance.OrderView, officer: Actor
) -> None:
    merged("R1", "R2", officer, town)
    again = (
        "insert into registry_merge (id, resident_id, merged_id, domain, order_id, area_pos, state, proposed_by,"
        " proposed_at) select gen_random_uuid(), (select id from registry_resident where resident_ref = 'R3'),"
        " merged_id, domain, order_id, area_pos, state, proposed_by, proposed_at from registry_merge"
    )
    for change in ("update registry_merge set resident_id = merged_id", again):
        with people.as_owner(), pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(change)


def test_each_step_stands_in_the_ledger_with_its_reason(town: governance.OrderView, officer: Actor) -> None:
    merge = merged("R1", "R2", officer, town)
    parted(merge, officer, town)
    parted(proposed("R1", "R2", officer), officer, town)

    for action, count in (
        ("merge.propose", 2),
        ("resident.merge", 1),
        ("resident.part", 1),
        ("merge.drop", 1),
    ):
        assert [entry.actor for entry in entries(action)] == [str(officer.id)] * count, action
    assert "two people" in str(entries("resident.part")[0].__dict__)
