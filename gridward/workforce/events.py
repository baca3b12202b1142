"""Facts workforce announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from gridward.kernel.outbox import FactBody, fact_kind


@fact_kind
@dataclass(frozen=True)
class DutyChanged(FactBody):
    """Somebody is away, is back, or stands in for somebody from now on."""

    kind: ClassVar[str] = "workforce.duty_changed"
    account_id: UUID
