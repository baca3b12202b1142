"""Owns how identifiers are made. Refuses meaning: an id says when it was made and nothing else."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562): sortable by the millisecond of its making, 74 random bits."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Return `count` new ids in ascending order, for rows that are written in bulk."""
    milliseconds = time.time_ns() // 1_000_000
    fixed = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | 0b10 << 62
    drawn = secrets.token_bytes(SIZE * count)
    values = sorted(
        [int.from_bytes(drawn[start : start + SIZE], "big") for start in range(0, SIZE * count, SIZE)]
    )
    # Twelve random bits stand above the variant, 62 below it; the order of the 74 is the order of the ids.
    return [UUID(int=fixed | (value >> 68) << 64 | (value >> 6) & LOW) for value in values]


#: Random bytes of one id, of which 74 bits are used.
SIZE = 10
LOW = (1 << 62) - 1
