"""The second file, and the third: who is new joins, nobody is lost or doubled, all or nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.matching import KEY_KINDS
from gridward.registry.models import Household, PersonKey, Resident
from tests import people
from tests.examples import examples
from tests.people import date
from tests.registry.town import (
    CITY,
    Line,
    counted,
    household,
    imported,
    number,
    phone,
    reported,
    resident,
)
from tests.registry.town import written as file_of

pytestmark = pytest.mark.django_db

FATHER = Line("R1", "王建国", "01", number(date(1960, 1, 1), 1), phone(1))
MOTHER = FATHER.but(resident_ref="R2", name="李秀英", id_number=number(date(1962, 1, 1), 2), phone=phone(2))
NEIGHBOUR = Line("R3", "赵六", "01", number(date(1970, 1, 1), 3), phone(3), household_ref="H2")


def codes(report: registry.RegisterReport) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in report.problems]


def test_one_new_person_in_a_file_of_known_ones_is_added_alone(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [FATHER, MOTHER])

    report = reported(tmp_path, order, [MOTHER, NEIGHBOUR, FATHER])

    assert (report.rows, report.residents, report.households, report.known) == (3, 1, 1, 2)
    assert counted()[:2] == (2, 3)


def test_a_new_person_of_a_household_that_is_registered_elsewhere_is_named_and_nobody_is_added(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [FATHER])
    before = counted()

    report = reported(tmp_path, order, [NEIGHBOUR, MOTHER.but(area_code=CITY.next_grid)])

    assert codes(report) == [(3, "area_code", "household_elsewhere")]
    assert (report.residents, report.households) == (0, 0)
    assert counted() == before


@pytest.mark.parametrize(
    ("area", "is_inside"),
    [(CITY.grid, True), (CITY.chengxianjie, True), (CITY.xuanwu, True), (CITY.city, False),
     (CITY.other_district_grid, False)],
)  # fmt: skip
def test_only_the_area_of_the_order_is_registered(
    area: str, is_inside: bool, city: people.City, tmp_path: Path
) -> None:
    order = people.signed_order(area=CITY.xuanwu)

    report = reported(tmp_path, order, [FATHER.but(area_code=area)])

    assert codes(report) == ([] if is_inside else [(2, "area_code", "area_outside")])
    assert counted()[1] == (1 if is_inside else 0)
    if is_inside:
        assert resident("R1").area_pos == household("H1").area_pos == city.pos(area)


def test_a_member_who_joins_lives_behind_the_door_of_the_household(
    street: governance.OrderView, tmp_path: Path
) -> None:
    student = people.returning_student
    joining = Line(
        "R9",
        "赵新来",
        phone=phone(77),
        address=people.neighbour_across.address,
        household_ref=student.household,
    )
    door = household(student.household).address_id
    assert door is not None and door != household(people.neighbour_across.household).address_id

    report = reported(tmp_path, street, [joining])

    assert (report.residents, report.households, report.doors_unknown) == (1, 0, 0)
    asked = [registry.PersonInput(name_sound="zhao xinlai", surname_sound="zhao", address_id=door)]
    (keys,) = registry.match_keys(domain=street.domain, people=asked)
    with governance.job_scope(order_id=street.id, purpose="case_finding"):
        (match,) = registry.match_people(domain=street.domain, rows=[registry.MatchRow(1, keys, door)])
    assert (match.rule, match.resident_id) == ("door_name", resident("R9").id)


DOORS = {
    "written as the address book has it": (people.returning_student.address, CITY.next_grid, False),
    "in its own grid": (people.returning_student.address, CITY.grid, True),
    "in the community that holds the grid": (people.returning_student.address, CITY.chengxianjie, True),
    "no address at all": ("", CITY.grid, False),
    "a road that does not exist": ("南京市玄武区不存在路9号", CITY.grid, False),
}


@pytest.mark.parametrize("story", DOORS)
def test_a_door_counts_only_where_the_register_says_the_household_is(
    story: str, street: governance.OrderView, tmp_path: Path
) -> None:
    address, area, is_found = DOORS[story]

    report = reported(
        tmp_path, street, [Line("R9", "赵新来", address=address, area_code=area, household_ref="H9")]
    )

    assert report.doors_unknown == (0 if is_found else 1)
    assert (household("H9").address_id is not None) is is_found


# --- nobody is lost, nobody is doubled ----------------------------------------------------------------------------

#: A small town: few references, so that files overlap. Where a household is follows from its reference.
PLACES = {"A": CITY.grid, "B": CITY.next_grid, "C": CITY.other_community_grid, "D": CITY.chengxianjie}
persons = st.integers(1, 12).map(
    lambda n: Line(
        f"P{n}",
        ("王小明", "李秀英", "赵六")[n % 3],
        id_number=number(date(1980, 1, 1), n) if n % 2 else "",
        phone=phone(n) if n % 3 else "",
        household_ref="ABCD"[n % 4],
        area_code=PLACES["ABCD"[n % 4]],
    )
)
files = st.lists(persons, min_size=1, max_size=8, unique_by=lambda line: line.resident_ref)


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(files, min_size=1, max_size=3))
def test_whatever_files_come_everybody_is_registered_once(
    order: governance.OrderView, tmp_path: Path, drawn: list[list[Line]]
) -> None:
    seen: dict[str, Line] = {}
    with transaction.atomic():
        for lines in drawn:
            before = counted()
            report = reported(tmp_path, order, lines)
            new = [line for line in lines if line.resident_ref not in seen]
            homes = {line.household_ref for line in seen.values()}
            seen |= {line.resident_ref: line for line in new}

            assert report.rows == len(lines) == report.residents + report.known
            assert report.residents == len(new)
            assert report.households == len({line.household_ref for line in new} - homes)
            after = counted()
            assert after[0] - before[0] == report.households
            assert after[1] - before[1] == report.residents
        the_register_is_whole(seen)
        transaction.set_rollback(True)


def the_register_is_whole(seen: dict[str, Line]) -> None:
    with people.as_owner():
        homes = {row.id: row for row in Household.objects.all()}
        residents = {row.id: row for row in Resident.objects.all()}
        assert {row.resident_ref for row in residents.values()} == set(seen)
        for row in residents.values():
            home = homes[row.household_id]
            assert home.household_ref == seen[row.resident_ref].household_ref
            assert (row.area_pos, row.domain) == (home.area_pos, home.domain)
        kinds: dict[str, set[str]] = {ref: set() for ref in seen}
        for key in PersonKey.objects.all():
            owner = residents[key.resident_id]
            assert (key.household_id, key.area_pos, key.domain) == (
                owner.household_id, owner.area_pos, owner.domain
            )  # fmt: skip
            held = {kind: getattr(key, f"{kind}_key") for kind in KEY_KINDS}
            kinds[owner.resident_ref] = {kind for kind, value in held.items() if value is not None}
            assert {len(bytes(value)) for value in held.values() if value is not None} <= {16}
        for ref, line in seen.items():
            by_id = {"id", "id_surname"} if line.id_number else set()
            assert kinds[ref] == by_id | ({"phone_surname", "phone_name"} if line.phone else set()), ref
        stages = ("registry_stagehousehold", "registry_stageloadhousehold", "registry_stageloadresident")
        with connection.cursor() as cursor:
            for stage in stages:
                cursor.execute(f"select count(*) from {stage}")
                assert cursor.fetchone() == (0,), stage


def test_two_orders_register_the_same_people_apart(city: people.City, tmp_path: Path) -> None:
    epidemic, flood = people.signed_order(), people.signed_order(kind="flood")
    lines = [FATHER, MOTHER, NEIGHBOUR]

    first, second = reported(tmp_path, epidemic, lines), reported(tmp_path, flood, lines)

    assert (first.residents, second.residents, second.known) == (3, 3, 0)
    with people.as_owner():
        values = {
            domain: {
                bytes(value)
                for keys in PersonKey.objects.filter(domain=domain).values_list(
                    *(f"{kind}_key" for kind in KEY_KINDS)
                )
                for value in keys
                if value is not None
            }
            for domain in (epidemic.domain, flood.domain)
        }
    assert values[epidemic.domain].isdisjoint(values[flood.domain]), "no key tells that it is the same person"


# --- all or nothing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table", ["registry_household", "registry_resident", "registry_personkey", "kernel_datakey"]
)
def test_an_import_that_breaks_anywhere_leaves_nothing_and_can_be_done_again(
    table: str, order: governance.OrderView, tmp_path: Path
) -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "create function cut_off() returns trigger language plpgsql as"
            " $$ begin raise exception 'cut off'; end $$;"
            f"create trigger zz_cut_off before insert on {table} for each row execute function cut_off()"
        )
        cursor.execute("select count(*) from kernel_datakey")
        keys = cursor.fetchone()

    with pytest.raises(DatabaseError, match="cut off"), transaction.atomic():
        imported(tmp_path, order, [FATHER, NEIGHBOUR])

    assert counted() == (0, 0, 0)
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select count(*) from kernel_datakey")
        assert cursor.fetchone() == keys
        cursor.execute(f"drop trigger zz_cut_off on {table}")
        assert not LedgerEntry.objects.filter(action="register.import").exists()
    assert reported(tmp_path, order, [FATHER, NEIGHBOUR]).residents == 2


ORDERS: dict[str, Callable[[governance.OrderView], UUID]] = {
    "one that does not exist": lambda order: UUID(int=7),
    "one that was ended": lambda order: ended(order),
    "one that names another purpose": lambda order: (
        people.signed_order(kind="flood", purposes=("home_service",)).id
    ),
}


def ended(order: governance.OrderView) -> UUID:
    by = people.actor_of("issuing_officer")
    outcome = governance.order_end(order_id=order.id, reason="the drill is over", by=by, now=clock.now())
    assert not isinstance(outcome, Refusal)
    return order.id


@pytest.mark.parametrize("which", ORDERS)
def test_an_order_that_does_not_carry_it_registers_nobody(
    which: str, order: governance.OrderView, tmp_path: Path
) -> None:
    order_id = ORDERS[which](order)
    path = file_of(tmp_path, [FATHER])

    outcome = registry.register_import(
        path=path, filename=path.name, order_id=order_id, by=SYSTEM, now=clock.now()
    )

    assert isinstance(outcome, Refusal)
    assert outcome.code in ("order_inactive", "purpose_not_named") and outcome.status == 403
    assert counted() == (0, 0, 0)


def test_the_ledger_has_the_counts_of_an_import_and_nothing_of_the_people(
    order: governance.OrderView, tmp_path: Path
) -> None:
    operator = people.actor_of("system_operator", CITY.city)
    path = file_of(tmp_path, [FATHER, MOTHER, NEIGHBOUR])

    registry.register_import(path=path, filename=path.name, order_id=order.id, by=operator, now=clock.now())

    with people.as_owner():
        entry = LedgerEntry.objects.get(action="register.import")
    assert json.loads(entry.detail) == {
        "rows_count": 3, "residents_count": 3, "households_count": 2, "changed_count": 0, "moved_count": 0
    }  # fmt: skip
    assert (entry.actor, entry.role) == (str(operator.id), "system_operator")
    assert (entry.purpose, entry.basis) == ("case_finding", str(order.id))
    whole = repr([getattr(entry, field.name) for field in entry._meta.fields])
    assert not [
        part for line in (FATHER, MOTHER) for part in (line.name, line.phone, line.id_number) if part in whole
    ]
