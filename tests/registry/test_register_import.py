"""The standing register: sealed, matched by blind keys, all or nothing, and only under an order."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Household, PersonKey, Resident
from tests import people
from tests.malformed import FILES

pytestmark = pytest.mark.django_db

HEAD = "resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref"
ID = people.returning_student.id_number
GOOD = f"R1,王小明,01,{ID},{people.returning_student.phone},珠江路1号,320102003015001,H1"


def imported(
    folder: Path, order: governance.OrderView, content: bytes | str, filename: str = "register.csv"
) -> registry.RegisterReport | Refusal:
    path = folder / filename
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return registry.register_import(
        path=path, filename=filename, order_id=order.id, by=SYSTEM, now=clock.now()
    )


def counted() -> tuple[int, int, int]:
    with people.as_owner():
        return Household.objects.count(), Resident.objects.count(), PersonKey.objects.count()


def test_people_are_sealed_and_found_again_by_their_keys(order: governance.OrderView, tmp_path: Path) -> None:
    report = imported(tmp_path, order, f"{HEAD}\n{GOOD}\n")

    assert not isinstance(report, Refusal)
    assert (report.rows, report.residents, report.households) == (1, 1, 1)
    with people.as_owner():
        resident = Resident.objects.get()
        stored = bytes(resident.name_sealed) + bytes(resident.id_number_sealed or b"")
    assert "王小明".encode() not in stored and ID.encode() not in stored
    (keys,) = registry.match_keys(
        domain=order.domain, people=[registry.PersonInput(id_number=ID, surname_sound="wang")]
    )
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        (match,) = registry.match_people(domain=order.domain, rows=[registry.MatchRow(7, keys)])
    assert (match.row_number, match.rule, match.resident_id) == (7, "id", resident.id)


def test_the_same_file_again_adds_nobody(order: governance.OrderView, tmp_path: Path) -> None:
    imported(tmp_path, order, f"{HEAD}\n{GOOD}\n")
    before = counted()

    again = imported(tmp_path, order, f"{HEAD}\n{GOOD}\n")

    assert not isinstance(again, Refusal)
    assert (again.residents, again.known) == (0, 1)
    assert counted() == before


def test_a_member_who_comes_later_joins_the_household(order: governance.OrderView, tmp_path: Path) -> None:
    imported(tmp_path, order, f"{HEAD}\n{GOOD}\n")

    imported(tmp_path, order, f"{HEAD}\nR2,王秀英,,,19900000002,,320102003015001,H1\n")

    assert counted()[:2] == (1, 2)


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_register_is_refused_and_nothing_is_imported(
    name: str, order: governance.OrderView, tmp_path: Path
) -> None:
    filename, content, code = FILES[name](HEAD, GOOD)

    outcome = imported(tmp_path, order, content, filename)

    assert isinstance(outcome, Refusal), outcome
    assert outcome.code.startswith(code)
    assert outcome.title and outcome.advice
    assert counted() == (0, 0, 0)


ROWS = {
    "no reference": (",王小明,01,,19900000001,,320102003015001,H9", "resident_ref", "ref_missing"),
    "no household": ("R9,王小明,01,,19900000001,,320102003015001,", "household_ref", "household_missing"),
    "no name": ("R9,,01,,19900000001,,320102003015001,H9", "name", "name_missing"),
    "a wrong check digit": ("R9,王小明,01,110105194912310021,,,320102003015001,H9", "id_number", "id_wrong"),
    "a telephone that is none": ("R9,王小明,,,abc,,320102003015001,H9", "phone", "phone_wrong"),
    "an area that does not exist": ("R9,王小明,,,,,320102003015999,H9", "area_code", "area_unknown"),
    "the same reference twice": ("R1,王小明,,,,,320102003015001,H1", "resident_ref", "ref_twice"),
    "a household in two places": ("R9,王小明,,,,,320102003015002,H1", "household_ref", "household_split"),
    "a formula": ("R9,=1+1,,,,,320102003015001,H9", "name", "formula"),
}


@pytest.mark.parametrize("name", ROWS)
def test_one_bad_row_is_named_and_nothing_is_imported(
    name: str, order: governance.OrderView, tmp_path: Path
) -> None:
    row, column, code = ROWS[name]

    report = imported(tmp_path, order, f"{HEAD}\n{GOOD}\n{row}\n")

    assert not isinstance(report, Refusal)
    assert (3, column, code) in [(problem.row, problem.column, problem.code) for problem in report.problems]
    assert all(str(problem.message) for problem in report.problems)
    assert counted() == (0, 0, 0)


def test_full_width_digits_and_a_country_code_are_read(order: governance.OrderView, tmp_path: Path) -> None:
    wide = ID.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})

    report = imported(
        tmp_path,
        order,
        f"{HEAD}\nR1,王小明,01,{wide},+86 {people.returning_student.phone},,320102003015001,H1\n",
    )

    assert not isinstance(report, Refusal) and report.residents == 1
    assert pack("cn").is_synthetic_id(ID)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_gives_the_same_people(
    encoding: str, order: governance.OrderView, tmp_path: Path
) -> None:
    report = imported(tmp_path, order, f"{HEAD}\n{GOOD}\n".encode(encoding))

    assert not isinstance(report, Refusal) and report.residents == 1


def test_without_an_order_nobody_is_registered(order: governance.OrderView, tmp_path: Path) -> None:
    with people.as_owner():
        EmergencyOrder.objects.update(
            starts_at=clock.now() - timedelta(days=9), ends_at=clock.now() - timedelta(seconds=1)
        )

    outcome = imported(tmp_path, order, f"{HEAD}\n{GOOD}\n")

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert counted() == (0, 0, 0)


def test_a_household_is_opened_by_a_grant_and_by_nothing_else(
    order: governance.OrderView, city: people.City, actor_of: Callable[..., Actor], tmp_path: Path
) -> None:
    imported(tmp_path, order, f"{HEAD}\n{GOOD}\n")
    officer = actor_of("street_officer", city.xinjiekou)
    with people.as_owner():
        household = Household.objects.get()
    seen = []
    with people.acting(officer):
        for reason in ("", "the family asked to be visited"):
            if reason:
                governance.grant_brief(
                    household_id=household.id, area_pos=household.area_pos, purpose="case_finding",
                    basis_id=order.id, reason=reason, by=officer, now=clock.now(),
                )  # fmt: skip
            seen.append(
                registry.access_household(
                    household_id=household.id, purpose="case_finding", by=officer, now=clock.now()
                )
            )

    refused, opened = seen
    assert isinstance(refused, Refusal) and refused.code == "no_grant"
    assert not isinstance(opened, Refusal)
    assert [str(person.name) for person in opened.residents] == ["王**"]
    assert ID not in repr(opened)


def test_a_job_without_its_scope_reads_nobody(order: governance.OrderView, tmp_path: Path) -> None:
    imported(tmp_path, order, f"{HEAD}\n{GOOD}\n")

    with connection.cursor() as cursor:
        cursor.execute("set local role gridward_job")
        cursor.execute("select count(*) from registry_resident")

        assert cursor.fetchone() == (0,)
