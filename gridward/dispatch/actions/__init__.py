"""All writes of dispatch by people: passes, releases, hand-overs, corrections, a look by the centre, a reveal."""

from gridward.dispatch.actions.centre import household_open, task_release_now
from gridward.dispatch.actions.corrections import (
    correction_accept,
    correction_acknowledge,
    correction_enter,
    correction_reject,
)
from gridward.dispatch.actions.hand import Known
from gridward.dispatch.actions.handover import handover_accept, handover_decline, handover_propose
from gridward.dispatch.actions.passes import phone_record, visit_record
from gridward.dispatch.actions.reveal import Revealed, person_reveal

__all__ = [
    "Known",
    "Revealed",
    "correction_accept",
    "correction_acknowledge",
    "correction_enter",
    "correction_reject",
    "handover_accept",
    "handover_decline",
    "handover_propose",
    "household_open",
    "person_reveal",
    "phone_record",
    "task_release_now",
    "visit_record",
]
