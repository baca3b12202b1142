"""All writes of dispatch by people: passes, hand-overs, corrections, merges, escalations, whistles, looks, reveals."""

from gridward.dispatch.actions.centre import household_open, task_release_now
from gridward.dispatch.actions.corrections import (
    correction_accept,
    correction_acknowledge,
    correction_enter,
    correction_reject,
)
from gridward.dispatch.actions.escalation import (
    escalation_extend,
    escalation_raise,
    escalation_return,
    task_raise,
)
from gridward.dispatch.actions.hand import Known
from gridward.dispatch.actions.handover import handover_accept, handover_decline, handover_propose
from gridward.dispatch.actions.merges import merge_confirm, merge_undo
from gridward.dispatch.actions.passes import phone_record, visit_record
from gridward.dispatch.actions.reveal import Revealed, person_reveal
from gridward.dispatch.actions.supervision import check_judge, supervision_order
from gridward.dispatch.actions.whistle import whistle_answer, whistle_blow, whistle_close, whistle_receive

__all__ = [
    "Known",
    "Revealed",
    "check_judge",
    "correction_accept",
    "correction_acknowledge",
    "correction_enter",
    "correction_reject",
    "escalation_extend",
    "escalation_raise",
    "escalation_return",
    "handover_accept",
    "handover_decline",
    "handover_propose",
    "household_open",
    "merge_confirm",
    "merge_undo",
    "person_reveal",
    "phone_record",
    "supervision_order",
    "task_raise",
    "task_release_now",
    "visit_record",
    "whistle_answer",
    "whistle_blow",
    "whistle_close",
    "whistle_receive",
]
