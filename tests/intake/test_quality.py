"""What a department gets back about how good its lists were: each row once, its own channels only, and nobody."""

import csv
import io
import json
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.utils.timezone import localtime

from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Batch, Clue
from gridward.intake.reckoning import CLASSES, Period
from gridward.intake.rules import GIVEN_BACK
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.wiring.commands import runner

pytestmark = pytest.mark.django_db
STUDENT, MOTHER, ACROSS = people.returning_student, people.students_mother, people.neighbour_across
NOWHERE = ("赵无处", "", "15499999999", "")
SHORT_ID = (ACROSS.name, "3201", ACROSS.phone, ACROSS.address)


def liaison(agency: str) -> Actor:
    return people.actor_of("agency_liaison", agency=agency)


def officer() -> Actor:
    return people.actor_of("city_officer", "3201")


def quality(actor: Actor, code: str, period: Period | None = None) -> intake.Quality:
    """What one channel gets back, as the real role reads it; its lists add up to it."""
    with people.acting(actor):
        whole = intake.get_channel_qualities(period or Period(), by=actor, channel_code=code)
        parts = intake.get_list_qualities(period or Period(), by=actor, channel_code=code)
    found = whole[0].quality if whole else intake.Quality()
    assert found.lists == len(parts) and found.rows == sum(one.quality.rows for one in parts)
    for name in CLASSES:
        assert found.classes.get(name, 0) == sum(one.quality.classes[name] for one in parts), name
    return found


def said(found: intake.Quality) -> dict[str, int]:
    return {name: count for name, count in found.classes.items() if count}


def answer(report: intake.BatchReport, row: int, outcome: str, reason: str = "") -> None:
    with people.as_owner():
        Clue.objects.filter(batch_id=report.batch_id, row_number=row).update(
            state="closed", outcome=outcome, outcome_at=clock.now(), outcome_reason=reason
        )


@pytest.fixture
def asked(street: governance.OrderView, tmp_path: Path) -> dict[str, intake.BatchReport]:
    """Health names the student twice in a list and again in its next one; the police ask after the student too."""
    twice = [people.row_about(STUDENT), people.row_about(MOTHER), people.row_about(STUDENT)]
    return {
        "first": people.send_list(tmp_path, "health-list", [*twice, ("", "", "13900000000", "")]),
        "police": people.send_list(tmp_path, "police-list", [people.row_about(STUDENT), NOWHERE]),
        "second": people.send_list(
            tmp_path, "health-list", [people.row_about(STUDENT), SHORT_ID, people.row_about(STUDENT)]
        ),
    }


def test_a_repeat_counts_as_one_whoever_else_asked(asked: dict[str, intake.BatchReport]) -> None:
    health, police = quality(officer(), "health-list"), quality(officer(), "police-list")

    assert (health.lists, health.rows) == (2, 7)
    assert said(health) == {"rejected": 1, "list_repeat": 2, "channel_repeat": 1, "open": 3}
    assert health.rejects == {"name_missing": 1}
    assert health.beside == {"id_unusable": 1, "phone_unusable": 0, "unplaced": 0, "others": 0}
    assert said(police) == {"open": 2}
    assert police.beside["others"] == 1, "the police do not repeat themselves: the others had asked"


RAISED = {
    "verified_present": "checked", "verified_absent": "checked", "referred_medical": "checked", "moved": "moved",
    "wrong_person": "wrong_person", "unreachable": "unreachable", "refused": "refused",
    "out_of_scope": "out_of_scope", "no_concern": "out_of_scope", "data_wrong": "data_wrong",
    "no_resident": "no_resident", "place_unknown": "place_unknown", "named_twice": "list_repeat",
    "duplicate": "list_repeat",
}  # fmt: skip


@pytest.mark.parametrize("code", RAISED)
def test_an_answer_raises_its_count_for_its_sender_and_nobody_else(
    code: str, asked: dict[str, intake.BatchReport]
) -> None:
    before = quality(liaison("health"), "health-list")
    reason = code if code in GIVEN_BACK else ""

    answer(asked["first"], 3, "out_of_scope" if reason else code, reason)

    after = quality(liaison("health"), "health-list")
    changed = {name: after.classes[name] - before.classes[name] for name in CLASSES}
    assert {name: one for name, one in changed.items() if one} == {RAISED[code]: 1, "open": -1}
    assert said(quality(liaison("police"), "police-list")) == {"open": 2}


def test_the_answer_of_a_repeat_raises_nothing(asked: dict[str, intake.BatchReport]) -> None:
    before = quality(officer(), "health-list")

    answer(asked["first"], 4, "wrong_person")
    answer(asked["second"], 2, "moved")

    assert quality(officer(), "health-list") == before


def test_a_correction_moves_no_row_and_taking_an_answer_back_opens_it(
    asked: dict[str, intake.BatchReport],
) -> None:
    answer(asked["first"], 3, "out_of_scope", "data_wrong")
    given_back = quality(officer(), "health-list")
    answer(asked["first"], 3, "out_of_scope", "data_wrong,corrected_name")
    corrected = quality(officer(), "health-list")
    with people.as_owner():
        Clue.objects.filter(batch_id=asked["first"].batch_id, row_number=3).update(
            state="waiting", outcome="", outcome_reason="", person_id=None
        )

    assert said(given_back)["data_wrong"] == 1 and corrected == given_back
    assert "data_wrong" not in said(quality(officer(), "health-list"))


def test_a_period_holds_both_its_days(asked: dict[str, intake.BatchReport]) -> None:
    with people.as_owner():
        early = Batch.objects.get(id=asked["first"].batch_id)
        Batch.objects.filter(id=early.id).update(received_at=early.received_at - timedelta(days=3))
    today = localtime(clock.now()).date()
    then = today - timedelta(days=3)
    rows = {
        Period(): 7,
        Period(then, then): 4,
        Period(today): 3,
        Period(None, then): 4,
        Period(then, today): 7,
        Period(then + timedelta(days=1), today - timedelta(days=1)): 0,
    }
    assert {period: quality(officer(), "health-list", period).rows for period in rows} == rows


def test_a_department_reads_no_channel_but_its_own(asked: dict[str, intake.BatchReport]) -> None:
    stranger = liaison("transport")

    with people.acting(stranger):
        assert intake.get_channel_qualities(Period(), by=stranger) == []
        assert intake.get_list_qualities(Period(), by=stranger, channel_code="health-list") == []
        refused = intake.access_channel("health-list", by=stranger)
    client = people.client_of(stranger)
    machine = people.machine_of(stranger)

    assert isinstance(refused, Refusal) and refused.code == "not_found"
    for code in ("health-list", "no-such-list"):
        assert client.get(f"/quality/{code}").status_code == 404
        assert client.get(f"/quality.csv?channel={code}").status_code == 404
        assert machine.get(f"/api/v1/quality/{code}").status_code == 404
    assert client.get("/quality/transport-list").status_code == 200
    assert machine.get("/api/v1/quality").json() == {"items": [], "next": ""}


def test_whom_others_asked_about_is_no_departments_business(asked: dict[str, intake.BatchReport]) -> None:
    actor = liaison("police")

    assert "others" not in quality(actor, "police-list").beside
    assert b"others" not in people.client_of(actor).get("/quality.csv").content
    assert b"Others had asked" not in people.client_of(actor).get("/quality/police-list").content
    with (
        people.acting(actor),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        list(Batch.objects.values_list("merged_count"))
    with (
        people.acting(actor),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        list(Clue.objects.values_list("repeats"))


@pytest.mark.parametrize(
    ("role", "area"), [("grid_worker", "320102003015001"), ("street_officer", "320102003")]
)
def test_who_sends_no_lists_and_takes_none_in_has_no_page(role: str, area: str, street: object) -> None:
    client = people.client_of(people.actor_of(role, area))

    assert client.get("/quality").status_code == 403
    assert client.get("/quality.csv").status_code == 403


def numbers_of(page: str, table: str) -> list[list[str]]:
    body = page.split(f'id="{table}"', 1)[1].split("<tbody", 1)[1].split("</tbody>")[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr")[1:]]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows]


def page_of(client: Client, url: str, language: str) -> str:
    client.cookies["django_language"] = language
    return client.get(url).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_page_says_every_class_once_and_what_counts(
    language: str, asked: dict[str, intake.BatchReport]
) -> None:
    answer(asked["first"], 3, "unreachable")
    client = people.client_of(liaison("health"))

    overview, page = page_of(client, "/quality", language), page_of(client, "/quality/health-list", language)

    classes = numbers_of(page, "classes")
    assert [int(row[1]) for row in classes] == list(
        quality(liaison("health"), "health-list").classes.values()
    )
    assert len({row[0] for row in classes}) == len({row[3] for row in classes}) == len(CLASSES)
    assert "police" not in overview + page
    (row,) = numbers_of(overview, "channels")
    assert row[1:] == ["2", "7", "1", "1", "3", "0", "0", "2"]
    assert len(numbers_of(page, "lists")) == 2
    words = {"en": "What counts", "zh-hans": "名单质量", "zh-hant": "名單質量"}[language]
    assert words in page
    assert STUDENT.name not in page and STUDENT.id_number not in page and STUDENT.phone not in page
    assert "/quality" in page_of(client, "/returns", language)


def test_the_centre_comes_from_its_channels_and_sees_all(asked: dict[str, intake.BatchReport]) -> None:
    client = people.client_of(officer())

    assert 'href="/quality"' in page_of(client, "/channels", "en")
    assert len(numbers_of(page_of(client, "/quality", "en"), "channels")) == 2
    assert "Others had asked" in page_of(client, "/quality/police-list", "en")


@pytest.mark.parametrize("url", ["/quality", "/quality/health-list"])
def test_where_nothing_came_in_the_page_says_so(url: str, street: object) -> None:
    client = people.client_of(liaison("health"))

    assert "No list came in then." in page_of(client, url, "en")
    assert "这段时间没有收到名单" in page_of(client, url, "zh-hans")


@pytest.mark.parametrize("query", ["from=tomorrow", "from=2026-11-28&to=2026-11-27", "to=2026-13-01"])
def test_days_that_are_none_are_refused_in_words(query: str, street: object) -> None:
    client, machine = people.client_of(liaison("health")), people.machine_of(liaison("health"))

    for url in ("/quality", "/quality/health-list", "/quality.csv"):
        assert client.get(f"{url}?{query}").status_code == 422
    assert machine.get(f"/api/v1/quality?{query}").json()["code"] == "period_wrong"
    assert machine.get(f"/api/v1/quality/health-list?{query}").json()["code"] == "period_wrong"


def file_of(client: Client, query: str = "") -> list[dict[str, str]]:
    content = client.get(f"/quality.csv{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_file_adds_up_is_in_the_ledger_and_is_no_formula(asked: dict[str, intake.BatchReport]) -> None:
    answer(asked["second"], 3, "wrong_person")
    with people.as_owner():
        Batch.objects.filter(id=asked["second"].batch_id).update(filename='=HYPERLINK("http://x")')

    rows = file_of(people.client_of(liaison("health")), "?channel=health-list")

    assert [row["list_id"] for row in rows] == [str(asked["second"].batch_id), str(asked["first"].batch_id)]
    assert rows[0]["filename"].startswith("'=") and rows[0]["wrong_person"] == "1"
    assert rows[1]["rejected"] == rows[1]["rejected_name_missing"] == "1"
    for row in rows:
        assert sum(int(row[name]) for name in CLASSES) == int(row["rows"])
    assert {row["channel"] for row in file_of(people.client_of(officer()))} == {"health-list", "police-list"}
    assert file_of(people.client_of(officer()), "?to=2020-01-01") == []
    with people.as_owner():
        entries = LedgerEntry.objects.filter(action="quality.export").order_by("id")
        assert [json.loads(entry.detail)["count"] for entry in entries] == [2, 3, 0]


def test_a_machine_reads_the_same_numbers(asked: dict[str, intake.BatchReport]) -> None:
    machine = people.machine_of(liaison("health"))
    found = quality(liaison("health"), "health-list")

    (item,) = machine.get("/api/v1/quality?from=2020-01-01").json()["items"]
    pages = machine.get("/api/v1/quality/health-list").json()

    assert item["channel_code"] == "health-list" and item["lists"] == 2
    assert item["quality"] == {
        "rows": 7, "classes": dict(found.classes), "rejects": {"name_missing": 1}, "beside": dict(found.beside),
    }  # fmt: skip
    assert [one["quality"]["rows"] for one in pages["items"]] == [3, 4] and pages["next"] == ""


def test_a_command_tells_the_same_and_asks_for_the_right(
    asked: dict[str, intake.BatchReport], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runner(monkeypatch, capsys)
    health, city = liaison("health").handle, officer().handle
    worker = people.actor_of("grid_worker", "320102003015001").handle

    own = run("intake", "quality", "--channel", "health-list", "--as", health, "--json").answer
    all_ = run("intake", "quality", "--as", city, "--json").answer

    assert own["channels"][0]["classes"] == dict(quality(liaison("health"), "health-list").classes)
    assert [one["rows"] for one in own["lists"]] == [3, 4]
    assert [one["channel"] for one in all_["channels"]] == ["health-list", "police-list"]
    none = run("intake", "quality", "--to", "2020-01-01", "--as", city, "--json").answer
    assert none == {"channels": [], "lists": []}
    assert run("intake", "quality", "--channel", "police-list", "--as", health).exit_code == 3
    assert run("intake", "quality", "--from", "2026-11-28", "--to", "2026-11-01", "--as", city).exit_code == 3
    assert run("intake", "quality", "--as", worker).exit_code == 3


def test_the_database_holds_that_repeats_are_merged_rows(asked: dict[str, intake.BatchReport]) -> None:
    with people.as_owner(), transaction.atomic(), pytest.raises(Exception, match="repeats_are_merged"):
        Batch.objects.filter(id=asked["first"].batch_id).update(list_repeat_count=9)
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select repeats, count(*) from intake_clue group by 1 order by 1")
        assert cursor.fetchall() == [("", 5), ("channel", 1), ("list", 2)]


def test_what_came_in_before_is_counted_as_what_comes_in_now(asked: dict[str, intake.BatchReport]) -> None:
    answer(asked["first"], 3, "out_of_scope", "data_wrong")
    answer(asked["police"], 2, "moved")
    before = {code: quality(officer(), code) for code in ("health-list", "police-list")}
    migration = import_module("gridward.intake.migrations.0015_quality")
    with people.as_owner(), connection.cursor() as cursor:
        Clue.objects.update(repeats="")
        Batch.objects.update(**dict.fromkeys(migration.NUMBERS, 0), reject_counts={})
        connection.check_constraints()

        cursor.execute(migration.BEFORE)

    assert {code: quality(officer(), code) for code in before} == before


def test_a_stranger_is_a_repeat_of_the_channel_that_named_them(
    street: governance.OrderView, tmp_path: Path
) -> None:
    stranger = ("赵大年", "", "15400000901", STUDENT.address.replace("101室", "301室"))
    reports = [
        people.send_list(tmp_path, channel, [stranger, *more])
        for channel, more in (
            ("health-list", []), ("police-list", []), ("police-list", [stranger]), ("health-list", [NOWHERE])
        )
    ]  # fmt: skip

    with people.as_owner():
        named = [
            list(Clue.objects.filter(batch_id=one.batch_id, person_id__isnull=False).order_by("row_number")
                 .values_list("count_state", "repeats"))
            for one in reports
        ]  # fmt: skip
        assert not Clue.objects.exclude(resident_id=None).exists()
    assert named == [
        [("new", "")],
        [("merged", "")],
        [("merged", "channel"), ("merged", "list")],
        [("merged", "channel")],
    ]
