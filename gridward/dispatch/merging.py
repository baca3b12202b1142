"""
Owns putting clues into tasks: one open task per household and order, whoever asks.

Set-based: what is asked and which households it is about lie in two stages, a handful of statements does the rest,
one ledger entry. The database holds the rule itself (a partial unique index), so two lists
at once cannot open two tasks for one door.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from gridward.dispatch import rules, stages
from gridward.dispatch.events import BatchDispatched
from gridward.dispatch.reuse import Reuse, answers_return, clues_answer
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import bulk, ledger, live, outbox
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows
from gridward.kernel.ids import new_id
from gridward.workforce import api as workforce


@dataclass(frozen=True)
class DispatchReport:
    """What became of clues: how many there were, tasks opened, clues that joined one or were answered, asks avoided."""

    clues: int
    opened: int
    joined: int
    asks_avoided: int
    answered: int = 0


@dataclass(frozen=True)
class _Asking:
    """Clues being put into tasks: in which run, under which order, by whom and when."""

    run: UUID
    order: governance.OrderView
    by: Actor
    now: datetime

    @property
    def params(self) -> dict[str, Any]:
        """Return what every statement may ask for."""
        return {"run": self.run, "order": self.order.id, "by": self.by.ledger_name, "now": self.now}


def clues_dispatch(*, ready: Rows, order: governance.OrderView, by: Actor, now: datetime) -> DispatchReport:
    """
    Answer each of the clues (see `intake.ready_clues`) with what is known (see `reuse`), or put it into its
    household's open task, or open one; give the worker what the task needs.

    Runs inside a job's scope. An ask is avoided by every clue that did not have to open a task of its own.
    """
    asking = _Asking(new_id(), order, by, now)
    _lock(order.id)
    count = stages.clues_stage(asking.run, ready)
    if not count:
        return DispatchReport(0, 0, 0, 0)
    # Locked, in one order: a task that its worker is closing now is waited for, and then is open no more.
    bulk.run(TASKS_LOCK, asking.params)
    reuse, desk = Reuse(asking.run, order, by, now), _desk(asking)
    answered = clues_answer(reuse, desk=desk)
    stages.households_stage(asking.run, _households(asking))
    opened = bulk.run(TASKS_OPEN, asking.params | _hours(asking))
    bulk.run(PRIORITIES_RAISE, asking.params | _hours(asking))
    bulk.run(EXCESS_KEEP, asking.params | _budget(asking))
    governance.grants_write_rows(
        rows=Rows(GRANTS, asking.params), basis_id=order.id, ends_at=order.ends_at, by=by, now=now
    )
    found = {"rules": list(desk), "results": list(desk.values())}
    bulk.run(SUBJECTS_ADD, asking.params | found)
    report = _told(asking, count, opened, answered)
    if answered:
        answers_return(reuse)
    stages.clear(asking.run)
    return report


def _lock(order_id: UUID) -> None:
    # Two drains may bring clues of one household at the same time: they queue here instead of colliding below. One
    # lock an order and not one a household: a city's list would fill the server's table of locks.
    bulk.run("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(order_id)])


# Asked household by household (`lateral`, which the planner does not take apart), each by the index of open tasks: of
# what row-level security leaves it expects one task at most, and plans for one cost minutes with a city's.
TASKS_LOCK = """
select t.id
  from (select o.id from (select distinct household_id from dispatch_stageclue where run = %(run)s) h
         cross join lateral (select id from dispatch_task where order_id = %(order)s and state = 'open'
                                and household_id = h.household_id limit 1) o
         order by o.id) d
 cross join lateral (select id from dispatch_task where id = d.id and state = 'open' for update) t
"""
HOUSEHOLDS = """
select h.household_id, h.area_pos, h.batch_id, h.priority, t.id is null as is_new,
       coalesce(t.id, kernel_new_id(%(run)s, h.household_id)) as task_id,
       case when t.id is null then w.account_id else t.assignee_id end as assignee_id
  from (select distinct on (household_id) household_id, area_pos, batch_id,
               min(priority) over (partition by household_id) as priority
          from dispatch_stageclue where run = %(run)s order by household_id, row_number, clue_id) h
  left join unnest(%(places)s::int8[], %(workers)s::uuid[]) as w (area_pos, account_id) on w.area_pos = h.area_pos
  left join lateral (select id, assignee_id from dispatch_task where order_id = %(order)s and state = 'open'
                        and household_id = h.household_id limit 1) t on true
"""
PLACES = "select distinct area_pos from dispatch_stageclue where run = %(run)s"


def _households(asking: _Asking) -> Rows:
    """Return the households that are asked about, each with its open task or the id of one to be opened."""
    places = bulk.answers(Rows(PLACES, asking.params))
    workers = workforce.on_duty((pos for (pos,) in places), now=asking.now)
    return Rows(HOUSEHOLDS, asking.params | {"places": list(workers), "workers": list(workers.values())})


#: The hours of each priority, for a task that stands alone.
HOURS = (
    "unnest(%(priorities)s::text[], %(releases)s::timestamptz[], %(dues)s::timestamptz[])"
    " as p (priority, release_at, due_at)"
)
TASKS_OPEN = f"""
insert into dispatch_task (id, order_id, household_id, area_pos, priority, state, assignee_id, opened_at, due_at,
                           release_at, released_at)
select h.task_id, %(order)s, h.household_id, h.area_pos, h.priority, 'open', h.assignee_id, %(now)s, p.due_at,
       p.release_at, case when h.priority = 'P1' then %(now)s::timestamptz end
  from dispatch_stagehousehold h join {HOURS} using (priority)
 where h.run = %(run)s and h.is_new
"""
# Due no later, and released no later, than if what joins stood alone.
PRIORITIES_RAISE = f"""
update dispatch_task t
   set priority = p.priority, due_at = least(t.due_at, p.due_at),
       release_at = case when t.released_at is null then least(t.release_at, p.release_at) else t.release_at end,
       released_at = case when t.released_at is null and p.priority = 'P1'
                          then %(now)s::timestamptz else t.released_at end
  from dispatch_stagehousehold h join {HOURS} using (priority)
 where h.run = %(run)s and t.id = h.task_id and t.household_id = h.household_id and not h.is_new
   and h.priority < t.priority
"""


def _hours(asking: _Asking) -> dict[str, Any]:
    profile = governance.profile_of(asking.order)
    hours = rules.Hours.of(profile, settings.TIME_ZONE)
    releases = {priority: hours.release_at(priority, asking.now) for priority in rules.PRIORITIES}
    return {
        "priorities": list(releases),
        "releases": list(releases.values()),
        "dues": [rules.due_at(priority, at, profile) for priority, at in releases.items()],
    }


# P1 goes out whatever the day holds: how much of it went over is kept, worker by worker, with the reason of the house.
EXCESS_KEEP = """
with urgent as (
  select t.id, t.area_pos, t.assignee_id, row_number() over (partition by t.assignee_id order by t.id) as place
    from dispatch_stagehousehold h
   cross join lateral (select id, area_pos, assignee_id from dispatch_task
                        where id = h.task_id and state = 'open' and released_at = %(now)s) t
   where h.run = %(run)s and h.priority = 'P1' and t.assignee_id is not null),
days as (
  select w.assignee_id, w.came,
         (select count(*) from dispatch_task t where t.assignee_id = w.assignee_id and t.state = 'open'
             and t.released_at is not null)
         + (select count(*) from dispatch_task t where t.assignee_id = w.assignee_id and t.state = 'closed'
               and t.closed_at >= %(midnight)s) as given
    from (select assignee_id, count(*) as came from urgent group by 1) w)
insert into dispatch_budgetexcess (id, order_id, task_id, area_pos, budget, reason, by, at)
select kernel_new_id(%(run)s, u.id), %(order)s, u.id, u.area_pos, 'worker', 'urgent_clue', %(by)s, %(now)s
  from urgent u join days d using (assignee_id)
 where d.given - d.came + u.place > %(most)s
"""


def _budget(asking: _Asking) -> dict[str, Any]:
    profile = governance.profile_of(asking.order)
    midnight = rules.Hours.of(profile, settings.TIME_ZONE).day_begins(asking.now)
    return {"midnight": midnight, "most": int(profile.number("worker_households_a_day"))}


# A worker holds one grant a purpose for each task: those for what has been asked before are held already.
GRANTS = """
select distinct h.assignee_id as account_id, h.household_id, h.area_pos, c.purpose, h.task_id
  from dispatch_stageclue c join dispatch_stagehousehold h using (run, household_id)
 where run = %(run)s and h.assignee_id is not null
   and (h.is_new or not exists (select 1 from dispatch_tasksubject s
                                 where s.task_id = h.task_id and s.purpose = c.purpose
                                   and s.withdrawn_at is null))
"""

# The desk check is what resolving the clue was: it is recorded here, and the next pass is the telephone.
SUBJECTS_ADD = """
with added as (
  insert into dispatch_tasksubject (id, task_id, area_pos, clue_id, person_id, resident_id, channel_code, purpose, kind,
                                    priority, next_pass)
  select kernel_new_id(%(run)s, c.clue_id), h.task_id, c.area_pos, c.clue_id, c.person_id, c.resident_id,
         c.channel_code, c.purpose, c.kind, c.priority, 'phone'
    from dispatch_stageclue c join dispatch_stagehousehold h using (run, household_id)
   where run = %(run)s
  returning id, task_id, area_pos, clue_id)
insert into dispatch_passresult (id, subject_id, task_id, area_pos, pass_kind, result, evidence, by, at)
select kernel_new_id(%(run)s, a.id), a.id, a.task_id, a.area_pos, 'desk', d.result,
       jsonb_build_object('match_rule', coalesce(nullif(c.match_rule, ''), 'none')), %(by)s, %(now)s
  from added a join dispatch_stageclue c on c.run = %(run)s and c.clue_id = a.clue_id
  join unnest(%(rules)s::text[], %(results)s::text[]) as d (match_rule, result) on d.match_rule = c.match_rule
"""


def _desk(asking: _Asking) -> dict[str, str]:
    """Return what the desk check found, by the rule that resolved a clue."""
    rules_found = "select distinct match_rule from dispatch_stageclue where run = %(run)s"
    return {rule: desk_result(rule) for (rule,) in bulk.answers(Rows(rules_found, asking.params))}


def desk_result(match_rule: str) -> str:
    """Return what the desk check found, from the rule that resolved the clue."""
    if match_rule in ("review", "kept"):
        return "decided" if match_rule == "review" else "decided_before"
    return "matched" if match_rule else "not_in_register"


PLACED = """
select c.clue_id, h.task_id from dispatch_stageclue c join dispatch_stagehousehold h using (run, household_id)
 where run = %(run)s
union all select clue_id, task_id from dispatch_stageanswer where run = %(run)s
"""
#: How many clues of each list there are, and how many of them opened a task: the first of each new household.
ASKS = """
select c.batch_id, min(c.purpose), count(*),
       (select count(*) from dispatch_stagehousehold h
         where h.run = %(run)s and h.is_new and h.batch_id = c.batch_id)
  from (select batch_id, purpose from dispatch_stageclue where run = %(run)s
        union all select batch_id, purpose from dispatch_stageanswer where run = %(run)s) c group by c.batch_id
"""


def _told(asking: _Asking, count: int, opened: int, answered: int) -> DispatchReport:
    order, by, now = asking.order, asking.by, asking.now
    lists = bulk.answers(Rows(ASKS, asking.params))
    avoided = {batch_id: asked - first for batch_id, _purpose, asked, first in lists}
    intake.clues_dispatched(placed=Rows(PLACED, asking.params), asks_avoided=avoided, by=by, now=now)
    ledger.record(
        "clue.dispatch",
        obj=("order", order.id),  # the clues stand in the entry intake has just written
        by=by,
        now=now,
        purpose=lists[0][1],
        basis=str(order.id),
        clues_count=count,
        opened_count=opened,
    )
    for batch_id in avoided:
        outbox.announce(BatchDispatched(batch_id, order.id), now=now)
    live.ring("task", pos=order.area_pos, end=order.area_end)
    live.ring("batch", pos=order.area_pos, end=order.area_end)
    return DispatchReport(count, opened, count - opened, sum(avoided.values()), answered)
