"""Answers about devices, and a worker's day as a phone keeps it."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import override

from gridward.dispatch import api as dispatch
from gridward.field import rules
from gridward.field.models import Device
from gridward.governance import api as governance
from gridward.kernel import clock, prepared
from gridward.kernel.actor import Actor
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.registry import api as registry
from gridward.territory import api as territory
from gridward.workforce import api as workforce

#: In a cursor: so much of the walk's hash, then for each household so much of its id and of its mark's hash. It is said
#: with every answer; two ids that look alike here only mean that both households are given again.
ORDER_BYTES, ID_BYTES, MARK_BYTES = 6, 3, 5
MOST_HELD = 400


@dataclass(frozen=True)
class DeviceHead:
    """A device as its own request and its centre see it."""

    id: UUID
    account_id: UUID
    public_key: bytes
    enrolled_at: datetime
    expires_at: datetime
    last_seen_at: datetime | None
    kind: str
    bound_hash: bytes | None


def _head(row: Device) -> DeviceHead:
    bound = None if row.bound_hash is None else bytes(row.bound_hash)
    return DeviceHead(
        row.id,
        row.account_id,
        bytes(row.public_key),
        row.enrolled_at,
        row.expires_at,
        row.last_seen_at,
        row.kind,
        bound,
    )


#: In the order of DeviceHead.
_OWN = """
select id, account_id, public_key, enrolled_at, expires_at, last_seen_at, kind, bound_hash from field_device
 where token_hash = %s and ended_at is null
"""


def in_areas(by: Actor) -> Q:
    """
    Return the condition that a row's `area_pos` lies in the actor's areas.

    The wall lets no other rows through; said in plain ranges, they are found without reading the city's.
    """
    places = Q(pk__in=[])
    for scope in by.scopes:
        places |= Q(area_pos__gte=scope.pos, area_pos__lt=scope.end)
    return places


def own_device(*, by: Actor) -> DeviceHead | None:
    """Return the device this request's token belongs to, in its worker's scope."""
    row = prepared.one(_OWN, [rules.secret_hash(by.session_key)])
    return DeviceHead(*row) if row else None


def get_standing(token: str, *, now: datetime) -> str:
    """Return how the device of a token stands: live, ended or unknown. Whoever holds the token may ask."""
    with connection.cursor() as cursor:
        cursor.execute("select field_device_standing(%s, %s)", [rules.secret_hash(token), now])
        return str(cursor.fetchone()[0])


@dataclass(frozen=True)
class WorkerDevice:
    """A worker of an area, and the phone enrolled for him or her, if any."""

    handle: str
    area_pos: int
    is_away: bool
    device: DeviceHead | None


def get_devices(*, by: Actor, now: datetime) -> list[WorkerDevice]:
    """Return the grid workers of the actor's areas in the order of the line, each with a live phone or none."""
    workers = workforce.get_workers(by=by, now=now)
    rows = Device.objects.filter(
        account_id__in=[one.account_id for one in workers], ended_at__isnull=True, expires_at__gt=now
    )
    phones = {row.account_id: _head(row) for row in rows}
    return [
        WorkerDevice(one.handle, one.area_pos, one.is_away, phones.get(one.account_id)) for one in workers
    ]


@dataclass(frozen=True)
class HeldTask:
    """
    A household in the hand as a phone keeps it: the task as its worker sees it, its door, its asks of today.

    By `plate` the phone knows the code of its door's plate again; '' where it has none. `lies` is where it lies above
    the grid, or what was said about it there last.
    """

    task: dispatch.TaskView
    building: str
    door: str
    plate: str
    lies: dispatch.LiesView | None
    asked_today: int
    asked_most: int


@dataclass(frozen=True)
class Sync:
    """
    What changed for a phone: households to keep, and until when it may.

    `day` and `order` are the walk, None where it is as the phone has it; what is not in it is not in the hand any more.
    """

    at: datetime
    keep_until: datetime
    cursor: str
    day: dispatch.Day | None
    order: Sequence[UUID] | None
    tasks: Sequence[HeldTask]
    offers: Sequence[dispatch.HandoverView]


def get_sync(cursor: str, *, device: DeviceHead, by: Actor, now: datetime) -> Sync:
    """
    Return what changed since a phone held what its cursor says; '' is nothing.

    The cursor is the phone's own memory: nothing is kept here about what it was told, so an answer that got lost is
    simply asked for again. Raises Refused when it cannot be read.
    """
    walked, before = _held(cursor)
    known = dispatch.get_marks(by=by, now=now)
    marks = {task: _digest(mark, now) for task, mark in known.tasks.items()}
    changed = {task for task, mark in marks.items() if before.get(_short(task)) != mark}
    # Most of the time nothing changed: then no walk is planned and no household is opened.
    day = dispatch.get_day(by=by, now=now) if changed or _walk(known, ()) != walked else None
    looked = {row.id: _task(row, by, now) for row in day.rows if row.id in changed} if day else {}
    # What cannot be opened just now keeps nothing else back: it is no part of the day until it can.
    shut = {task for task, opened in looked.items() if opened is None}
    walk = _walk(known, shut)
    after = walk + b"".join(_short(task) + mark for task, mark in marks.items() if task not in shut)
    return Sync(
        at=now,
        keep_until=_keep_until(known.order_ids, device, now),
        cursor=base64.urlsafe_b64encode(after).decode(),
        day=None if walk == walked else day,
        order=None if walk == walked or day is None else [row.id for row in day.rows if row.id not in shut],
        tasks=_with_more([opened for opened in looked.values() if opened is not None]),
        offers=dispatch.get_handovers(by=by),
    )


def _digest(mark: str, now: datetime) -> bytes:
    # What was asked today is another number tomorrow, without any row having changed.
    return hashlib.sha256(f"{mark}/{settings.VERSION}/{clock.midnight(now).date()}".encode()).digest()[
        :MARK_BYTES
    ]


def _walk(known: dispatch.Marks, shut: Iterable[UUID]) -> bytes:
    return hashlib.sha256(f"{known.walk} {sorted(shut)}".encode()).digest()[:ORDER_BYTES]


def _short(task_id: UUID) -> bytes:
    return task_id.bytes[-ID_BYTES:]


def _held(cursor: str) -> tuple[bytes, dict[bytes, bytes]]:
    size = ID_BYTES + MARK_BYTES
    try:
        raw = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Refused(refuse("cursor_wrong")) from None
    order, rest = raw[:ORDER_BYTES], raw[ORDER_BYTES:]
    if len(order) not in (0, ORDER_BYTES) or len(rest) % size or len(rest) > size * MOST_HELD:
        raise Refused(refuse("cursor_wrong"))
    parts = [rest[at : at + size] for at in range(0, len(rest), size)]
    return order, {part[:ID_BYTES]: part[ID_BYTES:] for part in parts}


def _task(row: dispatch.DayRow, by: Actor, now: datetime) -> HeldTask | None:
    task = dispatch.access_task(row.id, by=by, now=now, brief=True)
    if isinstance(task, Refusal):
        return None
    asked, most = dispatch.asks_today(task, now)
    return HeldTask(task, row.building, row.door, "", None, asked, most)


def _with_more(tasks: list[HeldTask]) -> list[HeldTask]:
    if not tasks:
        return tasks
    places = registry.get_household_places(one.task.household_id for one in tasks)
    doors = {one.task.id: places.get(one.task.household_id, (0, None))[1] for one in tasks}
    marks = territory.get_plate_marks(door for door in doors.values() if door is not None)
    lies = dispatch.get_lies(doors)
    return [
        replace(one, plate=marks.get(doors[one.task.id] or 0, ""), lies=lies.get(one.task.id))
        for one in tasks
    ]


def _keep_until(order_ids: Iterable[UUID], device: DeviceHead, now: datetime) -> datetime:
    """Return until when a phone that hears nothing more may keep a day: its orders' end, its own, a day at most."""
    ends = [device.expires_at, now + rules.KEPT_UNHEARD]
    for order_id in order_ids:
        order = governance.get_order(order_id, now=now)
        ends.append(order.ends_at if order else now)
    return min(ends)


@lru_cache(maxsize=1)
def get_words() -> tuple[str, Mapping[str, Mapping[str, list[list[str]]]]]:
    """Return the lists a worker chooses from, in every language, and a stamp that changes with them."""
    said = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            said[language] = {
                name: [[code, str(words)] for code, words in pairs]
                for name, pairs in dispatch.closed_lists().items()
            }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12], said
