"""
A loopback house that a handheld talks with: the field room's answers without the rooms behind them.

It holds the built app to the house's own policy and to the proof, and it can misbehave: lose an answer after it took
the records in, answer half, fail, refuse everything, turn its clock.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from gridward.field import queries, rules
from gridward.field.web.handheld import FOLDER
from gridward.kernel.outcomes import Refusal
from gridward.territory.rules.plates import mark_of
from gridward.wiring.headers import headers_at
from tests.handheld.fake_forms import FakeForms
from tests.handheld.fake_talk import TALKS, FakeTalk

CODE = "a-code-good-once"
#: What stands on the plates of the doors 502, and of 1403 and 1501, which is one door here.
PLATES = ("7G0Q4M1ZK9RW", "000ABC111XYZ")
TOKEN = "gd_token-of-the-fake-house"
KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}
REFUSED = {
    "code": "task_released",
    "title": "This task is released already.",
    "advice": "Nothing needs to be done.",
}
STRANGE = {"code": "cursor_wrong", "title": "This cannot be read.", "advice": "Ask again without it."}
NOT_IN = {"code": "login_required", "title": "Sign in first.", "advice": "Sign in and try again."}


def person(number: int, **more: Any) -> dict[str, Any]:
    """Return somebody of a household, under the masks."""
    masked = {"name": f"赵**{number}", "phone": f"138****000{number}"}
    asked = {
        "channels": ["公安返程名单", "铁路同乘名单"],
        "next_pass": "visit",
        "outcome": "",
        "asks": ["residence"],
    }
    return {"number": number, "person_id": str(UUID(int=9000 + number)), **masked, **asked, **more}


def household(number: int, building: str, door: str, **more: Any) -> dict[str, Any]:
    """Return a household in hand."""
    address = f"南京市玄武区梅园新村 {building} {door}"
    told = {"priority": "P2", "due_at": "2020-02-14T18:00:00+08:00", "visits_not_home": 0}
    budget = {"asked_today": 0, "asked_most": 2}
    area = {"code": "320102003015001", "name": "第一网格"}
    people = [person(number * 10 + one) for one in (1, 2)]
    where = {
        "id": str(UUID(int=number)),
        "area": area,
        "address_text": address,
        "building": building,
        "door": door,
    }
    return {**where, **told, **budget, "people": people, "known": [], "plate": "", "lies": None, **more}


def a_day() -> list[dict[str, Any]]:
    """Return a day in walking order: two buildings, an urgent household, one asked out, one urgent and asked out."""
    known = [
        {
            "person_id": str(UUID(int=9012)),
            "name": "赵**12",
            "outcome": "verified_present",
            "at": "2020-02-12T10:00:00+08:00",
        }
    ]
    return [
        household(1, "3 幢", "101", known=known),
        household(2, "3 幢", "502", priority="P1", plate=mark_of(PLATES[0])),
        household(3, "12 幢 2 单元", "1403", asked_today=2, plate=mark_of(PLATES[1])),
        household(4, "12 幢 2 单元", "1501", priority="P1", asked_today=2, plate=mark_of(PLATES[1])),
    ]


@dataclass
class FakeHouse:
    """What the house knows, and what is wrong with it just now."""

    url: str = ""
    tasks: list[dict[str, Any]] = field(default_factory=a_day)
    offers: list[dict[str, Any]] = field(default_factory=list)
    public_key: bytes = b""
    standing: str = "live"
    #: id of a record -> how often it was counted; more than once would be wrong.
    stored: dict[str, int] = field(default_factory=dict)
    arrived: list[dict[str, Any]] = field(default_factory=list)
    #: One word for each of the next sendings of records: lose, half, fail, gateway, refuse, refuse_all, hold,
    #: hold_deny.
    faults: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    #: How far the house's clock is from the machine's, and for how long a day may be kept.
    ahead: timedelta = timedelta()
    keeps: timedelta = timedelta(hours=20)
    #: The forms that are asked, and what came back.
    forms: FakeForms = field(default_factory=FakeForms)
    #: What the centre and its workers tell each other.
    talk: FakeTalk = field(default_factory=FakeTalk)
    #: Cursors that it cannot read, as after it was renewed.
    strange: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def cursor(self) -> str:
        """What a phone holds that holds all of it."""
        return sha256(json.dumps(self.tasks).encode()).hexdigest()[:12]

    def day(self, held: str) -> dict[str, Any]:
        """Answer all of it, or that nothing changed."""
        same = held == self.cursor
        areas = [{"code": "320102003015001", "name": "第一网格"}]
        return {
            "at": self.now().isoformat(), "keep_until": (self.now() + self.keeps).isoformat(),
            "cursor": self.cursor, "words_stamp": queries.get_words()[0], "forms_stamp": self.forms.stamp,
            "worker": {"handle": "worker-320102003015001-1", "areas": areas},
            "order": None if same else [one["id"] for one in self.tasks],
            "walk": None if same else {"metres": 640, "minutes": 95, "shorter_percent": 31},
            "tasks": [] if same else self.tasks, "offers": self.offers, **self.talk.beside(),
        }  # fmt: skip

    def take(self, records: list[dict[str, Any]], fault: str) -> dict[str, Any]:
        """Take records in, each once."""
        results = []
        for one in records[: max(1, len(records) // 2)] if fault == "half" else records:
            about = {"id": one["id"], "task_state": "", "code": "", "title": "", "advice": ""}
            if fault == "refuse":
                results.append({**about, "status": "refused", **REFUSED})
                continue
            status = "known" if one["id"] in self.stored else "stored"
            if status == "stored":
                self.stored[one["id"]] = 1
                self.arrived.append(one)
                self._close(one)
            results.append({**about, "status": status, "task_state": "open"})
        return {"results": results}

    def _close(self, record: dict[str, Any]) -> None:
        if record["kind"] == "visit" and record["outcomes"]:
            self.tasks = [one for one in self.tasks if one["id"] != record["task"]]


class Answers(BaseHTTPRequestHandler):
    """Answers as the house does, its files included."""

    protocol_version = "HTTP/1.1"

    @property
    def house(self) -> FakeHouse:
        return self.server.house  # type: ignore[attr-defined,no-any-return]

    def do_GET(self) -> None:
        if self.path.startswith("/api/"):
            self._asked("GET", b"")
            return
        name = self.path.split("?")[0].removeprefix("/handheld/") or "index.html"
        path = FOLDER / name
        if not path.is_file():
            self._answer(404, b"", "text/plain")
        else:
            self._answer(200, path.read_bytes(), KINDS.get(path.suffix, "application/manifest+json"))

    def do_POST(self) -> None:
        self._asked("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _asked(self, method: str, body: bytes) -> None:
        is_photo = self.headers.get("Content-Type") == "image/jpeg"
        said = json.loads(body) if body and not is_photo else {}
        if self.path == "/api/v1/devices/enrol":
            self._enrol(said)
        elif self.path == "/api/v1/devices/standing":
            known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            stands = self.house.standing if known else "unknown"
            self._json(200, {"standing": stands, "at": self.house.now().isoformat()})
        elif self.house.standing != "live" or not self._proven(method, body):
            self._json(401, NOT_IN)
        elif self.path == "/api/v1/sync":
            if said["held"] in self.house.strange:
                self._json(422, STRANGE)
            else:
                self._json(200, self.house.day(said["held"]))
        elif self.path == "/api/v1/sync/words":
            stamp, languages = queries.get_words()
            self._json(200, {"stamp": stamp, "languages": languages})
        elif self.path == "/api/v1/sync/records":
            self._records(said)
        else:
            status, answer, is_lost = (
                self.house.talk.answer(self.path, said, now=self.house.now())
                if self.path.startswith(TALKS)
                else self.house.forms.answer(self.path, said, body)
            )
            if is_lost:
                self._half()
            else:
                self._json(status, answer)

    def _enrol(self, said: dict[str, Any]) -> None:
        if said["code"] != CODE:
            advice = {"title": "This code is not known.", "advice": "Ask your centre for a new one."}
            self._json(404, {"code": "enrolment_unknown", **advice})
            return
        key = rules.key_of(said["public_key"])
        assert isinstance(key, bytes), key
        self.house.public_key = key
        now = self.house.now()
        about = {"token": TOKEN, "device": str(UUID(int=1)), "handle": "worker-320102003015001-1"}
        self._json(
            201, {**about, "expires_at": (now + timedelta(days=30)).isoformat(), "at": now.isoformat()}
        )

    def _proven(self, method: str, body: bytes) -> bool:
        wrong = rules.proof_fits(
            self.headers.get("Gridward-Proof", ""), method=method, path=self.path, body=body,
            public_key=self.house.public_key, now=self.house.now(),
        )  # fmt: skip
        return self.headers.get("Authorization") == f"Bearer {TOKEN}" and not isinstance(wrong, Refusal)

    def _records(self, said: dict[str, Any]) -> None:
        fault = self.house.faults.pop(0) if self.house.faults else ""
        if fault.startswith("hold"):
            self.house.released.wait(20)
        if fault == "fail":
            self._json(500, {"code": "failed", "title": "Something went wrong.", "advice": "Try again."})
        elif fault == "hold_deny":
            self._json(401, NOT_IN)
        elif fault == "gateway":
            self._answer(200, b"<h1>Welcome to the hotel</h1>", "text/html")
        elif fault == "refuse_all":
            self._json(
                409,
                {"code": "order_ended", "title": "The order has ended.", "advice": "Nothing is collected."},
            )
        else:
            taken = self.house.take(said["records"], fault)
            if fault == "lose":
                self._half()
            else:
                self._json(201, taken)

    def _half(self) -> None:
        """Give half an answer: after none at all a browser asks again by itself."""
        self.send_response(201)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"results": [')
        self.close_connection = True

    def _json(self, status: int, said: object) -> None:
        self._answer(status, json.dumps(said).encode(), "application/json")

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in headers_at(self.path).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[FakeHouse]:
    """Run a fake house for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    server.house = FakeHouse(f"http://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.house  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
