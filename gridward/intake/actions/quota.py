"""Holds a channel to its share of a day, and lets one list through where the city says why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from gridward.governance import api as governance
from gridward.intake.models import Channel, QuotaPass
from gridward.intake.quota import Quota, Share
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


def renewal_of(now: datetime) -> datetime:
    """Return when the next day begins, by the clock of the house."""
    return day_of(now) + timedelta(days=1)


def get_quota(channel: Channel, profile: governance.ProfileView | None, now: datetime) -> Quota:
    """Return what a channel may send today and has sent, by its own numbers or the profile's."""
    with connection.cursor() as cursor:
        cursor.execute("select lists, rows from intake_quota_used(%s, %s)", [channel.code, day_of(now)])
        lists, rows = cursor.fetchone()
    return _quota(channel, profile, int(lists), int(rows))


def get_own_shares(*, now: datetime) -> list[Share]:
    """Return today's share of each of the department's own channels, by code; row-level security decides whose."""
    with connection.cursor() as cursor:
        cursor.execute("select channel, lists, rows, is_let from intake_quota_own(%s)", [day_of(now)])
        used = {code: (int(lists), int(rows), is_let) for code, lists, rows, is_let in cursor.fetchall()}
    orders = governance.get_active_orders(now=now)
    shares = []
    for channel in Channel.objects.filter(code__in=used).order_by("code"):
        lists, rows, is_let = used[channel.code]
        profile = profile_for(channel, orders)
        # Without an order nothing comes in, whatever the channel's own numbers are.
        quota = _quota(channel, profile, lists, rows) if profile else Quota(None, None, lists, rows)
        shares.append(Share(channel.code, channel.name, quota, is_let, renewal_of(now)))
    return shares


def get_shares(*, orders: Sequence[governance.OrderView], now: datetime) -> list[Share]:
    """Return today's share of every channel under these orders, by code, for those who take lists in."""
    let = set(
        QuotaPass.objects.filter(batch_id__isnull=True, opened_at__gte=day_of(now)).values_list(
            "channel_id", flat=True
        )
    )
    return [
        Share(
            channel.code,
            channel.name,
            get_quota(channel, profile_for(channel, orders), now),
            channel.code in let,
            renewal_of(now),
        )
        for channel in Channel.objects.order_by("code")
    ]


def access_own_share(channel_code: str, *, now: datetime) -> Share | Refusal:
    """Return today's share of one of the department's own channels; any other does not exist for it."""
    shares = [share for share in get_own_shares(now=now) if share.channel_code == channel_code]
    return shares[0] if shares else refuse("not_found")


def profile_for(channel: Channel, orders: Sequence[governance.OrderView]) -> governance.ProfileView | None:
    """Return the profile of the first of these orders that names the channel's purpose and department."""
    for order in orders:
        if channel.purpose in order.purposes and channel.agency_code in order.bodies:
            return governance.profile_of(order)
    return None


def _quota(channel: Channel, profile: governance.ProfileView | None, lists: int, rows: int) -> Quota:
    most = [
        int(profile.number(name)) if own is None and profile else own
        for own, name in (
            (channel.lists_a_day, "channel_lists_a_day"),
            (channel.rows_a_day, "channel_rows_a_day"),
        )
    ]
    return Quota(most[0], most[1], lists, rows)


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
