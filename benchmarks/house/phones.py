"""A worker's phone against a filled city: enrolled through the centre's page, its requests signed, over HTTP."""

import base64
import gzip
import hashlib
import http.client
import json
import re
import time
from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.house.city import City, superuser
from benchmarks.house.visitor import FLOOR, Visitor
from benchmarks.turns import timed

ROUNDS, TIMES = 3, 40
ASKED = "update dispatch_task set asked_count = asked_count + 1 where id = %s"


class Phone:
    """An enrolled phone on one kept connection."""

    def __init__(self, port: int, code: str) -> None:
        self._port = port
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        said = {"code": code, "public_key": base64.b64encode(public).decode()}
        self._token = ""
        self._token = self.ask("/api/v1/devices/enrol", said)[1]["token"]
        self.cursor = ""

    def ask(self, path: str, said: object) -> tuple[int, Any]:
        """Post, and return how many bytes the answer has and what it says."""
        return self._send(path, json.dumps(said).encode(), "application/json")

    def bring(self, path: str, photo: bytes) -> tuple[int, Any]:
        """Post a photo."""
        return self._send(path, photo, "image/jpeg")

    def another(self) -> "Phone":
        """Return the same phone on a connection of its own."""
        same = copy(self)
        same._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        return same

    def _send(self, path: str, body: bytes, kind: str) -> tuple[int, Any]:
        moment = str(int(time.time()))
        words = "\n".join(("POST", path, moment, hashlib.sha256(body).hexdigest())).encode()
        r, s = decode_dss_signature(self._key.sign(words, ec.ECDSA(SHA256())))
        proof = base64.urlsafe_b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
        headers = {
            "Accept-Encoding": "gzip",
            "Content-Type": kind,
            "Gridward-Proof": f"{moment}.{proof}",
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        self._line.request("POST", path, body, headers)
        answer = self._line.getresponse()
        raw = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{path} answered {answer.status}: {raw[:200]!r}")
        packed = answer.getheader("Content-Encoding") == "gzip"
        return len(raw), json.loads(gzip.decompress(raw) if packed else raw)

    def sync(self) -> tuple[int, Any]:
        """Ask what changed, and keep the cursor."""
        length, said = self.ask("/api/v1/sync", {"held": self.cursor})
        self.cursor = said["cursor"]
        return length, said


def phone_of(city: City, port: int) -> Phone:
    """Enrol a phone for the worker of the real community, as its centre does."""
    return Phone(port, address_of(city, port).partition("#enrol=")[2])


def address_of(city: City, port: int) -> str:
    """Let the centre show a code for that worker, and return the address in it."""
    centre = Visitor(port).sign_in(city.handles["community_officer"])
    return code_shown(centre, city.handles["grid_worker"], port)


def code_shown(centre: Visitor, handle: str, port: int) -> str:
    """Let a centre that is signed in show a code for one of its workers, and return the address in it."""
    page = centre.post("/duty/devices/enrol", {"worker": handle}, page="/duty/devices")
    found = re.search(r"#enrol=([\w-]+)", page)
    if found is None:
        raise RuntimeError("the centre's page shows no code")
    return f"http://127.0.0.1:{port}/handheld/#enrol={found[1]}"


def phones_seen(phone: Phone, port: int, *, quick: bool) -> dict[str, Any]:
    """Return seconds of first syncs, of empty ones beside the floor, and of one change, and the bytes of each."""
    floor = Visitor(port)
    rounds, times = (1, 3) if quick else (ROUNDS, TIMES)
    length, first = phone.sync()
    order = first["order"]
    turns: dict[str, Callable[[], float]] = {
        "first": partial(timed, partial(phone.ask, "/api/v1/sync", {"held": ""})),
        "empty": partial(timed, phone.sync),
        "floor": partial(timed, partial(floor.get, FLOOR)),
        "change": partial(_one_change, phone, order),
    }
    seconds: dict[str, list[list[float]]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, ask in turns.items():
            seconds[name].append([ask() for _ in range(times if name != "first" else max(3, times // 8))])
    _change(order[0])
    return {
        "households": len(order),
        "task": order[0],
        "seconds": seconds,
        "bytes": {"first": length, "change": phone.sync()[0], "empty": phone.sync()[0]},
    }


def _change(task: str) -> None:
    with superuser() as cursor:
        cursor.execute(ASKED, [task])


def _one_change(phone: Phone, order: list[str]) -> float:
    """Let something change about one household, and return how long the phone takes to learn it."""
    _change(order[-1])
    found: list[Any] = []
    seconds = timed(lambda: found.append(phone.sync()[1]))
    if len(found[0]["tasks"]) != 1:
        raise RuntimeError(f"one household changed, {len(found[0]['tasks'])} came")
    return seconds
