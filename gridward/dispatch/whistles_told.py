"""
Answers what a worker is told of whistles: those about a household in hand, and those the street blows about none.

Asked in the worker's scope: the walls let no other whistle through, and neither who blew it nor where it rose to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gridward.kernel import prepared
from gridward.kernel.actor import Actor
from gridward.territory import api as territory
from gridward.workforce import api as workforce

#: For so long after it was closed it is said what came of a whistle about a household.
CLOSED_TOLD = timedelta(hours=24)
MOST = 50

#: A receipt is of the answer that stands: one that was given anew is to be received anew.
TOLD = """
select w.id, w.task_id, w.from_pos, w.question, w.words, w.priority, w.blown_at, w.closed_at, w.closing, (
    select json_agg(c order by c.is_lead desc, c.agency_code) from (
      select c.id, c.agency_code, c.is_lead, c.state, c.reply_by, c.words, c.answered_at, r.received_at
        from dispatch_whistlecall c
        left join dispatch_whistlereceipt r on r.call_id = c.id and r.account_id = %(me)s and r.answer = c.state
       where c.whistle_id = w.id) c)
  from (select id, task_id, from_pos, question, words, priority, blown_at, closed_at, closing from dispatch_whistle
         where task_id = any (select id from dispatch_task where assignee_id = %(me)s and state = 'open'
                                 and released_at is not null)
           and (state = 'open' or closed_at > %(since)s)
        union all
        select id, task_id, from_pos, question, words, priority, blown_at, closed_at, closing from dispatch_whistle
         where task_id is null and state = 'open' and from_pos = any (%(streets)s)) w
 order by w.blown_at desc, w.id desc limit %(most)s
"""


@dataclass(frozen=True)
class ToldAnswer:
    """A department that was called: until when it answers, what it said, and when this worker received that."""

    id: UUID
    agency: str
    is_lead: bool
    state: str
    reply_by: datetime
    words: str
    answered_at: datetime | None
    received_at: datetime | None


@dataclass(frozen=True)
class ToldWhistle:
    """A whistle as a worker reads it; `task_id` is the household in hand it is about, None where it is about none."""

    id: UUID
    task_id: UUID | None
    sender: str
    question: str
    words: str
    priority: str
    at: datetime
    closed_at: datetime | None
    closing: str
    calls: Sequence[ToldAnswer]


def get_told_whistles(*, by: Actor, now: datetime) -> list[ToldWhistle]:
    """Return the whistles a worker is told of, the newest first; one statement where there is none."""
    streets = {
        area.pos for scope in by.scopes for area in territory.get_path(scope.code) if area.level == "street"
    }
    asked = {"me": by.id, "since": now - CLOSED_TOLD, "streets": sorted(streets), "most": MOST}
    rows = prepared.ask(TOLD, asked)
    labels = territory.get_labels({row[2] for row in rows})
    names = {agency.code: agency.name for agency in workforce.get_agencies()} if rows else {}
    return [
        ToldWhistle(
            row[0], row[1], labels[row[2]].name, row[3], row[4], row[5], row[6], row[7], row[8],
            tuple(_answer(one, names) for one in row[9] or ()),
        )
        for row in rows
    ]  # fmt: skip


def _at(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)


def _answer(row: Mapping[str, Any], names: Mapping[str, str]) -> ToldAnswer:
    return ToldAnswer(
        id=UUID(row["id"]),
        agency=names.get(row["agency_code"], row["agency_code"]),
        is_lead=row["is_lead"],
        state=row["state"],
        reply_by=datetime.fromisoformat(row["reply_by"]),
        words=row["words"],
        answered_at=_at(row["answered_at"]),
        received_at=_at(row["received_at"]),
    )
