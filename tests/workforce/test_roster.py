"""A roster makes accounts, assignments and sealed profiles, all or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.outcomes import Refusal
from gridward.workforce import api as workforce
from gridward.workforce.models import Account, WorkerProfile
from tests import people
from tests.malformed import FILES

pytestmark = pytest.mark.django_db

HEADER = "worker_ref,name,phone,employment,area_code,role,handle,responsible"
FIRST = "W1,张三丰,19900000001,full_time,320102003015001,grid_worker,w1,yes"
SECOND = "W2,李四光,19900000002,part_time,320102003015001,grid_worker,w2,no"


def imported(tmp_path: Path, *lines: str) -> workforce.RosterReport | Refusal:
    path = tmp_path / "roster.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return workforce.roster_import(path=path, filename=path.name, by=SYSTEM, now=clock.now())


def test_a_clean_roster_makes_one_responsible_worker(city: people.City, tmp_path: Path) -> None:
    report = imported(tmp_path, FIRST, SECOND)

    assert not isinstance(report, Refusal)
    assert (report.rows, report.workers, list(report.problems)) == (2, 2, [])
    responsible = workforce.responsible_workers([city.pos(city.grid)])
    assert workforce.get_handles(responsible.values()) == {responsible[city.pos(city.grid)]: "w1"}


def test_names_and_phones_are_sealed_in_the_standing_domain(city: people.City, tmp_path: Path) -> None:
    imported(tmp_path, FIRST)

    with people.as_owner():
        profile = WorkerProfile.objects.get(worker_ref="W1")
        with connection.cursor() as cursor:
            cursor.execute("select wrapped, domain from kernel_datakey where id = %s", [profile.data_key])
            wrapped, domain = cursor.fetchone()
    assert domain == "standing"
    assert "张三丰".encode() not in bytes(profile.name_sealed)
    sealer = governance.sealer("standing")
    key = sealer.unwrap(profile.data_key, wrapped)
    opened = sealer.open_(
        key,
        profile.name_sealed,
        table="workforce_workerprofile",
        column="name_sealed",
        row_id=profile.account_id,
    )
    assert opened == "张三丰"


def test_the_same_roster_again_changes_nothing(city: people.City, tmp_path: Path) -> None:
    imported(tmp_path, FIRST, SECOND)

    again = imported(tmp_path, FIRST, SECOND)

    assert not isinstance(again, Refusal)
    assert (again.workers, again.known, list(again.problems)) == (0, 2, [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("W1,张三丰,19900000001,full_time,320102003015001,grid_worker,other,no", "ref_twice"),
        ("W3,,19900000001,full_time,320102003015001,grid_worker,w3,no", "name_missing"),
        ("W3,王五,abc,full_time,320102003015001,grid_worker,w3,no", "phone_wrong"),
        ("W3,王五,19900000003,sometimes,320102003015001,grid_worker,w3,no", "employment_wrong"),
        ("W3,王五,19900000003,full_time,320102003015999,grid_worker,w3,no", "area_wrong"),
        ("W3,王五,19900000003,full_time,320102003015,grid_worker,w3,no", "area_wrong"),
        ("W3,王五,19900000003,full_time,320102003015001,emperor,w3,no", "role_wrong"),
        ("W3,王五,19900000003,full_time,320102003015001,auditor,w3,no", "role_wrong"),
        ("W3,王五,19900000003,full_time,320102003015001,grid_worker,w3,yes", "two_responsible"),
    ],
)
def test_one_bad_row_and_nothing_is_imported(city: people.City, tmp_path: Path, line: str, code: str) -> None:
    report = imported(tmp_path, FIRST, line)

    assert not isinstance(report, Refusal)
    assert [(problem.row, problem.code) for problem in report.problems] == [(3, code)]
    assert not Account.objects.filter(handle="w1").exists()


def test_a_centre_sees_profiles_of_its_own_area_only(
    city: people.City, tmp_path: Path, actor_of: Callable[..., Actor]
) -> None:
    imported(tmp_path, FIRST)
    seen = {}
    for area in (city.xinjiekou, "320104001"):
        officer = actor_of("street_officer", area)
        with people.acting(officer):
            seen[area] = WorkerProfile.objects.count()

    assert seen == {city.xinjiekou: 1, "320104001": 0}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_roster_is_refused_and_nobody_is_made(
    name: str, city: people.City, tmp_path: Path
) -> None:
    filename, content, code = FILES[name](HEADER, FIRST)
    path = tmp_path / filename
    path.write_bytes(content)

    outcome = workforce.roster_import(path=path, filename=filename, by=SYSTEM, now=clock.now())

    assert isinstance(outcome, Refusal), outcome
    assert outcome.code.startswith(code)
    assert not Account.objects.filter(handle="w1").exists()
