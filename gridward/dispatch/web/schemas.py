"""What several operations of the JSON API say and are told."""

from ninja import Schema


class Area(Schema):
    """An area: its national code, level and name, and the names above it."""

    code: str
    level: str
    name: str
    path: str


class Reason(Schema):
    """A reason that the ledger keeps."""

    reason: str
