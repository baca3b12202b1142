"""Holds a channel to its share of a day, and lets one list through where the city says why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from gridward.governance import api as governance
from gridward.intake.models import Channel, QuotaPass
from gridward.intake.quota import Quota, Share
from gridward.kernel import clock, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse

REASON_LEAST = 4

USED = """
select w.code, u.lists, u.rows from unnest(%s::text[]) as w (code) cross join lateral intake_quota_used(w.code, %s) u
"""

USE = """
update intake_quotapass set batch_id = %(batch)s
 where id = (select id from intake_quotapass
              where channel_id = %(channel)s and batch_id is null and opened_at >= %(since)s
              order by opened_at limit 1 for update skip locked)
returning id
"""


def renewal_of(now: datetime) -> datetime:
    """Return when the next day begins, by the clock of the house."""
    return clock.midnight(now) + timedelta(days=1)


def get_quotas(
    channels: Sequence[Channel], *, orders: Sequence[governance.OrderView], now: datetime
) -> dict[str, Quota]:
    """Return by code what each channel may send today and has sent; its own numbers go before its order's profile."""
    profiles = _profiles(channels, orders)
    used = _used(channels, now)
    return {
        channel.code: _quota(channel, profiles.get(channel.code), *used[channel.code]) for channel in channels
    }


def get_own_shares(*, now: datetime) -> list[Share]:
    """Return today's share of each of the department's own channels, by code; row-level security decides whose."""
    with connection.cursor() as cursor:
        cursor.execute("select channel, lists, rows, is_let from intake_quota_own(%s)", [clock.midnight(now)])
        used = {code: (int(lists), int(rows), is_let) for code, lists, rows, is_let in cursor.fetchall()}
    channels = list(Channel.objects.filter(code__in=used).order_by("code"))
    profiles = _profiles(channels, governance.get_active_orders(now=now))
    shares = []
    for channel in channels:
        lists, rows, is_let = used[channel.code]
        profile = profiles.get(channel.code)
        # Without an order nothing comes in, whatever the channel's own numbers are.
        quota = _quota(channel, profile, lists, rows) if profile else Quota(None, None, lists, rows)
        shares.append(Share(channel.code, channel.name, quota, is_let, renewal_of(now)))
    return shares


def get_shares(*, orders: Sequence[governance.OrderView], now: datetime) -> list[Share]:
    """Return today's share of every channel under these orders, by code, for those who take lists in."""
    let = set(
        QuotaPass.objects.filter(batch_id__isnull=True, opened_at__gte=clock.midnight(now)).values_list(
            "channel_id", flat=True
        )
    )
    channels = list(Channel.objects.order_by("code"))
    quotas = get_quotas(channels, orders=orders, now=now)
    return [
        Share(channel.code, channel.name, quotas[channel.code], channel.code in let, renewal_of(now))
        for channel in channels
    ]


def access_own_share(channel_code: str, *, now: datetime) -> Share | Refusal:
    """Return today's share of one of the department's own channels; any other does not exist for it."""
    shares = [share for share in get_own_shares(now=now) if share.channel_code == channel_code]
    return shares[0] if shares else refuse("not_found")


def _used(channels: Sequence[Channel], now: datetime) -> dict[str, tuple[int, int]]:
    """Return by code how many lists and rows each channel has sent today, all with one question."""
    with connection.cursor() as cursor:
        cursor.execute(USED, [[channel.code for channel in channels], clock.midnight(now)])
        return {code: (int(lists), int(rows)) for code, lists, rows in cursor.fetchall()}


def _profiles(
    channels: Sequence[Channel], orders: Sequence[governance.OrderView]
) -> dict[str, governance.ProfileView]:
    """Return by code the profile of the first order that names a channel's purpose and department, where one does."""
    known: dict[UUID, governance.ProfileView] = {}
    found: dict[str, governance.ProfileView] = {}
    for channel in channels:
        for order in orders:
            if channel.purpose in order.purposes and channel.agency_code in order.bodies:
                if order.id not in known:
                    known[order.id] = governance.profile_of(order)
                found[channel.code] = known[order.id]
                break
    return found


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
    quota = _quota(channel, governance.profile_of(order), *_used([channel], now)[channel.code])
    over = quota.over(rows)
    if over is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(USE, {"batch": batch_id, "channel": channel.code, "since": clock.midnight(now)})
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
    open_ = QuotaPass.objects.filter(
        channel=channel, batch_id__isnull=True, opened_at__gte=clock.midnight(now)
    )
    if open_.exists():
        return refuse("quota_open")
    made = QuotaPass(
        id=new_id(), channel=channel, reason=reason.strip()[:200], opened_by=by.ledger_name, opened_at=now
    )
    made.save(force_insert=True)
    ledger.record("quota.open", obj=("channel", channel.code), by=by, now=now, reason=made.reason)
    return made
