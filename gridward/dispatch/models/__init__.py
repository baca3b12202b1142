"""The tables of dispatch."""

from gridward.dispatch.models.flow import (
    Escalation,
    Handover,
    Supervision,
    Whistle,
    WhistleCall,
    WhistleReceipt,
)
from gridward.dispatch.models.tasks import (
    BudgetExcess,
    DayPlan,
    DoorLook,
    PassDisagreement,
    PassResult,
    PlanStop,
    Task,
    TaskCount,
    TaskSubject,
    Workload,
)

__all__ = [
    "BudgetExcess",
    "DayPlan",
    "DoorLook",
    "Escalation",
    "Handover",
    "PassDisagreement",
    "PassResult",
    "PlanStop",
    "Supervision",
    "Task",
    "TaskCount",
    "TaskSubject",
    "Whistle",
    "WhistleCall",
    "WhistleReceipt",
    "Workload",
]
