"""
Owns answering clues that come when their household was asked already: with what is known, without asking again (M-58).

What is known counts only under the same order, for the same purpose, about the same person of the same household, and
while it holds (see `asking`). Set-based: two statements find it, however long the list is. Refuses to answer in part:
a clue that asks anything new goes into a task.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gridward.dispatch import asking, stages
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel import bulk, ledger
from gridward.kernel.actor import Actor
from gridward.kernel.bulk import Rows

# Household by household and by index, as in `merging`; a closed task is looked at only while its answers can hold.
KNOWN = """
select h.household_id, s.person_id, s.purpose, s.kind, s.outcome, s.outcome_at, s.id as subject_id, s.task_id,
       s.area_pos
  from (select distinct household_id from dispatch_stageclue where run = %(run)s) h
 cross join lateral (
       select id from dispatch_task
        where household_id = h.household_id and order_id = %(order)s and state = 'closed' and closed_at >= %(oldest)s
       union all
       select id from dispatch_task
        where household_id = h.household_id and order_id = %(order)s and state = 'open') t
 cross join lateral (
       select * from dispatch_tasksubject where task_id = t.id and outcome <> '' and outcome_at >= %(oldest)s) s
"""

# The newest answer that holds for everything the clue asks. Whether it was given at the door or on the telephone is in
# the passes of whom it was given for.
ANSWERED = """
select b.*, case when exists (select from dispatch_passresult p where p.subject_id = b.subject_id
                                 and p.pass_kind = 'visit' and p.reason = 'settled_by_phone')
                 then 'answered_by_call' else 'answered_by_visit' end as reason
  from (select distinct on (c.clue_id) c.clue_id, c.batch_id, c.person_id, c.resident_id, c.priority, c.purpose, c.kind,
               c.channel_code, c.match_rule, k.subject_id, k.task_id, k.area_pos, k.outcome, k.outcome_at
          from dispatch_stageclue c
          join dispatch_stageknown k
            on k.run = c.run and k.household_id = c.household_id and k.person_id = c.person_id
           and k.purpose = c.purpose
          join unnest(%(kinds)s::text[], %(outcomes)s::text[], %(since)s::timestamptz[], %(if_asked)s::bool[])
            as r (kind, outcome, since, if_asked)
            on r.kind = c.kind and r.outcome = k.outcome and k.outcome_at >= r.since
         where c.run = %(run)s and (not r.if_asked or k.kind <> all (%(silent)s))
         order by c.clue_id, k.outcome_at desc, k.subject_id) b
"""
ASKED_NO_MORE = """
delete from dispatch_stageclue c using dispatch_stageanswer a
 where c.run = %(run)s and a.run = %(run)s and a.clue_id = c.clue_id
"""

# A clue that is answered stands in the task that answered it, with the desk check that resolved it and where its answer
# is from; nobody was called or visited for it, and no pass says so.
SUBJECTS_ANSWERED = """
with added as (
  insert into dispatch_tasksubject (id, task_id, area_pos, clue_id, person_id, resident_id, channel_code, purpose, kind,
                                    priority, next_pass, outcome, outcome_at, outcome_reason)
  select kernel_new_id(%(run)s, clue_id), task_id, area_pos, clue_id, person_id, resident_id, channel_code, purpose,
         kind, priority, 'done', outcome, outcome_at, reason
    from dispatch_stageanswer where run = %(run)s
  returning id, task_id, area_pos, clue_id)
insert into dispatch_passresult (id, subject_id, task_id, area_pos, pass_kind, result, evidence, by, at)
select kernel_new_id(%(run)s, p.id), a.id, a.task_id, a.area_pos, p.pass_kind, p.result, p.evidence, %(by)s, %(now)s
  from added a
  join dispatch_stageanswer c on c.run = %(run)s and c.clue_id = a.clue_id
  join unnest(%(rules)s::text[], %(results)s::text[]) as d (match_rule, result) on d.match_rule = c.match_rule
 cross join lateral (values
       (a.id, 'desk', d.result, jsonb_build_object('match_rule', coalesce(nullif(c.match_rule, ''), 'none'))),
       (c.clue_id, 'update', 'reused', jsonb_build_object('subject', c.subject_id)))
       as p (id, pass_kind, result, evidence)
"""

ANSWERS = """
select clue_id, task_id, outcome, outcome_at as at, reason from dispatch_stageanswer where run = %(run)s
"""


@dataclass(frozen=True)
class Reuse:
    """A run in which clues may be answered: under which order, by whom and when."""

    run: UUID
    order: governance.OrderView
    by: Actor
    now: datetime


def clues_answer(reuse: Reuse, *, desk: Mapping[str, str]) -> int:
    """
    Answer the staged clues that need nobody asked, take them out of the stage, and return how many there were.

    Their households' open tasks are locked. `desk` says what the desk check found, by the rule that resolved a clue.
    """
    profile = governance.profile_of(reuse.order)
    params: dict[str, Any] = {"run": reuse.run, "order": reuse.order.id, "now": reuse.now}
    params["oldest"] = asking.oldest(profile=profile, now=reuse.now)
    if not stages.known_stage(reuse.run, Rows(KNOWN, params)):
        return 0
    answered = stages.answers_stage(reuse.run, Rows(ANSWERED, params | _rules(reuse, profile)))
    if answered:
        bulk.run(ASKED_NO_MORE, params)
        desk_found = {"rules": list(desk), "results": list(desk.values())}
        bulk.run(SUBJECTS_ANSWERED, params | desk_found | {"by": reuse.by.ledger_name})
    return answered


def _rules(reuse: Reuse, profile: governance.ProfileView) -> dict[str, Any]:
    """Return for which kinds of clue which outcomes are answers, and since when."""
    kinds = [kind for (kind,) in bulk.answers(Rows(KINDS, {"run": reuse.run}))]
    found = [
        (kind, outcome, since, "health" in asking.asked_by(kind) and outcome in asking.ONLY_IF_ASKED)
        for kind in kinds
        for outcome in asking.HOLDS
        if (since := asking.reuse_since(kind, outcome, profile=profile, now=reuse.now)) is not None
    ]
    names = ("kinds", "outcomes", "since", "if_asked")
    silent = [kind for kind, fields in asking.ASKED_BY.items() if "health" not in fields]
    columns = zip(*found, strict=True) if found else ((), (), (), ())
    return {name: list(column) for name, column in zip(names, columns, strict=True)} | {"silent": silent}


KINDS = "select distinct kind from dispatch_stageclue where run = %(run)s"


def answers_return(reuse: Reuse) -> None:
    """Give the answers back to who asked, once intake knows in which tasks the clues are."""
    intake.clues_answered(answered=Rows(ANSWERS, {"run": reuse.run}), by=reuse.by, now=reuse.now)
    ((count,),) = bulk.answers(
        Rows("select count(*) from dispatch_stageanswer where run = %(run)s", {"run": reuse.run})
    )
    ledger.record(
        "clue.reuse", obj=("order", reuse.order.id), by=reuse.by, now=reuse.now, basis=str(reuse.order.id), count=count
    )  # fmt: skip
