"""What several operations of the API say in the same words."""

from uuid import UUID

from ninja import P, QueryEx, Schema

from gridward.kernel.web.operations import AFTER

After = QueryEx[str, P(description=AFTER, max_length=80)]


class Area(Schema):
    """An area: its national code, level and name, and the names above it."""

    code: str
    level: str
    name: str
    path: str


class Recorded(Schema):
    """The task after what was recorded."""

    id: UUID
    state: str


class Reason(Schema):
    """A reason that the ledger keeps."""

    reason: str
