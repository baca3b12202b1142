"""Owns how identifiers are made. Refuses meaning: an id says when it was made and nothing else."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562): sortable by the millisecond of its making, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def new_ids(count: int) -> list[UUID]:
    """Return `count` new ids in ascending order, for rows that are written in bulk."""
    return sorted(new_id() for _ in range(count))
