"""Writes channels: one department's feed each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from gridward.intake import layouts
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


@transaction.atomic
def layout_remember(
    *, channel_code: str, keys: Sequence[str], layout: Mapping[str, str], now: datetime
) -> None:
    """Remember that lists with these headings are read so. Part of taking a list in, which the ledger has."""
    channel = Channel.objects.select_for_update().get(code=channel_code)
    known = layouts.with_remembered(channel.layouts, keys, layout, now.date().isoformat())
    Channel.objects.filter(code=channel_code).update(layouts=known)
