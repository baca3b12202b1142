"""Facts the register announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from gridward.kernel.outbox import FactBody, fact_kind


@fact_kind
@dataclass(frozen=True)
class ResidentsMoved(FactBody):
    """These residents live elsewhere than registered before: another household, door or area."""

    kind: ClassVar[str] = "registry.residents_moved"
    order_id: UUID
    resident_ids: list[str]
