"""A worker's phone as the house sees it: a key of its own, a token, requests that it signs."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from django.test import Client

from gridward.field import api as field_api
from gridward.kernel import clock
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal
from tests import people
from tests.dispatch import desk

JSON = "application/json"
_TRUE = clock.now


@contextmanager
def true_time() -> Iterator[None]:
    """Let the block see the clock as it is: the database opens a scope by its own, whatever the tests' clock shows."""
    shown, clock.now = clock.now, _TRUE
    try:
        yield
    finally:
        clock.now = shown


def moment(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """Return a local moment of a day after today, whatever the tests' clock shows."""
    with true_time():
        return desk.moment(hour, minute, day=day)


def someone(role: str, area: str = "", **more: Any) -> Actor:
    """Return somebody who has held this role since before the tests' clock began."""
    with true_time():
        return people.actor_of(role, area, **more)


def code_for(worker: Actor, *, by: Actor | None = None) -> str:
    """Let the worker's community show a code."""
    centre = by or someone("community_officer", people.city().chengxianjie)
    with people.acting(centre):
        asked = field_api.enrolment_open(handle=worker.handle, by=centre, now=clock.now())
    assert not isinstance(asked, Refusal), asked
    return asked.code


def spki(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public half as a phone sends it."""
    return base64.b64encode(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


@dataclass
class Phone:
    """A phone; what it holds is in `cursor`."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    token: str = ""
    cursor: str = ""
    client: Client = field(default_factory=lambda: Client(headers={"accept-language": "en"}))

    def enrols(self, code: str) -> HttpResponse:
        """Turn a code into a device, and keep the token."""
        said = {"code": code, "public_key": spki(self.key)}
        answer = self.client.post("/api/v1/devices/enrol", said, content_type=JSON)
        self.token = answer.json().get("token", "")
        return answer

    def proof(self, method: str, path: str, body: bytes, *, at: datetime | None = None) -> str:
        """Sign a request as the handheld does."""
        moment = str(int((at or clock.now()).timestamp()))
        said = "\n".join((method, path, moment, hashlib.sha256(body).hexdigest())).encode()
        r, s = decode_dss_signature(self.key.sign(said, ec.ECDSA(SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return f"{moment}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"

    def asks(self, method: str, path: str, said: object = None, *, proof: str | None = None) -> HttpResponse:
        """Send a request, signed unless another proof is given."""
        body = b"" if said is None else json.dumps(said).encode()
        headers = {
            "authorization": f"Bearer {self.token}",
            "gridward-proof": self.proof(method, path, body) if proof is None else proof,
        }
        return self.client.generic(method, path, body, content_type=JSON, headers=headers)

    def syncs(self) -> dict[str, Any]:
        """Ask what changed and keep the cursor."""
        answer = self.asks("POST", "/api/v1/sync", {"held": self.cursor})
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        self.cursor = found["cursor"]
        return found

    def sends(self, *records: dict[str, Any], ahead: timedelta = timedelta()) -> list[dict[str, Any]]:
        """Send records; the phone's clock is `ahead` of the house's."""
        said = {"sent_at": (clock.now() + ahead).isoformat(), "records": list(records)}
        answer = self.asks("POST", "/api/v1/sync/records", said)
        assert answer.status_code == 201, answer.content
        results: list[dict[str, Any]] = answer.json()["results"]
        return results


def visit(task: dict[str, Any], *, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """Return a visit at which everybody was found."""
    found = {one["person_id"]: "verified_present" for one in task["people"]}
    made = {"id": str(uuid4()), "kind": "visit", "task": task["id"], "at": (at or clock.now()).isoformat()}
    return made | {"result": "done", "outcomes": found, "found_by": "person"} | more
