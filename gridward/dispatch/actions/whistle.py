"""
Owns a whistle: blown by a street or wider, answered by each department that is called, closed by who blew it. A worker
who holds the household it is about receives the answers.

No word about people leaves: a department reads a place, a question and words that passed the lint.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gridward.dispatch import escalating, whistling
from gridward.dispatch.escalated import lies_with
from gridward.dispatch.events import WhistleBlown
from gridward.dispatch.models import Task, Whistle, WhistleCall, WhistleReceipt
from gridward.dispatch.queries import PURPOSE
from gridward.dispatch.supervised import may_handle
from gridward.governance import api as governance
from gridward.kernel import ledger, live, notes, outbox
from gridward.kernel.actor import Actor, Scope
from gridward.kernel.ids import new_id
from gridward.kernel.outcomes import Refusal, refuse
from gridward.territory import api as territory
from gridward.workforce import api as workforce


@transaction.atomic
def whistle_blow(
    *,
    agencies: Sequence[str],
    lead: str,
    question: str,
    words: str,
    priority: str,
    task_id: UUID | None,
    by: Actor,
    now: datetime,
) -> Whistle | Refusal:
    """Call departments, one of them the lead, to a place; about a task it is as urgent as the task."""
    own, pos, order_id = _place(by), 0, None
    if task_id is not None:
        task = Task.objects.filter(id=task_id, state="open").first()
        if task is None or not by.covers(task.area_pos):
            return refuse("not_found")
        if refusal := may_handle(task_id, by):
            return refusal
        pos, order_id, priority = task.area_pos, task.order_id, task.priority
    agencies = list(dict.fromkeys(agencies))
    known = {agency.code for agency in workforce.get_agencies()}
    if refusal := whistling.may_blow(
        agencies, lead, known=known, question=question, priority=priority, words=words
    ):
        return refusal
    order = governance.gate_ask(purpose=PURPOSE, area_pos=pos or own.pos, now=now, order_id=order_id)
    if isinstance(order, Refusal):
        return order
    blown = Whistle(
        id=new_id(), order_id=order.id, task_id=task_id, level=own.level, area_pos=own.pos, from_pos=own.pos,
        place_pos=_community(pos) if pos else own.pos, question=question, words=notes.kept(words), priority=priority,
        lead_code=lead, agency_codes=agencies, state="open", blown_by=by.ledger_name, blown_at=now,
    )  # fmt: skip
    Whistle.objects.bulk_create([blown])
    _departments_call(blown, order, now)
    outbox.announce(WhistleBlown(blown.id, order.id), now=now)
    _recorded("whistle.blow", blown, blown.words, by, now)
    return blown


def _departments_call(blown: Whistle, order: governance.OrderView, now: datetime) -> None:
    due = whistling.reply_by(governance.profile_of(order), blown.priority, now)
    WhistleCall.objects.bulk_create(
        WhistleCall(
            id=new_id(), whistle=blown, order_id=order.id, agency_code=code, is_lead=code == blown.lead_code,
            area_pos=blown.from_pos, place_pos=blown.place_pos, state="waiting", is_open=True,
            reply_by=due, next_at=due,
        )
        for code in blown.agency_codes
    )  # fmt: skip


def _place(by: Actor) -> Scope:
    """Return the area in whose name this actor blows: the first of those it answers for."""
    return by.scopes[0]


def _community(pos: int) -> int:
    path = territory.get_path(territory.get_codes([pos])[pos])
    found = escalating.level_at(path, "community")
    return found.pos if found else pos


@transaction.atomic
def whistle_answer(
    *, call_id: UUID, answer: str, words: str, by: Actor, now: datetime
) -> WhistleCall | Refusal:
    """Answer a whistle for a department: coming, dealt with, or not a matter of ours, each with a reason."""
    call = WhistleCall.objects.select_for_update().filter(id=call_id, agency_code=by.agency).first()
    if call is None:
        return refuse("not_found")
    if not call.is_open:
        return refuse("whistle_closed")
    if refusal := whistling.may_answer(call.state, answer, words):
        return refusal
    call.state, call.words, call.answered_at, call.next_at = answer, notes.kept(words), now, None
    WhistleCall.objects.filter(id=call.id).update(
        state=answer, words=call.words, answered_by=by.ledger_name, answered_at=now, next_at=None
    )
    ledger.record(
        "whistle.answer", obj=("whistle", call.whistle_id), by=by, now=now, purpose=PURPOSE,
        basis=str(call.order_id), result=answer, reason=call.words, agency=by.agency,
    )  # fmt: skip
    live.ring("task", pos=call.area_pos)
    return call


@transaction.atomic
def whistle_close(*, whistle_id: UUID, words: str, by: Actor, now: datetime) -> Whistle | Refusal:
    """Close a whistle: whoever blew it, or the level it has risen to, says what came of it."""
    blown = Whistle.objects.select_for_update().filter(id=whistle_id).first()
    if blown is None or not (lies_with(by, blown.from_pos) or lies_with(by, blown.area_pos)):
        return refuse("not_found")
    if blown.state != "open":
        return refuse("whistle_closed")
    if refusal := notes.lint(words):
        return refusal
    blown.state, blown.closing, blown.closed_at = "closed", notes.kept(words), now
    Whistle.objects.filter(id=whistle_id).update(
        state="closed", closing=blown.closing, closed_by=by.ledger_name, closed_at=now
    )
    WhistleCall.objects.filter(whistle_id=whistle_id).update(is_open=False, next_at=None)
    _recorded("whistle.close", blown, blown.closing, by, now)
    return blown


@transaction.atomic
def whistle_receive(*, call_id: UUID, answer: str, at: datetime, by: Actor, now: datetime) -> str | Refusal:
    """Keep that a worker received what a department answered about a household in hand; the same again is known."""
    # The walls show a worker the whistles that concern him or her, and no other call exists.
    calls = WhistleCall.objects.filter(id=call_id, whistle__task_id__isnull=False).exclude(state="waiting")
    found = calls.values_list("state", "answered_at", "whistle_id", "whistle__task_id").first()
    if found is None or by.id is None:
        return refuse("not_found")
    state, answered_at, whistle_id, task_id = found
    if answer not in (state, "coming"):
        return refuse("whistle_answer")
    made = WhistleReceipt(
        id=new_id(), call_id=call_id, account_id=by.id, answer=answer,
        received_at=max(at, answered_at or at) if answer == state else at,
    )  # fmt: skip
    WhistleReceipt.objects.bulk_create([made], ignore_conflicts=True)
    if not WhistleReceipt.objects.filter(id=made.id).exists():
        return "known"
    ledger.record(
        "whistle.receive", obj=("whistle", whistle_id), by=by, now=now, purpose=PURPOSE, task=str(task_id),
        result=answer,
    )  # fmt: skip
    return "stored"


def _recorded(action: str, blown: Whistle, words: str, by: Actor, now: datetime) -> None:
    ledger.record(
        action, obj=("whistle", blown.id), by=by, now=now, purpose=PURPOSE, basis=str(blown.order_id),
        task=str(blown.task_id or ""), result=blown.question, reason=words, lead=blown.lead_code,
        agencies=list(blown.agency_codes),
    )  # fmt: skip
    for pos in {blown.from_pos, blown.area_pos}:
        live.ring("task", pos=pos)
