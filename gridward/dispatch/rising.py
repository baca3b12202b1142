"""
Owns what the clock does with tasks that are not done: it reminds at half the time, raises what is late to the community
and then from level to level; whistles nobody answers rise as well. Found by indexes; done twice it does no more.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gridward.dispatch import escalating, whistling
from gridward.dispatch.events import TasksRaised
from gridward.dispatch.models import Whistle, WhistleCall
from gridward.dispatch.rules import PRIORITIES
from gridward.dispatch.schedule import in_each_order
from gridward.governance import api as governance
from gridward.kernel import bulk, ledger, live, outbox
from gridward.kernel.actor import SYSTEM
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.territory import api as territory

#: What one run deals with under one order; the next minute takes the rest.
AT_ONCE = 20_000
#: So many places are rung one by one; more, and the whole order's area is.
RINGS = 50


def tasks_rise(*, now: datetime) -> int:
    """Remind and raise what is due to be, order by order; run every minute. Returns how many tasks it touched."""
    return in_each_order(_rise, now)


def _rise(order: governance.OrderView, now: datetime) -> int:
    profile = governance.profile_of(order)
    asked: dict[str, Any] = {
        "order": order.id, "now": now, "run": new_id(), "most": AT_ONCE, "priorities": list(PRIORITIES)
    }  # fmt: skip
    stays = escalating.stays(profile)
    asked |= {
        "levels": [level for level, _priority, _lasts in stays],
        "of": [priority for _level, priority, _lasts in stays],
        "lasts": [lasts for _level, _priority, lasts in stays],
    }
    reminders = [now - escalating.time_past(profile, one, "remind") for one in PRIORITIES]
    reminded = bulk.answers(Rows(REMIND, asked | {"moments": reminders}))
    dues = [now - escalating.time_past(profile, one, "community") for one in PRIORITIES]
    raised = _raised(LATE, LATE_PLACES, asked | {"moments": dues}) + _raised(TAKE_ON, TAKE_ON_PLACES, asked)
    told: dict[str, Any] = {"obj": ("order", order.id), "by": SYSTEM, "now": now, "basis": str(order.id)}
    if reminded:
        ledger.record("task.remind", **told, count=len(reminded))
    if raised:
        ledger.record("escalation.rise", **told, count=len(raised))
        outbox.announce(TasksRaised(asked["run"], order.id), now=now)
    ring(order, {pos for row in reminded + raised for pos in row})
    return len(reminded) + len(raised)


def ring(order: governance.OrderView, places: set[int]) -> None:
    """Ring at each of these places, or once for the order's area when they are many."""
    if len(places) > RINGS:
        live.ring("task", pos=order.area_pos, end=order.area_end)
        return
    for pos in places:
        live.ring("task", pos=pos)


# Each priority by itself, by the index of what the clock has not dealt with: row-level security hides from the planner
# how many there are.
FOUND = """
select t.id, t.area_pos, t.priority
  from unnest(%(priorities)s::text[], %(moments)s::timestamptz[]) as p (priority, moment)
 cross join lateral (
   select id, area_pos, priority from dispatch_task
    where order_id = %(order)s and state = 'open' and watch = '{watch}' and priority = p.priority
      and due_at <= p.moment
    order by due_at limit %(most)s for update) t
 limit %(most)s
"""
REMIND = f"""
with found as materialized ({FOUND.format(watch="")})
update dispatch_task t set watch = 'reminded' from found f where t.id = f.id
returning t.area_pos, t.area_pos
"""
LATE_PLACES = f"select distinct area_pos from ({FOUND.format(watch='reminded')}) f"
#: The area of each wanted level above each place, and how long a task stays there.
RUNGS = """
unnest(%(places)s::int8[], %(wanted)s::text[], %(rung_levels)s::text[], %(rungs)s::int8[])
  as r (from_pos, wanted, level, area_pos)
"""
STAYS = "unnest(%(levels)s::text[], %(of)s::text[], %(lasts)s::interval[]) as s (level, priority, lasts)"
ADD = f"""
insert into dispatch_escalation (id, task_id, run_id, order_id, level, area_pos, from_pos, kind, state, raised_by,
                                 raised_at, next_at)
select kernel_new_id(%(run)s, f.id), f.id, %(run)s, %(order)s, r.level, r.area_pos, r.from_pos, f.kind, 'open',
       'SYSTEM', %(now)s, %(now)s::timestamptz + s.lasts
  from found f
  join {RUNGS} on r.from_pos = f.area_pos and r.wanted = f.wanted
  left join {STAYS} on s.level = r.level and s.priority = f.priority
on conflict (task_id) where state = 'open' do nothing
returning area_pos, from_pos
"""
# What was given a new time comes back to whoever gave it.
LATE = f"""
with late as materialized ({FOUND.format(watch="reminded")}),
marked as (
  update dispatch_task t set watch = 'raised' from late l where t.id = l.id
  returning t.id, t.area_pos, t.priority),
found as materialized (
  select m.*, 'late' as kind, coalesce(
      (select level from dispatch_escalation e where e.task_id = m.id order by raised_at desc limit 1),
      'community') as wanted
    from marked m)
{ADD}
"""
# The task is locked before what lies above it, as every hand does: in the other order two of them wait for each other.
DUE = """
select e.id as escalation_id, e.task_id as id, e.from_pos as area_pos, e.state, e.level, t.priority,
       case when e.state = 'open' then 'waited' else 'again' end as kind,
       case when e.state = 'returned' then e.level
            else case e.level when 'community' then 'street' when 'street' then 'district' else 'city' end
        end as wanted
  from (select id, task_id from dispatch_escalation
         where order_id = %(order)s and next_at <= %(now)s and state in ('open', 'returned')
         order by next_at limit %(most)s) due
 cross join lateral (
   select priority from dispatch_task where id = due.task_id and state = 'open' for update) t
 cross join lateral (
   select * from dispatch_escalation
    where id = due.id and next_at <= %(now)s and state in ('open', 'returned') for update) e
"""
TAKE_ON_PLACES = f"select distinct area_pos from ({DUE}) d"
TAKE_ON = f"""
with due as materialized ({DUE}),
gone as (
  update dispatch_escalation e
     set next_at = null, state = case e.state when 'open' then 'risen' else e.state end,
         decided_by = case e.state when 'open' then 'SYSTEM' else e.decided_by end,
         decided_at = case e.state when 'open' then %(now)s else e.decided_at end
    from due d where e.id = d.escalation_id
     and exists (select 1 from {RUNGS} where r.from_pos = d.area_pos and r.wanted = d.wanted)
  returning e.id),
found as materialized (select d.* from due d join gone g on g.id = d.escalation_id)
{ADD}
"""


def _raised(sql: str, places_sql: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    places = [pos for (pos,) in bulk.answers(Rows(places_sql, asked))]
    return bulk.answers(Rows(sql, asked | rungs(places))) if places else []


def rungs(places: Iterable[int]) -> dict[str, list[Any]]:
    """Return, as columns, the area of each level above each of these places."""
    columns: dict[str, list[Any]] = {"places": [], "wanted": [], "rung_levels": [], "rungs": []}
    labels = territory.get_codes(places)
    for pos, code in labels.items():
        path = territory.get_path(code)
        for wanted in escalating.LEVELS:
            if (area := escalating.level_at(path, wanted)) is not None:
                for name, value in zip(columns, (pos, wanted, area.level, area.pos), strict=True):
                    columns[name].append(value)
    return columns


# The whistle before its calls, as whoever closes it does.
OVERDUE = """
select c.id, w.id, w.level, w.from_pos, w.priority
  from (select id, whistle_id from dispatch_whistlecall
         where order_id = %(order)s and next_at <= %(now)s order by next_at limit %(most)s) due
 cross join lateral (
   select * from dispatch_whistle where id = due.whistle_id and state = 'open' for update) w
 cross join lateral (
   select id from dispatch_whistlecall where id = due.id and next_at <= %(now)s for update) c
"""


def whistles_rise(*, now: datetime) -> int:
    """Let whistles that a department has not answered in time lie one level higher, order by order; every minute."""
    return in_each_order(_whistles_rise, now)


def _whistles_rise(order: governance.OrderView, now: datetime) -> int:
    profile = governance.profile_of(order)
    overdue = bulk.answers(Rows(OVERDUE, {"order": order.id, "now": now, "most": AT_ONCE}))
    places: set[int] = set()
    for call_id, whistle_id, level, from_pos, priority in overdue:
        path = territory.get_path(territory.get_codes([from_pos])[from_pos])
        above = escalating.level_above(path, level)
        # Several departments of one whistle may be overdue: it rises once.
        if above is not None:
            Whistle.objects.filter(id=whistle_id, level=level).update(level=above.level, area_pos=above.pos)
            places |= {above.pos, from_pos}
        WhistleCall.objects.filter(id=call_id).update(
            **{"next_at": None} if above is None else {
                "next_at": whistling.reply_by(profile, priority, now), "risen_at": now, "risen_level": above.level,
            }
        )  # fmt: skip
    if places:
        ledger.record(
            "whistle.rise",
            obj=("order", order.id),
            by=SYSTEM,
            now=now,
            basis=str(order.id),
            count=len(overdue),
        )
        ring(order, places)
    return len(overdue)
