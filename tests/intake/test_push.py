"""Outcomes are pushed to the department they belong to: signed, once each, tried again, and never to anybody else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from gridward.dispatch import actions as dispatch
from gridward.dispatch.models import Task
from gridward.intake import signing
from gridward.intake.actions.pushing import deliveries_send
from gridward.intake.models import Delivery
from gridward.kernel import clock, outbox
from gridward.kernel.actor import Actor
from tests import people

CITY = people.city()
HOUSE = "a house key of a drill"


class Receiver(ThreadingHTTPServer):
    """A department's machine: keeps what it is told, and answers as it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/push"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        if status == 0:
            # It died before it answered.
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("location", "http://127.0.0.1:1/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    server = Receiver()
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.WEBHOOK_HOSTS = [f"127.0.0.1:{server.server_port}"]
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def liaison(street: object) -> Client:
    return people.machine_of(people.actor_of("agency_liaison", agency="health"))


def opened(liaison: Client, url: str) -> dict[str, str]:
    answer = liaison.post("/api/v1/webhooks", {"url": url}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def visited(tmp_path: Path, *channels: str) -> None:
    """Let the departments ask about the student, and her worker answer."""
    worker: Actor = people.actor_of("grid_worker", CITY.grid, responsible=True)
    for channel in channels:
        people.send_list(tmp_path, channel, [people.row_about(people.returning_student)])
    with people.as_owner():
        Task.objects.update(released_at=clock.now(), priority="P1")
    with people.acting(worker):
        task = Task.objects.get()
        people_of = {UUID(str(one)) for one in task_people(task)}
        done = dispatch.visit_record(
            task_id=task.id, result="done", outcomes=dict.fromkeys(people_of, "verified_present"),
            reason="", by=worker, now=clock.now(),
        )  # fmt: skip
        assert getattr(done, "state", done) == "closed"
    outbox.drain_all()


def task_people(task: Task) -> list[UUID]:
    from gridward.dispatch.models import TaskSubject

    return list(TaskSubject.objects.filter(task=task).values_list("person_id", flat=True))


def signature_holds(secret: str, head: dict[str, str], body: bytes) -> bool:
    """Check as a receiver does, by the convention and not by our code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(head["webhook-signature"], f"v1,{mac}")


def test_a_department_is_told_of_its_own_rows_and_can_check_who_says_so(
    liaison: Client, receiver: Receiver, tmp_path: Path
) -> None:
    secret = opened(liaison, receiver.url)["secret"]

    visited(tmp_path, "health-list", "police-list")
    arrived = deliveries_send(now=clock.now())

    ((head, body),) = receiver.heard
    told = json.loads(body)
    assert arrived == 1
    assert signature_holds(secret, head, body)
    assert not signature_holds(secret, head, body + b" ")
    assert abs(int(head["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert [(row["row_number"], row["outcome"]) for row in told["rows"]] == [(2, "verified_present")]
    own = liaison.get("/api/v1/returns").json()["items"]
    assert {row["list_id"] for row in told["rows"]} == {own[0]["id"]}
    assert people.returning_student.name.encode() not in body
    (line,) = liaison.get("/api/v1/deliveries").json()["items"]
    assert (line["state"], line["answer"], line["row_count"]) == ("delivered", "204", 1)


def test_what_arrived_is_not_sent_again_and_what_did_not_comes_under_the_same_id(
    liaison: Client, receiver: Receiver, tmp_path: Path
) -> None:
    opened(liaison, receiver.url)
    visited(tmp_path, "health-list")
    receiver.answers = [0, 503, 302, 204]

    for minutes in (0, 2, 8, 60, 600):
        deliveries_send(now=clock.now() + timedelta(minutes=minutes))
        with people.as_owner():
            # The pauses count from now; the drill does not wait for them.
            Delivery.objects.filter(state="waiting").update(next_at=clock.now())

    assert len(receiver.heard) == 4
    assert len({head["webhook-id"] for head, _body in receiver.heard}) == 1
    assert len({body for _head, body in receiver.heard}) == 1


def test_a_push_is_given_up_after_its_pauses_and_can_be_tried_again(
    liaison: Client, receiver: Receiver, tmp_path: Path
) -> None:
    opened(liaison, receiver.url)
    visited(tmp_path, "health-list")
    receiver.answers = [500] * 8

    states = []
    for _try in range(9):
        deliveries_send(now=clock.now())
        with people.as_owner():
            states.append(Delivery.objects.get().state)
            Delivery.objects.filter(state="waiting").update(next_at=clock.now())
    (line,) = liaison.get("/api/v1/deliveries").json()["items"]
    again = liaison.post(f"/api/v1/deliveries/{line['id']}/retry", {}, content_type="application/json")
    deliveries_send(now=clock.now() + timedelta(seconds=1))

    assert states == ["waiting"] * 7 + ["given_up"] * 2
    assert (line["attempts"], line["answer"]) == (8, "500")
    assert again.status_code == 200
    assert liaison.get("/api/v1/deliveries").json()["items"][0]["state"] == "delivered"


def test_a_sender_that_dies_leaves_its_push_to_the_next_one_after_the_lease(
    liaison: Client, receiver: Receiver, tmp_path: Path
) -> None:
    from gridward.intake.actions import pushing

    opened(liaison, receiver.url)
    visited(tmp_path, "health-list")

    # It claimed and was killed.
    assert len(pushing._claimed(clock.now())) == 1
    at_once = deliveries_send(now=clock.now())
    later = deliveries_send(now=clock.now() + signing.LEASE + timedelta(seconds=1))

    assert (at_once, later) == (0, 1)


@pytest.mark.parametrize("how", ["ended", "order_inactive"])
def test_nothing_leaves_after_the_address_or_the_order_ended(
    how: str, liaison: Client, receiver: Receiver, tmp_path: Path
) -> None:
    webhook = opened(liaison, receiver.url)
    visited(tmp_path, "health-list")

    if how == "ended":
        assert liaison.delete(f"/api/v1/webhooks/{webhook['id']}").status_code == 200
    else:
        with people.as_owner():
            from gridward.governance.models import EmergencyOrder

            past = clock.now() - timedelta(seconds=1)
            EmergencyOrder.objects.update(starts_at=past - timedelta(days=3), ends_at=past)
    sent = deliveries_send(now=clock.now())

    assert (sent, receiver.heard) == (0, [])
    with people.as_owner():
        assert list(Delivery.objects.values_list("state", "answer")) == [("given_up", how)]


def test_without_a_webhook_nothing_is_put_down(street: object, tmp_path: Path) -> None:
    visited(tmp_path, "health-list")

    with people.as_owner():
        assert Delivery.objects.count() == 0


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://health.example/push", True),
        ("https://health.example:8443/push", True),
        ("https://health.example:9443/push", False),
        ("http://health.example/push", False),
        ("https://elsewhere.example/push", False),
        ("https://health.example@elsewhere.example/", False),
        ("https://user:secret@health.example/", False),
        ("https://health.example.elsewhere.example/", False),
        ("https://127.0.0.1/", False),
        ("http://127.0.0.1:9000/", True),
        ("http://localhost:9000/", False),
        ("http://[::1]:9000/", False),
        ("file:///etc/passwd", False),
        ("https://health.example:port/", False),
        ("https:///push", False),
        ("", False),
        ("https://health.example/" + "x" * 500, False),
    ],
)
def test_outcomes_are_pushed_to_hosts_that_the_city_named_and_nowhere_else(url: str, may: bool) -> None:
    hosts = ["health.example", "health.example:8443", "127.0.0.1:9000"]

    assert signing.may_push_to(url, hosts) is may


def test_the_pauses_grow_and_end() -> None:
    now = clock.now()

    tries = [signing.next_try(attempts, now) for attempts in range(1, 9)]

    assert tries == [*sorted(tries[:-1], key=lambda at: at or now), None]
    assert sum((at - now for at in tries if at), timedelta()) > timedelta(hours=44)


def test_each_webhook_and_version_has_a_secret_of_its_own() -> None:
    one, other = uuid4(), uuid4()

    secrets = {
        signing.secret_of(HOUSE, one, 1),
        signing.secret_of(HOUSE, one, 2),
        signing.secret_of(HOUSE, other, 1),
    }

    assert len(secrets) == 3
    assert signing.secret_of(HOUSE, one, 1) in secrets


def test_another_department_sees_neither_address_nor_push(
    liaison: Client, receiver: Receiver, tmp_path: Path
) -> None:
    webhook = opened(liaison, receiver.url)
    visited(tmp_path, "health-list")
    police = people.machine_of(people.actor_of("agency_liaison", agency="police"))
    page = people.client_of(people.actor_of("agency_liaison", agency="police")).get("/push")

    assert police.get("/api/v1/webhooks").json()["items"] == []
    assert police.get("/api/v1/deliveries").json()["items"] == []
    assert police.delete(f"/api/v1/webhooks/{webhook['id']}").status_code == 404
    assert receiver.url not in page.content.decode()


def test_the_page_opens_shows_and_ends_an_address(street: object, receiver: Receiver, tmp_path: Path) -> None:
    person = people.client_of(people.actor_of("agency_liaison", agency="health"))

    shown = person.post("/push/open", {"url": receiver.url}).content.decode()
    twice = person.post("/push/open", {"url": receiver.url})
    wrong = person.post("/push/open", {"url": "https://nobody.example/"})
    listed = person.get("/push").content.decode()
    ref = listed.split("/push/")[1].split("/end")[0]

    assert "whsec_" in shown
    assert "whsec_" not in listed
    assert (twice.status_code, wrong.status_code) == (409, 422)
    assert 'value="https://nobody.example/"' in wrong.content.decode()
    assert person.post(f"/push/{ref}/end").status_code == 302
    assert receiver.url not in person.get("/push").content.decode()
