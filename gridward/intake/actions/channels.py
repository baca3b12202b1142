"""Writes channels: one department's feed each."""

from datetime import datetime

from django.db import transaction

from gridward.intake.models import Channel
from gridward.kernel import ledger
from gridward.kernel.actor import Actor


@transaction.atomic
def channel_create(
    *,
    code: str,
    agency_code: str,
    name: str,
    purpose: str,
    clue_kind: str,
    priority: str,
    by: Actor,
    now: datetime,
) -> Channel:
    """Open a channel, or change what it says of itself. Idempotent; the remembered column mapping stays."""
    values = {
        "agency_code": agency_code,
        "name": name,
        "purpose": purpose,
        "clue_kind": clue_kind,
        "priority": priority,
    }
    channel, created = Channel.objects.update_or_create(code=code, defaults=values)
    if created:
        ledger.record("channel.create", obj=("channel", code), by=by, now=now)
    return channel
