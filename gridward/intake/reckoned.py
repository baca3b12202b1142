"""
Owns the answers about how good senders' rows were, channel by channel and list by list. One statement each.

What is added up are the counts that stand with a list and its answers as they are kept: never its rows.
Row-level security decides which lists there are; whom others asked about is no department's business.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from gridward.intake.models import Batch, Channel
from gridward.intake.queries import PAGE
from gridward.intake.reckoning import Period, Quality, quality_of
from gridward.kernel import bulk
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.outcomes import Refusal, refuse

#: The lists in question.
LISTS = """
select id, channel_id, filename, received_at, row_count, rejected_count, list_repeat_count, channel_repeat_count,
       id_unusable_count, phone_unusable_count, unplaced_count, reject_counts, {others} as others_count
  from intake_batch
 where state = 'resolved' and {which}
"""
# List by list and by index, whatever row-level security lets the planner expect.
COUNTS = """
select {about}, w.what, w.code, sum(w.count)::int8 from ({lists}) l cross join lateral (
  select v.what, v.code, v.count::int8 from (values
         ('lists', '', 1), ('rows', '', l.row_count), ('class', 'rejected', l.rejected_count),
         ('class', 'list_repeat', l.list_repeat_count), ('class', 'channel_repeat', l.channel_repeat_count),
         ('beside', 'id_unusable', l.id_unusable_count), ('beside', 'phone_unusable', l.phone_unusable_count),
         ('beside', 'unplaced', l.unplaced_count), ('beside', 'others', l.others_count)) as v (what, code, count)
   where v.count is not null
  union all
  select 'answer', a.fate, a.answered from intake_answercount a where a.batch_id = l.id
  union all
  select 'reject', r.code, r.count::int8 from jsonb_each_text(l.reject_counts) as r (code, count)) w
 group by {about}, w.what, w.code
"""
#: The others are what is left of the merged rows; a department may not read how many those are.
OTHERS = "merged_count - list_repeat_count - channel_repeat_count"


@dataclass(frozen=True)
class ChannelQuality:
    """How good a channel's lists of a period were."""

    channel_code: str
    name: str
    quality: Quality


@dataclass(frozen=True)
class ListQuality:
    """How good one list was."""

    id: UUID
    channel_code: str
    filename: str
    received_at: datetime
    quality: Quality


def access_channel(code: str, *, by: Actor) -> Channel | Refusal:
    """Return a channel: to a department its own, to a centre one whose lists it may see. No other exists for them."""
    channel = Channel.objects.filter(code=code).first()
    if channel is None:
        return refuse("not_found")
    is_theirs = (
        channel.agency_code == by.agency if by.agency else Batch.objects.filter(channel_id=code).exists()
    )
    return channel if is_theirs else refuse("not_found")


def get_channel_qualities(period: Period, *, by: Actor, channel_code: str = "") -> list[ChannelQuality]:
    """Return how good the lists of each channel (or of one) were that came in in a period, by code."""
    lists, asked = _lists(period, by, channel_code)
    found = _found("l.channel_id", lists, asked)
    codes = {code for (code,) in found}
    names = dict(Channel.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        ChannelQuality(code, names[code], quality_of(counts)) for (code,), counts in sorted(found.items())
    ]


def get_list_qualities(
    period: Period,
    *,
    by: Actor,
    channel_code: str = "",
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[ListQuality]:
    """Return a keyset page of lists that came in in a period, newest first, with how good each was."""
    lists, asked = _lists(period, by, channel_code)
    if after:
        lists += " and (received_at < %(at)s or received_at = %(at)s and id > %(after)s)"
        asked["at"], asked["after"] = after
    lists += " order by received_at desc, id limit %(limit)s"
    found = _found("l.id, l.channel_id, l.filename, l.received_at", lists, asked | {"limit": limit})
    answer = [
        ListQuality(batch_id, code, filename, received_at, quality_of(counts))
        for (batch_id, code, filename, received_at), counts in found.items()
    ]
    return sorted(sorted(answer, key=lambda one: one.id), key=lambda one: one.received_at, reverse=True)


def _found(
    about: str, lists: str, asked: Mapping[str, Any]
) -> dict[tuple[Any, ...], list[tuple[str, str, int]]]:
    """Return the counts of what `about` names, each in its kind and code."""
    found: dict[tuple[Any, ...], list[tuple[str, str, int]]] = defaultdict(list)
    for *key, what, code, count in bulk.answers(Rows(COUNTS.format(about=about, lists=lists), asked)):
        found[tuple(key)].append((what, code, count))
    return found


def _lists(period: Period, by: Actor, channel_code: str) -> tuple[str, dict[str, Any]]:
    """Return the question for the lists of a period, and its parameters."""
    said = {
        "channel_id = %(channel)s": ("channel", channel_code),
        "received_at >= %(since)s": ("since", _begins(period.since)),
        "received_at < %(until)s": ("until", _begins(period.until and period.until + timedelta(days=1))),
    }
    conditions = [condition for condition, (_name, value) in said.items() if value]
    others = "null::int" if by.agency else OTHERS
    return LISTS.format(others=others, which=" and ".join(["true", *conditions])), dict(said.values())


def _begins(day: date | None) -> datetime | None:
    """Return when a day begins, by the clock of the house."""
    return timezone.make_aware(datetime.combine(day, time())) if day else None
