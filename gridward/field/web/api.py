"""What a phone asks of the JSON API: to be enrolled, its worker's day, and to take in what was recorded."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from gridward.dispatch import api as dispatch
from gridward.field import actions, asked, queries, rules, taking
from gridward.field.web import duty_api, submissions
from gridward.field.web.proving import proven, router
from gridward.kernel.endpoint import PUBLIC, Request
from gridward.kernel.web.operations import Masked, Words, operation

#: The operations about forms and about duty stand beside these; the room has one router.
__all__ = ["duty_api", "router", "submissions"]
#: More than the cursor of the longest day.
MOST_CURSOR = 16_000


class EnrolAsked(Schema):
    """A code from the centre's screen, and the public half of a key the phone made (P-256, SPKI, base64)."""

    code: str = Field(max_length=64)
    public_key: str = Field(max_length=rules.MOST_KEY)


class Enrolled(Schema):
    """The phone is a device now. The token is said this once."""

    token: str
    device: UUID
    handle: str
    expires_at: datetime
    #: The house's time, by which the phone tells how far its own clock is off.
    at: datetime


class Standing(Schema):
    """How a device stands. Unless it is live, nothing may stay on the phone."""

    standing: Literal["live", "ended", "unknown"]
    at: datetime


class WordLists(Schema):
    """The lists a worker chooses from, each as [code, words], in every language; another stamp when they change."""

    stamp: str
    languages: dict[str, dict[str, list[list[str]]]]


class SyncAsked(Schema):
    """What the phone holds, as the cursor of the answer before; nothing the first time."""

    held: str = Field(default="", max_length=MOST_CURSOR)


class Place(Schema):
    """An area: its national code and its name."""

    code: str
    name: str


class HeldPerson(Schema):
    """A person of a household, masked, and what is asked yet."""

    number: int
    person_id: UUID
    name: Masked
    phone: Masked
    channels: list[str]
    next_pass: str
    outcome: str
    asks: list[str]


class HeldKnown(Schema):
    """What an earlier task found about somebody, and holds yet."""

    person_id: UUID
    name: Masked
    outcome: str
    at: datetime


class Lies(Schema):
    """Where a household lies above its grid and why (`open`), or what was said there: `extended` or `returned`."""

    place: str
    state: str
    kind: str
    words: str
    at: datetime


class HeldHousehold(Schema):
    """A household in the worker's hand, with everything every channel asks of it, once."""

    id: UUID
    area: Place
    address_text: str
    building: str
    door: str
    #: By this the phone knows the code of the door's plate again; '' without a plate.
    plate: str
    lies: Lies | None
    priority: str
    due_at: datetime
    visits_not_home: int
    asked_today: int
    asked_most: int
    people: list[HeldPerson]
    known: list[HeldKnown]


class Walk(Schema):
    """How far the day is, from the address book and the profile; never from a phone."""

    metres: int
    minutes: int
    shorter_percent: int


class Worker(Schema):
    """Whose day it is."""

    handle: str
    areas: list[Place]


class Offer(Schema):
    """A hand-over that waits in the worker's area to be decided by the centre."""

    id: UUID
    task_id: UUID
    kind: Words
    origin: str
    target: str
    due_at: datetime
    people_count: int


class Day(duty_api.Beside):
    """
    What changed since the cursor: households to keep, and the order of the walk; null where it is as the phone has it.

    What is not in the order is in the hand no more. Nothing may be readable on the phone after `keep_until`.
    """

    at: datetime
    keep_until: datetime
    cursor: str
    words_stamp: str
    forms_stamp: str
    worker: Worker
    order: list[UUID] | None
    walk: Walk | None
    tasks: list[HeldHousehold]
    offers: list[Offer]


class RecordsSent(Schema):
    """What the phone recorded, oldest first, and its clock as it sends them. Each record is taken in on its own."""

    sent_at: AwareDatetime
    records: list[dict[str, Any]] = Field(min_length=1, max_length=rules.MOST_RECORDS)


class RecordTaken(Schema):
    """What became of one record; `stored` and `known` let the phone forget it."""

    id: str
    status: Literal["stored", "known", "refused"]
    task_state: str
    code: str
    title: str
    advice: str


class RecordsTaken(Schema):
    """What became of each record, in the order they were sent."""

    results: list[RecordTaken]


@operation(router, "POST", "/devices/enrol", right=PUBLIC, answers=Enrolled, status=201)
def enrol(request: Request, said: EnrolAsked) -> object:
    """Turn a code from the centre's screen into a device of its worker. What the worker had before ends."""
    return actions.device_enrol(code=said.code, public_key=said.public_key, now=request.now)


@operation(router, "POST", "/devices/standing", right=PUBLIC, answers=Standing)
def standing(request: Request) -> object:
    """Say how the device of the token in the request stands. Unless it is live, the phone wipes itself."""
    _kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return {"standing": queries.get_standing(token[:200], now=request.now), "at": request.now}


@operation(router, "GET", "/sync/words", right="task.work", answers=WordLists)
def words(request: Request) -> object:
    """Give the lists a worker chooses from, in every language."""
    proven(request)
    stamp, languages = queries.get_words()
    return {"stamp": stamp, "languages": languages}


@operation(router, "POST", "/sync", right="task.work", answers=Day, packed=True)
def sync(request: Request, said: SyncAsked) -> object:
    """Give what changed in the worker's day since the phone last asked."""
    device = proven(request)
    found = queries.get_sync(said.held, device=device, by=request.actor, now=request.now)
    actions.device_seen(device=device, now=request.now)
    return {
        "at": found.at,
        "keep_until": found.keep_until,
        "cursor": found.cursor,
        "words_stamp": queries.get_words()[0],
        "forms_stamp": asked.get_stamp(by=request.actor, now=request.now),
        "worker": {"handle": request.actor.handle, "areas": _areas(request)},
        "order": found.order,
        "walk": found.day,
        "tasks": [_household(one) for one in found.tasks],
        "offers": [_offer(one) for one in found.offers],
        **duty_api.beside(request.actor, request.now),
    }


@operation(
    router, "POST", "/sync/records", right="task.work", answers=RecordsTaken, status=201, collects=True
)
def records(request: Request, said: RecordsSent) -> object:
    """Take in what was recorded without a network; the same record again is counted once."""
    device = proven(request)
    taken = taking.records_take(said.records, sent_at=said.sent_at, by=request.actor, now=request.now)
    actions.device_seen(device=device, now=request.now)
    return {"results": taken}


def _areas(request: Request) -> list[dict[str, str]]:
    return [{"code": one.code, "name": one.name} for one in request.actor.scopes]


def _household(one: queries.HeldTask) -> dict[str, object]:
    task = one.task
    copied = ("id", "area", "address_text", "priority", "due_at", "visits_not_home", "people", "known")
    return {
        **{name: getattr(task, name) for name in copied},
        "building": one.building,
        "door": one.door,
        "plate": one.plate,
        "lies": one.lies,
        "asked_today": one.asked_today,
        "asked_most": one.asked_most,
    }


def _offer(one: dispatch.HandoverView) -> dict[str, object]:
    copied = ("id", "task_id", "kind", "due_at", "people_count")
    return {
        **{name: getattr(one, name) for name in copied},
        "origin": one.origin.name,
        "target": one.target.name,
    }
