"""Facts governance announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from gridward.kernel.outbox import FactBody, fact_kind


@fact_kind
@dataclass(frozen=True)
class OrderSigned(FactBody):
    """An order has both signatures and binds from its start."""

    kind: ClassVar[str] = "governance.order_signed"
    order_id: UUID


@fact_kind
@dataclass(frozen=True)
class OrderEnded(FactBody):
    """An order was ended before its time; its modules are shut and its keys may be destroyed."""

    kind: ClassVar[str] = "governance.order_ended"
    order_id: UUID
