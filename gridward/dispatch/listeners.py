"""Reactions of dispatch to what intake, the register and workforce announced."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gridward.dispatch.merging import clues_dispatch
from gridward.dispatch.moving import tasks_follow_people
from gridward.dispatch.schedule import tasks_follow_roster
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outbox import Heard
from gridward.kernel.outcomes import Refused

PURPOSE = "case_finding"


def on_batch_resolved(facts: Sequence[Heard], now: datetime) -> None:
    """Put the ready clues of resolved batches into tasks. An order that is over leaves them where they are."""
    for fact in facts:
        order = governance.get_order(UUID(fact.ids["order_id"]), now=now)
        if order is None:
            continue
        try:
            with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
                ready = intake.ready_clues(batch_id=UUID(fact.ids["batch_id"]))
                clues_dispatch(ready=ready, order=order, by=SYSTEM, now=now)
        except Refused:
            continue


def on_clue_resolved(facts: Sequence[Heard], now: datetime) -> None:
    """Put clues that a person decided in review into tasks."""
    for fact in facts:
        order = governance.get_order(UUID(fact.ids["order_id"]), now=now)
        if order is None:
            continue
        try:
            with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
                ready = intake.ready_clues(clue_ids=[UUID(fact.ids["clue_id"])])
                clues_dispatch(ready=ready, order=order, by=SYSTEM, now=now)
        except Refused:
            continue


def on_residents_moved(facts: Sequence[Heard], now: datetime) -> None:
    """Let what is asked about people follow them to where they live now."""
    for fact in facts:
        order = governance.get_order(UUID(fact.ids["order_id"]), now=now)
        if order is None:
            continue
        residents = [UUID(one) for one in fact.ids["resident_ids"]]
        try:
            with governance.job_transaction(order_id=order.id, purpose=PURPOSE):
                tasks_follow_people(order=order, resident_ids=residents, by=SYSTEM, now=now)
        except Refused:
            continue


def on_duty_changed(facts: Sequence[Heard], now: datetime) -> None:
    """Let tasks follow whoever is on duty now; once, however many came and went."""
    tasks_follow_roster(now=now)
