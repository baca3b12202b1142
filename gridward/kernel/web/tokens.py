"""Owns reading what addresses name: a row by its id, a place in a list by moment and id. Refuses business."""

from datetime import datetime
from uuid import UUID

from gridward.kernel.outcomes import Refused, refuse


def id_of(text: str) -> UUID:
    """Return the id, or refuse as for something that does not exist."""
    try:
        return UUID(text)
    except ValueError:
        raise Refused(refuse("not_found")) from None


def moment_and_id(token: str) -> tuple[datetime, UUID] | None:
    """Return the keyset position an `after=` token names: moment and id, joined by `~`."""
    at, _sep, row_id = token.partition("~")
    try:
        return (datetime.fromisoformat(at), UUID(row_id)) if row_id else None
    except ValueError:
        raise Refused(refuse("not_found")) from None


def after_of(at: datetime, row_id: UUID) -> str:
    """Return the `after=` token of a row, which `moment_and_id` reads."""
    return f"{at.isoformat()}~{row_id}"
