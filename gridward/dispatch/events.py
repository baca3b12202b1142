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
