"""
The forms of the fake house: compiled as the real one compiles them, handed out, and what comes back counted.

It can misbehave as the house does with records: lose an answer after it took everything in, answer half, fail, refuse.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

from gridward.forms import converting
from gridward.kernel.outcomes import Refusal

DATA = Path(converting.__file__).parent / "data"
OWN = Path(__file__).with_name("forms")
REFUSED = {
    "code": "answers_wrong",
    "title": "These answers do not fit the form.",
    "advice": "Correct what is marked.",
}
UNKNOWN = {
    "code": "media_unknown",
    "title": "No answers name this photo.",
    "advice": "Send the answers first.",
}
UNREADABLE = {"code": "photo_wrong", "title": "This photo cannot be read.", "advice": "Take it again."}
FAILED = {"code": "failed", "title": "Something went wrong.", "advice": "Try again."}
#: What the house takes at once.
MOST, MOST_BYTES, MOST_XML, MOST_PHOTO = 20, 512 * 1024, 64 * 1024, 1024 * 1024


@cache
def asked(name: str) -> dict[str, Any]:
    """Return a form as phones get it: one that lies beside the tests, or the house's own."""
    path = OWN / f"{name}.csv"
    path = path if path.exists() else DATA / f"{name}.csv"
    made = converting.form_convert(path, filename=path.name)
    assert not isinstance(made, Refusal), made.message
    gives = GIVES.get(name, {})
    return {
        "id": str(UUID(int=500 + len(name))), "code": made.code, "version": made.version, "title": made.title,
        "about": "household" if "task" in gives.values() else "work", "gives": gives, "xform": made.xform,
    }  # fmt: skip


#: What answers are for, by path.
GIVES = {"door_check": {"/data/task": "task", "/data/person": "person", "/data/result": "result"}}


@dataclass
class FakeForms:
    """Which forms are asked, and what is wrong with the house just now."""

    names: list[str] = field(default_factory=lambda: ["health_registration", "door_check", "stairwell"])
    #: More forms, as a real house hands them out.
    others: list[dict[str, Any]] = field(default_factory=list)
    #: One word for each of the next sendings of answers: lose, half, fail, refuse.
    faults: list[str] = field(default_factory=list)
    #: The same for photos: lose, fail, unknown, unreadable.
    photo_faults: list[str] = field(default_factory=list)
    #: What is wrong with the answers that are refused, and the steps of those that are not.
    wrong: list[dict[str, str]] = field(default_factory=list)
    steps: list[dict[str, str]] = field(default_factory=list)
    #: id -> the answers, and how often they were stored; more than once would be wrong.
    answers: dict[str, str] = field(default_factory=dict)
    stored: dict[str, int] = field(default_factory=dict)
    photos: dict[tuple[str, str], bytes] = field(default_factory=dict)
    #: How many answers came at once, and which photos, one after the other.
    batches: list[int] = field(default_factory=list)
    came: list[str] = field(default_factory=list)

    @property
    def stamp(self) -> str:
        """Change with the forms that are asked."""
        return "-".join(self.names + [one["code"] for one in self.others])[:60] or "none"

    def answer(self, path: str, said: dict[str, Any], body: bytes) -> tuple[int, object, bool]:
        """Answer one request: the status, what is said, and whether the answer is lost."""
        if path == "/api/v1/sync/forms":
            forms = [asked(name) for name in self.names] + self.others
            return 200, {"stamp": self.stamp, "forms": forms}, False
        if path == "/api/v1/sync/submissions":
            assert len(body) <= MOST_BYTES
            fault = self.faults.pop(0) if self.faults else ""
            return self._taken(said["submissions"], fault)
        _, _, _, _, media, submission, name = path.split("/")
        assert media == "media"
        return self._photo(submission, name, body, self.photo_faults.pop(0) if self.photo_faults else "")

    def _taken(self, sent: list[dict[str, Any]], fault: str) -> tuple[int, object, bool]:
        assert 1 <= len(sent) <= MOST
        self.batches.append(len(sent))
        if fault == "fail":
            return 500, FAILED, False
        some = sent[: max(1, len(sent) // 2)] if fault == "half" else sent
        results = [self._one(one, fault) for one in some]
        return 201, {"results": results}, fault == "lose"

    def _one(self, sent: dict[str, Any], fault: str) -> dict[str, Any]:
        about = {
            "id": sent["id"],
            "code": "",
            "title": "",
            "advice": "",
            "fields": [],
            "media": [],
            "steps": [],
        }
        if fault == "refuse":
            return {**about, "status": "refused", **REFUSED, "fields": self.wrong}
        handed = [asked(name) for name in ("health_registration", "door_check", "stairwell")] + self.others
        assert sent["form"] in {one["id"] for one in handed}
        assert len(sent["xml"].encode()) <= MOST_XML
        assert f"uuid:{sent['id']}" in values(sent["xml"])["instanceID"]
        status = "known" if sent["id"] in self.stored else "stored"
        if status == "stored":
            self.stored[sent["id"]] = 1
            self.answers[sent["id"]] = sent["xml"]
        names = [name for name in named(sent["xml"]) if (sent["id"], name) not in self.photos]
        return {**about, "status": status, "media": names, "steps": self.steps}

    def _photo(self, submission: str, name: str, body: bytes, fault: str) -> tuple[int, object, bool]:
        self.came.append(name)
        if fault == "fail":
            return 500, FAILED, False
        if fault == "unreadable":
            return 422, UNREADABLE, False
        if fault == "unknown" or name not in named(self.answers.get(submission, "")):
            return 404, UNKNOWN, False
        assert len(body) <= MOST_PHOTO
        status = "known" if (submission, name) in self.photos else "stored"
        self.photos[(submission, name)] = body
        return 201, {"status": status}, fault == "lose"


def named(xml: str) -> list[str]:
    """Return the photos that answers name."""
    return re.findall(r"[\w-]+\.jpg", xml)


def values(xml: str) -> dict[str, list[str]]:
    """Return the answers by the last word of their place."""
    found: dict[str, list[str]] = {}
    for one in ElementTree.fromstring(xml).iter():
        if not len(one):
            found.setdefault(one.tag.rsplit("}", 1)[-1], []).append(one.text or "")
    return found
