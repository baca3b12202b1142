"""
Answers about the budgets of today: how many workers' days are full, what was sent, how many households were asked as
often as may be, what waits for it, where P1 went over. Counts by grid; a number is the sum of the list that it opens.

Refuses names and rankings: bands of workers, never who did how much.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gridward.dispatch.rules import Hours, band_of
from gridward.governance import api as governance
from gridward.kernel import bulk
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.outcomes import Refusal, Text, refuse
from gridward.territory import api as territory
from gridward.workforce import api as workforce

#: What is counted, in the order in which it is shown, and what one is.
MEASURES: Mapping[str, Text] = {
    "free": _("Workers without a household"),
    "room": _("Workers with room"),
    "full": _("Workers with a full day"),
    "over": _("Workers over the budget"),
    "sent_0": _("No batch yet"),
    "sent_1": _("1 batch of 2"),
    "sent_2": _("2 batches of 2"),
    "asked_out": _("Households asked as often as may be"),
    "waiting": _("Tasks waiting, as a day is full"),
    "exceeded_worker": _("P1 over a worker's budget"),
    "exceeded_household": _("P1 over a household's budget"),
}
#: The numbers of the profile that bind here, in words.
PARAMETERS: Mapping[str, Text] = {
    "worker_households_a_day": _("Households in a worker's day"),
    "worker_minutes_a_household": _("Time for a household"),
    "worker_duty_hours": _("Duty of a worker"),
    "household_attempts_a_day": _("Attempts at a household in a day"),
    "batch_first_hour": _("First batch, o'clock"),
    "batch_second_hour": _("Second batch, o'clock"),
    "quiet_from_hour": _("Quiet from, o'clock"),
    "quiet_until_hour": _("Quiet until, o'clock"),
}


@dataclass(frozen=True)
class Number:
    """A number of the profile as it binds: name, value, unit, and where it comes from."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class Budgets:
    """
    The budgets of an area today: each measure by part of it, why P1 went over, the numbers behind it.

    A part is known by where it starts; what lies in none of them is counted as part 0.
    """

    area: territory.AreaView
    order_number: str
    by_part: Mapping[str, Mapping[int, int]]
    waiting_since: datetime | None
    reasons: Sequence[tuple[str, str, int]]
    numbers: Sequence[Number]

    def count(self, measure: str, part: int | None = None) -> int:
        """Return a measure's number, of the whole area or of a part of it."""
        found = self.by_part.get(measure, {})
        return sum(found.values()) if part is None else found.get(part, 0)


@dataclass(frozen=True)
class _Asked:
    """What every count asks: where, in which parts, since when, under which orders, and the two budgets."""

    params: Mapping[str, Any]
    part: str

    def rows(self, sql: str, **within: Rows) -> list[tuple[Any, ...]]:
        """Ask a question, counted by the parts; `within` are the rows of other rooms that stand in it by name."""
        params = {name: value for one in within.values() for name, value in one.params.items()}
        asked = sql.format(part=self.part, **{name: one.sql for name, one in within.items()})
        return bulk.answers(Rows(asked, {**params, **self.params}))


def get_budgets(
    code: str, *, by: Actor, now: datetime, parts: Sequence[territory.AreaView] | None = None
) -> Budgets | Refusal:
    """
    Return the budgets of an area inside the actor's own (the own one without a code) under the order in force.

    Counts by the parts given, in the order of the line and disjoint; without them by grid.
    """
    area = get_area(code, by=by)
    if area is None:
        return refuse("not_found")
    orders = governance.get_active_orders(now=now, scopes=by.scopes)
    orders = [one for one in orders if one.area_pos < area.end and area.pos < one.area_end]
    if not orders:
        return Budgets(area, "", {}, None, (), ())
    profile = governance.profile_of(orders[0])
    asked = _asked(area, [one.id for one in orders], profile, now, parts)
    waiting = asked.rows(WAITING)
    exceeded = asked.rows(EXCEEDED)
    by_part: dict[str, Mapping[int, int]] = _workers(area, asked, now)
    by_part["asked_out"] = dict(asked.rows(ASKED_OUT))
    by_part["waiting"] = {part: count for part, count, _since in waiting}
    reasons: Counter[tuple[str, str]] = Counter()
    for budget in ("worker", "household"):
        found = [row for row in exceeded if row[1] == budget]
        by_part[f"exceeded_{budget}"] = _sum((part, count) for part, _budget, _reason, count in found)
        reasons += _sum(((budget, reason), count) for _part, _budget, reason, count in found)
    return Budgets(
        area,
        orders[0].number,
        by_part,
        min((since for _part, _count, since in waiting), default=None),
        [(budget, reason, count) for (budget, reason), count in sorted(reasons.items())],
        [_number(profile, name) for name in PARAMETERS],
    )


def _sum(pairs: Iterable[tuple[Any, int]]) -> Counter[Any]:
    total: Counter[Any] = Counter()
    for key, count in pairs:
        total[key] += count
    return total


def get_area(code: str, *, by: Actor) -> territory.AreaView | None:
    """Return an area inside the actor's own, the own one without a code."""
    area = territory.get_area(code or next((scope.code for scope in by.scopes), ""))
    if area is None or not any(scope.pos <= area.pos and area.end <= scope.end for scope in by.scopes):
        return None
    return area


def _number(profile: governance.ProfileView, name: str) -> Number:
    parameter = profile.parameter(name)
    return Number(name, parameter["value"], parameter["unit"], parameter["source"])


#: The part that a place lies in, by where the part starts: its own grid, or one of the parts asked for, 0 for none.
BY_GRID = "area_pos"
PART = "width_bucket(area_pos, %(starts)s::bigint[])"
BY_PART = (
    f"coalesce((%(starts)s::bigint[])[case when area_pos < (%(ends)s::bigint[])[{PART}] then {PART} end], 0)"
)


def _asked(
    area: territory.AreaView,
    orders: Sequence[UUID],
    profile: governance.ProfileView,
    now: datetime,
    parts: Sequence[territory.AreaView] | None,
) -> _Asked:
    hours = Hours.of(profile, settings.TIME_ZONE)
    return _Asked(
        {
            "pos": area.pos, "end": area.end, "orders": list(orders), "now": now,
            "midnight": hours.day_begins(now), "today": now.astimezone(hours.zone).date(),
            "attempts": int(profile.number("household_attempts_a_day")),
            "households": int(profile.number("worker_households_a_day")),
            "starts": [part.pos for part in parts or ()], "ends": [part.end for part in parts or ()],
        },
        BY_GRID if parts is None else BY_PART if parts else "0",
    )  # fmt: skip


HERE = "area_pos >= %(pos)s and area_pos < %(end)s"
#: What each worker was given today, in the hand or done since midnight, and how many batches went out; a worker counts
#: once, where it is on duty, or else where it was given something.
WORKERS = f"""
with duty as (
  select account_id, min(area_pos) as area_pos from ({{duty}}) d group by 1
), given as (
  select account_id, min(area_pos) as area_pos, sum(held) as households from (
    select account_id, area_pos, in_hand::int as held from dispatch_workload where {HERE} and order_id = any(%(orders)s)
    union all
    select assignee_id, area_pos, 1 from dispatch_task
     where {HERE} and closed_at >= %(midnight)s and assignee_id is not null) g
   group by 1 having sum(held) > 0
), sent as (
  select account_id, min(area_pos) as area_pos, count(distinct batch_hour) as batches from dispatch_dayplan
   where {HERE} and plan_date = %(today)s and batch_hour >= 0 and fresh_count > 0
   group by 1
), worker as (
  select coalesce(d.area_pos, g.area_pos, s.area_pos) as area_pos, coalesce(g.households, 0) as households,
         coalesce(s.batches, 0) as batches
    from duty d full join given g using (account_id) full join sent s using (account_id)
)
select {{part}} as part, least(households, %(households)s + 1) as households, least(batches, 2) as batches,
       count(*)
  from worker group by 1, 2, 3
"""
#: A household may have several tasks, one after the other or under two orders; what was asked counts together.
ASKED_OUT = f"""
select {{part}} as part, count(*) from (
  select household_id, min(area_pos) as area_pos from dispatch_task where {HERE} and asked_at >= %(midnight)s
   group by 1 having sum(asked_count) >= %(attempts)s) h
 group by 1
"""
WAITING = f"""
select {{part}} as part, count(*), min(release_at) from dispatch_task
 where {HERE} and state = 'open' and released_at is null and release_at <= %(now)s and assignee_id is not null
   and order_id = any(%(orders)s)
 group by 1
"""
EXCEEDED = f"""
select {{part}} as part, budget, reason, count(*) from dispatch_budgetexcess
 where {HERE} and at >= %(midnight)s group by 1, 2, 3
"""


def _workers(area: territory.AreaView, asked: _Asked, now: datetime) -> dict[str, Mapping[int, int]]:
    """Return the bands of the workers on duty and how many batches they got, each worker in one part."""
    duty = workforce.on_duty_rows(area.pos, area.end, now=now)
    found: dict[str, Counter[int]] = {name: Counter() for name in list(MEASURES)[:7]}
    budget = asked.params["households"]
    for part, households, batches, count in asked.rows(WORKERS, duty=duty):
        found[band_of(households, budget)][part] += count
        found[f"sent_{batches}"][part] += count
    return dict(found)


def told(found: Budgets) -> dict[str, Any]:
    """Return the budgets of an area as a machine reads them."""
    return {
        "area": territory.get_labels([found.area.pos])[found.area.pos],
        "order_number": found.order_number,
        "counts": {name: found.count(name) for name in MEASURES},
        "waiting_since": found.waiting_since,
        "numbers": found.numbers,
    }
