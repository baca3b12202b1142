"""Holds a channel to its share of a day, and lets one list through where the city says why."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from gridward.governance import api as governance
from gridward.intake.models import Channel, QuotaPass
from gridward.intake.quota import Quota
from gridward.kernel import ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse

REASON_LEAST = 4

USE = """
update intake_quotapass set batch_id = %(batch)s
 where id = (select id from intake_quotapass
              where channel_id = %(channel)s and batch_id is null and opened_at >= %(since)s
              order by opened_at limit 1 for update skip locked)
returning id
"""


def day_of(now: datetime) -> datetime:
    """Return when today began, by the clock of the house."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def get_quota(channel: Channel, profile: governance.ProfileView | None, now: datetime) -> Quota:
    """Return what a channel may send today and has sent, by its own numbers or the profile's."""
    with connection.cursor() as cursor:
        cursor.execute("select lists, rows from intake_quota_used(%s, %s)", [channel.code, day_of(now)])
        lists, rows = cursor.fetchone()
    most = [
        int(profile.number(name)) if own is None and profile else int(own or 0)
        for own, name in (
            (channel.lists_a_day, "channel_lists_a_day"),
            (channel.rows_a_day, "channel_rows_a_day"),
        )
    ]
    return Quota(most[0], most[1], int(lists), int(rows))


def quota_ask(
    *, channel: Channel, order: governance.OrderView, batch_id: UUID, rows: int, by: Actor, now: datetime
) -> Refusal | None:
    """Refuse a list beyond its channel's share, unless the city lets one through: that is used up by it."""
    with connection.cursor() as cursor:
        # Two lists in the same moment are counted one after the other.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 12))", [f"quota:{channel.code}"])
    over = get_quota(channel, governance.profile_of(order), now).over(rows)
    if over is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(USE, {"batch": batch_id, "channel": channel.code, "since": day_of(now)})
        used = cursor.fetchone()
    if used is None:
        return over
    ledger.record(
        "quota.use", obj=("channel", channel.code), by=by, now=now, basis=str(order.id), rows_count=rows
    )
    return None


@transaction.atomic
def quota_open(*, channel_code: str, reason: str, by: Actor, now: datetime) -> QuotaPass | Refusal:
    """Let one list of a channel through today, beyond its share, with a reason."""
    channel = Channel.objects.filter(code=channel_code).first()
    if channel is None:
        return refuse("channel_unknown", channel=channel_code[:40])
    if len(reason.strip()) < REASON_LEAST:
        return refuse("reason_needed", least=REASON_LEAST)
    open_ = QuotaPass.objects.filter(channel=channel, batch_id__isnull=True, opened_at__gte=day_of(now))
    if open_.exists():
        return refuse("quota_open")
    made = QuotaPass(
        id=new_id(), channel=channel, reason=reason.strip()[:200], opened_by=by.ledger_name, opened_at=now
    )
    made.save(force_insert=True)
    ledger.record("quota.open", obj=("channel", channel.code), by=by, now=now, reason=made.reason)
    return made
