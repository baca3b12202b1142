"""All writes of field: enrol a phone, end it, take in what it recorded without a network."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from gridward.field import rules
from gridward.field.models import Device, Enrolment
from gridward.field.queries import DeviceHead
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.workforce import api as workforce

#: A phone that asks each minute is written down this often.
SEEN_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class EnrolmentCode:
    """A code as it is shown once, for whom, until when."""

    code: str
    handle: str
    expires_at: datetime


@transaction.atomic
def enrolment_open(*, handle: str, by: Actor, now: datetime) -> EnrolmentCode | Refusal:
    """Let one phone become the device of a worker of the actor's area. The code is shown once; its hash is kept."""
    worker = next((one for one in workforce.get_workers(by=by, now=now) if one.handle == handle), None)
    if worker is None or by.id is None:
        return refuse("worker_unknown", worker=handle[:40])
    code = secrets.token_urlsafe(18)
    until = now + rules.CODE_LASTS
    Enrolment.objects.bulk_create([
        Enrolment(
            id=new_id(), code_hash=rules.secret_hash(code), account_id=worker.account_id, area_pos=worker.area_pos,
            asked_by=by.id, asked_at=now, expires_at=until,
        )
    ])  # fmt: skip
    ledger.record("device.invite", obj=("account", worker.account_id), by=by, now=now)
    return EnrolmentCode(code, worker.handle, until)


@dataclass(frozen=True)
class EnrolledDevice:
    """What a phone gets for its code: a token nobody can read again, and until when."""

    token: str
    device: UUID
    handle: str
    expires_at: datetime
    at: datetime


@transaction.atomic
def device_enrol(*, code: str, public_key: str, now: datetime) -> EnrolledDevice | Refusal:
    """
    Turn a code into a device: whoever holds the phone then has the worker's own day and no more.

    Asked by a phone that is nobody yet. What the worker had before as a device ends.
    """
    key = rules.key_of(public_key)
    if isinstance(key, Refusal):
        return key
    token, device, until = "gd_" + secrets.token_urlsafe(32), new_id(), now + rules.DEVICE_LASTS
    with connection.cursor() as cursor:
        cursor.execute(
            "select field_enrol(%s, %s, %s, %s, %s, %s)",
            [rules.secret_hash(code), device, key, rules.secret_hash(token), now, until],
        )
        (account_id,) = cursor.fetchone()
    by = workforce.actor_of(account_id, session_key=token, now=now) if account_id else None
    if by is None:
        return refuse("enrolment_unknown")
    ledger.record("device.enrol", obj=("device", device), by=by, now=now)
    return EnrolledDevice(token, device, by.handle, until, now)


@transaction.atomic
def device_end(*, device_id: UUID, reason: str, by: Actor, now: datetime) -> Refusal | None:
    """End a phone at once: it is told nothing any more, and wipes itself when it asks."""
    if reason not in rules.ENDS:
        return refuse("device_end_reason")
    with connection.cursor() as cursor:
        cursor.execute("select field_device_end(%s, %s, %s)", [device_id, reason, now])
        (account_id,) = cursor.fetchone()
    if account_id is None:
        return refuse("not_found")
    ledger.record("device.end", obj=("device", device_id), by=by, now=now, reason=reason)
    return None


def device_seen(*, device: DeviceHead, now: datetime) -> None:
    """Keep that a phone asked; not each time it does."""
    if device.last_seen_at is None or now - device.last_seen_at > SEEN_AGAIN:
        Device.objects.filter(id=device.id).update(last_seen_at=now)


@dataclass(frozen=True)
class CollectCode:
    """The settings of a phone with ODK Collect as they are shown once: its token, for whom, until when it must ask."""

    token: str
    handle: str
    expires_at: datetime


@transaction.atomic
def collect_open(*, handle: str, by: Actor, now: datetime) -> CollectCode | Refusal:
    """
    Let a phone with ODK Collect be a worker's. What the worker had before as a phone ends.

    The token is in the code itself; unless a phone asks with it within ten minutes, it never lasts.
    """
    worker = next((one for one in workforce.get_workers(by=by, now=now) if one.handle == handle), None)
    if worker is None or by.id is None:
        return refuse("worker_unknown", worker=handle[:40])
    token, device, until = "gc_" + secrets.token_urlsafe(32), new_id(), now + rules.CODE_LASTS
    with connection.cursor() as cursor:
        cursor.execute(
            "select field_collect_open(%s, %s, %s, %s, %s)",
            [worker.account_id, device, rules.secret_hash(token), now, until],
        )
        (account_id,) = cursor.fetchone()
    if account_id is None:
        return refuse("worker_unknown", worker=handle[:40])
    ledger.record("device.invite", obj=("account", worker.account_id), by=by, now=now, kind="collect")
    return CollectCode(token, worker.handle, until)


def collect_seen(*, device: DeviceHead, now: datetime) -> None:
    """Let a phone with ODK Collect last once it has asked, and keep that it asks."""
    if device.last_seen_at is not None:
        device_seen(device=device, now=now)
        return
    with connection.cursor() as cursor:
        cursor.execute("select field_collect_last(%s, %s, %s)", [device.id, now, now + rules.DEVICE_LASTS])


def collect_bind(*, device: DeviceHead, said: str) -> Refusal | None:
    """Keep the number a phone with ODK Collect says of itself when it first delivers; refuse every other one after."""
    told = rules.secret_hash(said)
    if device.bound_hash is None:
        if said:
            Device.objects.filter(id=device.id, bound_hash__isnull=True).update(bound_hash=told)
        return None
    return refuse("device_other") if device.bound_hash != told else None
