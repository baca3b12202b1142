"""Facts dispatch announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from gridward.kernel.outbox import FactBody, fact_kind


@fact_kind
@dataclass(frozen=True)
class BatchDispatched(FactBody):
    """Every ready clue of a batch is in a task."""

    kind: ClassVar[str] = "dispatch.batch_dispatched"
    batch_id: UUID
    order_id: UUID


@fact_kind
@dataclass(frozen=True)
class TaskClosed(FactBody):
    """Every person of a task has an outcome."""

    kind: ClassVar[str] = "dispatch.task_closed"
    task_id: UUID
    order_id: UUID


@fact_kind
@dataclass(frozen=True)
class TasksRaised(FactBody):
    """Tasks lie with a higher level now: those of one run of the clock, or the one that somebody raised."""

    kind: ClassVar[str] = "dispatch.tasks_raised"
    run_id: UUID
    order_id: UUID


@fact_kind
@dataclass(frozen=True)
class WhistleBlown(FactBody):
    """Departments are called to a place."""

    kind: ClassVar[str] = "dispatch.whistle_blown"
    whistle_id: UUID
    order_id: UUID
