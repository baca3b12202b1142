"""A roster makes accounts, assignments and sealed profiles, all or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM, Actor
from gridward.kernel.models import LedgerEntry
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
        ("W3,王五,19900000003,full_time,320102003015001,grid_worker,w1,no", "handle_taken"),
        ("W3,王五,19900000003,full_time,320102003015001,grid_worker,,no", "handle_wrong"),
        ("W3,王五,19900000003,full_time,320102003015001,grid_worker,w 3,no", "handle_wrong"),
        (",王五,19900000003,full_time,320102003015001,grid_worker,w3,no", "ref_missing"),
        ("W3,=1+1,19900000003,full_time,320102003015001,grid_worker,w3,no", "formula"),
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


def test_a_row_with_many_faults_names_them_all_and_the_report_is_in_order(
    city: people.City, tmp_path: Path
) -> None:
    report = imported(
        tmp_path, "W9,,abc,sometimes,320102003,emperor,w 9,no", FIRST, "W1,,x,full_time,1,grid_worker,w1,yes"
    )

    assert not isinstance(report, Refusal)
    found = [(problem.row, problem.column) for problem in report.problems]
    assert found == sorted(found)
    assert {column for row, column in found if row == 2} == {"name", "phone", "employment", "role", "handle"}
    assert {column for row, column in found if row == 4} == {
        "worker_ref", "name", "phone", "area_code", "handle"
    }  # fmt: skip
    assert all(str(problem.message).endswith(".") for problem in report.problems)


def test_a_grid_that_is_answered_for_takes_no_second_responsible_worker_from_another_file(
    city: people.City, tmp_path: Path
) -> None:
    imported(tmp_path, FIRST)

    report = imported(tmp_path, "W3,王五,19900000003,full_time,320102003015001,grid_worker,w3,yes", FIRST)

    assert not isinstance(report, Refusal)
    assert [(problem.row, problem.code) for problem in report.problems] == [(2, "two_responsible")]
    assert not Account.objects.filter(handle="w3").exists()


def test_a_name_taken_by_an_account_that_is_no_worker_is_taken(city: people.City, tmp_path: Path) -> None:
    workforce.account_create(handle="w1", password=None, by=SYSTEM, now=clock.now())

    report = imported(tmp_path, FIRST, SECOND)

    assert not isinstance(report, Refusal)
    assert [(problem.row, problem.code) for problem in report.problems] == [(2, "handle_taken")]
    assert not Account.objects.filter(handle="w2").exists()


def test_a_longer_roster_adds_who_is_new_and_leaves_who_is_known_as_they_are(
    city: people.City, tmp_path: Path
) -> None:
    imported(tmp_path, FIRST)
    moved = "W1,改名人,19900000009,part_time,320102003015002,grid_worker,other-handle,yes"

    report = imported(tmp_path, moved, SECOND)

    assert not isinstance(report, Refusal)
    assert (report.rows, report.workers, report.known, list(report.problems)) == (2, 1, 1, [])
    assert set(Account.objects.filter(handle__in=("w1", "w2", "other-handle")).values_list("handle", flat=True)) == {
        "w1", "w2"
    }  # fmt: skip
    assert opened("W1") == ("张三丰", "19900000001")
    pos = city.pos(city.grid)
    assert workforce.get_handles(workforce.responsible_workers([pos]).values()).popitem()[1] == "w1"


def opened(ref: str) -> tuple[str, str | None]:
    """Return the name and the telephone of a worker, by the owner, with the keys of the domain."""
    with people.as_owner(), connection.cursor() as cursor:
        profile = WorkerProfile.objects.get(worker_ref=ref)
        cursor.execute("select wrapped from kernel_datakey where id = %s", [profile.data_key])
        sealer = governance.sealer("standing")
        key = sealer.unwrap(profile.data_key, cursor.fetchone()[0])
        place = ("workforce_workerprofile", profile.account_id)
        name, phone = sealer.open_many(
            [
                (blob, place[0], column, place[1])
                for column, blob in (
                    ("name_sealed", profile.name_sealed),
                    ("phone_sealed", profile.phone_sealed),
                )
            ],
            {key.id: key},
        )
    assert name is not None
    return name, phone


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+86 199 0000 0001", "19900000001"),
        ("１９９００００００００１", None),
        ("１９９０００００００１", "19900000001"),
        ("", None),
    ],
)
def test_a_telephone_is_kept_as_it_is_dialled(
    written: str, kept: str | None, city: people.City, tmp_path: Path
) -> None:
    report = imported(tmp_path, FIRST.replace("19900000001", written))

    assert not isinstance(report, Refusal)
    if written and kept is None:
        assert [problem.code for problem in report.problems] == ["phone_wrong"]
    else:
        assert not report.problems
        assert opened("W1")[1] == kept


def test_chinese_column_names_and_any_usual_encoding_are_read(city: people.City, tmp_path: Path) -> None:
    head = "工号,姓名,手机号,用工类型,网格编码,角色,账号,责任人"
    for number, encoding in enumerate(("utf-8-sig", "gb18030", "utf-16")):
        path = tmp_path / f"{encoding}.csv"
        line = FIRST.replace("W1", f"E{number}").replace(",w1,", f",e{number},").replace("yes", "否")
        path.write_bytes(f"{head}\n{line}\n".encode(encoding))

        report = workforce.roster_import(path=path, filename=path.name, by=SYSTEM, now=clock.now())

        assert not isinstance(report, Refusal), encoding
        assert (report.workers, list(report.problems)) == (1, [])
        assert opened(f"E{number}")[0] == "张三丰"


@pytest.mark.parametrize(
    ("word", "is_responsible"), [("是", True), ("YES", True), ("1", True), ("", False), ("否", False)]
)
def test_who_is_responsible_is_said_in_a_word(
    word: str, is_responsible: bool, city: people.City, tmp_path: Path
) -> None:
    imported(tmp_path, FIRST.replace("yes", word))

    assert bool(workforce.responsible_workers([city.pos(city.grid)])) is is_responsible


def test_the_ledger_has_the_import_with_its_counts_and_nobodys_name(
    city: people.City, tmp_path: Path
) -> None:
    imported(tmp_path, FIRST, SECOND)
    imported(tmp_path, FIRST, SECOND, SECOND)

    with people.as_owner():
        entries = list(LedgerEntry.objects.filter(action="roster.import").values_list("detail", flat=True))
    assert len(entries) == 1, "a file with problems imported nothing"
    assert json.loads(entries[0]) == {"rows_count": 2, "workers_count": 2}


def test_an_import_that_is_cut_off_leaves_nothing_half_made(city: people.City, tmp_path: Path) -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "create function cut_off() returns trigger language plpgsql as"
            " $$ begin raise exception 'cut off'; end $$;"
            "create trigger cut_off before insert on workforce_workerprofile for each row execute function cut_off()"
        )

    with pytest.raises(DatabaseError, match="cut off"), transaction.atomic():
        imported(tmp_path, FIRST, SECOND)

    assert not Account.objects.filter(handle__in=("w1", "w2")).exists()
    assert workforce.responsible_workers([city.pos(city.grid)]) == {}
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select count(*) from kernel_datakey where domain = 'standing'")
        assert cursor.fetchone() == (0,)
        cursor.execute("drop trigger cut_off on workforce_workerprofile")
    assert not isinstance(imported(tmp_path, FIRST, SECOND), Refusal)
    assert Account.objects.filter(handle__in=("w1", "w2")).count() == 2


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
