"""The people behind the accounts, as the real database roles meet them: sealed, in range, and added but never read."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.kernel.sealing import SealBroken
from gridward.workforce import api as workforce
from tests import people

pytestmark = pytest.mark.django_db

CITY = people.city()
NAMES = ("张三丰", "李四光", "王五行")
LINES = (
    "worker_ref,name,phone,employment,area_code,role,handle,responsible",
    "W1,张三丰,19900000001,full_time,320102003015001,grid_worker,w1,yes",
    "W2,李四光,19900000002,part_time,320102003011001,grid_worker,w2,no",
    "W3,王五行,19900000003,full_time,320104001001001,grid_worker,w3,no",
)


@pytest.fixture
def roster(city: people.City, tmp_path: Path) -> None:
    """Three workers: in the grid, in another community of the street, in another district."""
    path = tmp_path / "roster.csv"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    report = workforce.roster_import(path=path, filename=path.name, by=SYSTEM, now=clock.now())
    assert not isinstance(report, Refusal) and report.workers == 3, report


#: Whose session sees which profiles; None where the database denies the table itself.
SEEN: dict[tuple[str, str], set[str] | None] = {
    ("city_officer", CITY.city): {"W1", "W2", "W3"},
    ("district_officer", CITY.xuanwu): {"W1", "W2"},
    ("district_officer", CITY.qinhuai): {"W3"},
    ("street_officer", CITY.xinjiekou): {"W1", "W2"},
    ("community_officer", CITY.chengxianjie): {"W1"},
    ("grid_worker", CITY.grid): {"W1"},
    ("grid_worker", CITY.next_grid): set(),
    ("issuing_officer", ""): set(),
    ("agency_liaison", ""): None,
    ("auditor", ""): None,
    ("privacy_officer", ""): None,
    ("system_administrator", ""): None,
}


@pytest.mark.parametrize(("role", "area"), SEEN)
def test_a_profile_is_met_in_the_own_area_or_not_at_all(role: str, area: str, roster: None) -> None:
    actor = people.actor_of(role, area, agency="health" if role == "agency_liaison" else "")
    seen: set[str] | None = None
    blobs = b""

    try:
        with transaction.atomic(), people.acting(actor), connection.cursor() as cursor:
            cursor.execute("select worker_ref, name_sealed, phone_sealed from workforce_workerprofile")
            rows = cursor.fetchall()
            seen = {ref for ref, _name, _phone in rows}
            blobs = b"".join(bytes(name) + bytes(phone) for _ref, name, phone in rows)
    except DatabaseError as error:
        assert "permission denied" in str(error)

    assert seen == SEEN[role, area]
    assert not any(name.encode() in blobs for name in NAMES) and b"199000000" not in blobs


CHANGES = {
    "rename": "update workforce_workerprofile set worker_ref = 'X'",
    "delete": "delete from workforce_workerprofile",
    "empty": "truncate workforce_workerprofile",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("role", "area"), [("city_officer", CITY.city), ("grid_worker", CITY.grid), ("auditor", "")]
)
def test_nobody_changes_a_profile(role: str, area: str, change: str, roster: None) -> None:
    actor = people.actor_of(role, area)

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        people.acting(actor),
        connection.cursor() as cursor,
    ):
        cursor.execute(CHANGES[change])


def test_the_application_itself_adds_profiles_and_reads_none(roster: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("gridward_app",)

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select count(*) from workforce_workerprofile")


def test_whether_a_reference_is_known_is_all_the_application_learns(roster: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select ref, workforce_ref_known(ref) from unnest(array['W1', 'W4', '', 'w1', 'W%%']) ref", []
        )

        assert dict(cursor.fetchall()) == {"W1": True, "W4": False, "": False, "w1": False, "W%": False}


def test_a_sealed_name_opens_in_its_own_row_and_column_only(roster: None) -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "select p.account_id, p.name_sealed, p.phone_sealed, k.id, k.wrapped from workforce_workerprofile p"
            " join kernel_datakey k on k.id = p.data_key order by worker_ref"
        )
        (first, name, phone, key_id, wrapped), (second, *_rest), _third = cursor.fetchall()
    sealer = governance.sealer("standing")
    key = sealer.unwrap(key_id, wrapped)
    table = "workforce_workerprofile"

    assert sealer.open_(key, name, table=table, column="name_sealed", row_id=first) == "张三丰"
    for column, blob, row in (
        ("phone_sealed", name, first),
        ("name_sealed", phone, first),
        ("name_sealed", name, second),
    ):
        with pytest.raises(SealBroken) as caught:
            sealer.open_(key, blob, table=table, column=column, row_id=row)
        assert "张三丰" not in repr(caught.value)


def test_the_accounts_beside_them_carry_no_person(roster: None) -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "select (select string_agg(a::text, '') from workforce_account a)"
            " || (select string_agg(a::text, '') from workforce_assignment a)"
            " || (select coalesce(string_agg(e::text, ''), '') from kernel_ledgerentry e)"
        )
        (everything,) = cursor.fetchone()

    assert "w1" in everything
    assert [word for word in (*NAMES, "199000000") if word in everything] == []
