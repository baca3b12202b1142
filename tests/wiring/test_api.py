"""The JSON API: a machine with a token does what its account may, and what a page would refuse is refused alike."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from gridward.dispatch.models import Task
from gridward.kernel import clock, outbox, scope
from gridward.kernel.actor import Actor
from gridward.wiring.api import description
from gridward.workforce import actions, queries
from gridward.workforce.models import LoginSession
from tests import people

CITY = people.city()
HEAD = "姓名,身份证号,手机号,现住址\n"


def csv_of(*rows: tuple[str, ...]) -> bytes:
    return (HEAD + "".join(",".join(row) + "\n" for row in rows)).encode()


def send(machine: Client, content: bytes, channel: str = "health-list", filename: str = "list.csv") -> object:
    return machine.post(
        f"/api/v1/lists?channel={channel}&filename={filename}",
        content,
        content_type="application/octet-stream",
    )


@pytest.fixture
def clerk(street: object) -> Client:
    return people.machine_of(people.actor_of("intake_officer", "3201"))


def keeper_of_tokens() -> Actor:
    return people.actor_of("system_administrator")


# Tokens


def test_without_a_token_nothing_is_said(db: None) -> None:
    answer = Client(headers={"accept-language": "en"}).get("/api/v1/lists")

    assert answer.status_code == 401
    assert answer.json() == {
        "code": "login_required", "title": "You are not signed in.", "advice": "Sign in and try again.", "fields": [],
    }  # fmt: skip


def test_a_cookie_opens_no_operation_and_a_token_no_page(street: object) -> None:
    officer = people.actor_of("intake_officer", "3201")
    person, machine = people.client_of(officer), people.machine_of(officer)

    assert (person.get("/lists").status_code, machine.get("/api/v1/lists").status_code) == (200, 200)
    assert (person.get("/api/v1/lists").status_code, machine.get("/lists").status_code) == (401, 401)


def test_an_ended_token_and_one_past_its_end_open_nothing(street: object) -> None:
    officer = people.actor_of("intake_officer", "3201")
    machine, late = people.machine_of(officer), people.machine_of(officer)
    keeper = keeper_of_tokens()
    with people.as_owner():
        newest = LoginSession.objects.filter(kind="token").order_by("-started_at").first()
        assert newest is not None
        LoginSession.objects.filter(key_hash=newest.key_hash).update(
            expires_at=clock.now() - timedelta(seconds=1)
        )

    with transaction.atomic(), scope.of_session(keeper.session_key):
        (live,) = [one for one in queries.get_tokens(now=clock.now()) if one.handle == officer.handle]
        assert actions.token_end(ref=live.ref, by=keeper, now=clock.now()) is None

    assert machine.get("/api/v1/lists").status_code == 401
    assert late.get("/api/v1/lists").status_code == 401


@pytest.mark.parametrize("role", ["auditor", "privacy_officer", "intake_officer", "grid_worker"])
def test_only_an_administrator_sees_and_issues_tokens_whatever_the_sql(db: None, role: str) -> None:
    area = {"intake_officer": "3201", "grid_worker": CITY.grid}.get(role, "")
    somebody = people.actor_of(role, area)
    people.token_of(people.actor_of("intake_officer", "3201"))

    with transaction.atomic(), scope.of_session(somebody.session_key):
        if role == "grid_worker":
            # Workers cannot even ask: the functions are granted to offices only.
            return
        assert queries.get_tokens(now=clock.now()) == []
        issued = actions.token_issue(
            handle=somebody.handle, label="mine", days=7, by=somebody, now=clock.now()
        )

    assert getattr(issued, "code", "") == "forbidden"


@pytest.mark.parametrize(
    ("days", "label", "code"),
    [(0, "feed", "token_terms"), (91, "feed", "token_terms"), (7, " ", "token_terms")],
)
def test_a_token_has_a_name_and_an_end(db: None, days: int, label: str, code: str) -> None:
    keeper, officer = keeper_of_tokens(), people.actor_of("intake_officer", "3201")

    with transaction.atomic(), scope.of_session(keeper.session_key):
        issued = actions.token_issue(
            handle=officer.handle, label=label, days=days, by=keeper, now=clock.now()
        )

    assert getattr(issued, "code", "") == code


def test_the_page_shows_a_token_once_and_ends_it(db: None) -> None:
    officer = people.actor_of("intake_officer", "3201")
    keeper = people.client_of(keeper_of_tokens())

    shown = keeper.post("/tokens/issue", {"handle": officer.handle, "label": "city feed", "days": "30"})
    token = shown.content.decode().split('value="gw_')[1].split('"')[0]
    later = keeper.get("/tokens").content.decode()
    ref = later.split("/tokens/")[2].split("/end")[0]

    assert "city feed" in later
    assert token not in later
    assert Client(headers={"authorization": f"Bearer gw_{token}"}).get("/api/v1/lists").status_code == 200
    assert keeper.post(f"/tokens/{ref}/end").status_code == 302
    assert Client(headers={"authorization": f"Bearer gw_{token}"}).get("/api/v1/lists").status_code == 401


def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(db: None) -> None:
    keeper = people.client_of(keeper_of_tokens())

    answer = keeper.post("/tokens/issue", {"handle": "nobody-here", "label": "feed", "days": "30"})

    assert answer.status_code == 404
    assert 'value="nobody-here"' in answer.content.decode()


# Lists


def test_a_machine_sends_a_list_and_sees_how_it_adds_up(clerk: Client) -> None:
    content = csv_of(people.row_about(people.returning_student), ("孙大海", "", "", ""))

    sent = send(clerk, content)
    outbox.drain_all()
    known = clerk.get(f"/api/v1/lists/{sent.json()['id']}").json()
    rejects = clerk.get(f"/api/v1/lists/{known['id']}/rejects").json()

    assert (sent.status_code, sent.json()["state"]) == (202, "received")
    assert known["state"] == "resolved"
    assert known["rows"] == known["accepted"] + known["rejected"]
    assert known["accepted"] == known["merged"] + known["new"] + known["waiting"]
    assert [(one["row_number"], one["code"]) for one in rejects["items"]] == [(3, "no_key")]
    assert clerk.get("/api/v1/lists").json()["items"][0]["id"] == known["id"]


def test_the_same_file_again_is_the_same_list(clerk: Client) -> None:
    content = csv_of(people.row_about(people.returning_student))

    first, second = send(clerk, content).json(), send(clerk, content).json()

    assert (first["is_known"], second["is_known"]) == (False, True)
    assert first["id"] == second["id"]


@pytest.mark.parametrize(
    ("content", "channel", "code"),
    [
        (b"", "health-list", "table_empty"),
        ("姓名,手机号,民族\n张三,13800000000,汉\n".encode(), "health-list", "forbidden_column"),
        ("备注\n无\n".encode(), "health-list", "table_header_not_found"),
        (csv_of(("甲", "", "13800000000", "")), "no-such-list", "channel_unknown"),
    ],
)
def test_a_wrong_list_is_refused_with_a_code_in_words(
    clerk: Client, content: bytes, channel: str, code: str
) -> None:
    answer = send(clerk, content, channel=channel)

    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert answer.json()["advice"]


def test_a_body_over_the_limit_is_dropped_while_it_is_read(clerk: Client) -> None:
    answer = send(clerk, HEAD.encode() + b"x" * (65 * 1024 * 1024))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_what_cannot_be_read_is_named_part_by_part(clerk: Client) -> None:
    answer = clerk.get("/api/v1/lists/not-an-id")
    nameless = clerk.post("/api/v1/lists", b"x", content_type="application/octet-stream")

    assert (answer.status_code, answer.json()["code"]) == (422, "form_invalid")
    assert [field["where"] for field in answer.json()["fields"]] == ["path.batch_id"]
    assert [field["where"] for field in nameless.json()["fields"]] == ["query.channel", "query.filename"]


# Review, tasks, outcomes


def test_a_waiting_row_is_decided_and_its_sender_reads_the_outcome(street: object, tmp_path: Path) -> None:
    clerk = people.machine_of(people.actor_of("intake_officer", "3201"))
    sender = people.machine_of(people.actor_of("agency_liaison", agency="health"))
    foreign = people.machine_of(people.actor_of("agency_liaison", agency="police"))
    lost = people.pack("cn").synthetic_id("320199", people.returning_student.born, 78)
    sent = send(clerk, csv_of(("钱无门", lost, "", "南京市玄武区新街口街道"))).json()
    outbox.drain_all()

    (row,) = clerk.get("/api/v1/review").json()["items"]
    case = clerk.get(f"/api/v1/review/{row['id']}").json()
    decision = {"decision": "reject", "reason": "no such door in this street"}
    decided = clerk.post(f"/api/v1/review/{row['id']}/decision", decision, content_type="application/json")
    again = clerk.post(f"/api/v1/review/{row['id']}/decision", decision, content_type="application/json")
    outcomes = sender.get(f"/api/v1/returns/{sent['id']}").json()["items"]

    assert (row["name"], row["reason"], case["candidates"]) == ("钱**", "unplaced", [])
    assert lost not in json.dumps([row, case])
    assert (decided.status_code, decided.json()["state"]) == (200, "closed")
    assert again.json()["code"] == "clue_decided"
    assert [(one["row_number"], one["outcome"]) for one in outcomes] == [(2, "out_of_scope")]
    assert foreign.get(f"/api/v1/returns/{sent['id']}").status_code == 404
    assert sender.get("/api/v1/lists").json()["code"] == "forbidden"


def test_a_visit_is_recorded_once_however_often_it_comes(street: object, tmp_path: Path) -> None:
    worker = people.actor_of("grid_worker", CITY.grid, responsible=True)
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), priority="P1")
    phone = people.machine_of(worker)

    (line,) = phone.get("/api/v1/today").json()["items"]
    task = phone.get(f"/api/v1/today/{line['id']}").json()
    said = {
        "ask": str(uuid4()),
        "result": "done",
        "outcomes": {person["person_id"]: "verified_present" for person in task["people"]},
    }
    answers = [
        phone.post(f"/api/v1/today/{line['id']}/visit", said, content_type="application/json")
        for _ in range(2)
    ]

    assert task["people"][0]["name"].endswith("*")
    assert [(one.status_code, one.json()["state"]) for one in answers] == [(200, "closed"), (200, "closed")]
    assert phone.get("/api/v1/today").json()["items"] == []


# Description


def test_the_description_names_every_operation_and_its_refusals() -> None:
    paths = json.loads(description())["paths"]

    assert {"get", "post"} == set(paths["/api/v1/lists"])
    for operations in paths.values():
        for one in operations.values():
            assert {"401", "403", "404", "422"} <= set(one["responses"])
            assert one["summary"].endswith((".", ";")) or "." in one["description"]
            # Whoever enrols a phone carries no token yet; whoever asks how it stands says so in words of its own.
            assert one.get("security") or one["operationId"] in ("enrol", "standing")
