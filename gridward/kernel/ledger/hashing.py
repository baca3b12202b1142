"""
Owns how an entry becomes bytes and bytes become a chain. Refuses a second way: the sealer, the export and the
tests share this page, and the independent verifier tells the same story in its own words.

    canonical   JSON array [id, at, actor, role, action, object_kind, object_hash, purpose, basis, task,
                result, reason, detail], no spaces, UTF-8 unescaped, `at` as 2026-01-31T09:00:00.000000Z
    entry hash  H(canonical)
    chain hash  H(previous chain hash | position as 8 bytes, big endian | entry hash); at first 32 zeros
    H           SHA-256; in suite `gm` SM3
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from gridward.kernel.sealing.suites import SUITES

GENESIS = bytes(32)
Hash = Callable[[bytes], bytes]

# The same array, written by PostgreSQL: sealing and exporting a million entries then costs no parsing at all.
# tests/kernel/ledger hold both to one result, odd characters included.
CANONICAL_SQL = """'[' || e.id
  || ',"' || to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '",'
  || to_json(e.actor) || ',' || to_json(e.role) || ',' || to_json(e.action) || ',' || to_json(e.object_kind)
  || ',' || to_json(e.object_hash) || ',' || to_json(e.purpose) || ',' || to_json(e.basis)
  || ',' || to_json(e.task) || ',' || to_json(e.result) || ',' || to_json(e.reason)
  || ',' || to_json(e.detail) || ']'"""


def _sha256(content: bytes) -> bytes:
    return sha256(content).digest()


def hash_of(suite: str) -> Hash:
    """Return the hash function of a suite."""
    return _sha256 if suite == "aes" else SUITES[suite].digest


def timestamp(at: datetime) -> str:
    """Return a moment as the ledger writes it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def canonical(fields: Sequence[int | str]) -> bytes:
    """Return the canonical bytes of an entry, whose fields stand in the order given above (`at` as text)."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()


def entry_hash(fields: Sequence[int | str], *, suite: str = "aes") -> bytes:
    """Return the hash of an entry."""
    return hash_of(suite)(canonical(fields))


def chain(previous: bytes, position: int, entry: bytes, *, suite: str = "aes") -> bytes:
    """Return the chain hash at `position`."""
    return hash_of(suite)(previous + position.to_bytes(8, "big") + entry)


def merkle_root(hashes: Iterable[bytes], *, suite: str = "aes") -> bytes:
    """
    Return the Merkle root of a list of hashes, in order (RFC 6962: leaves and nodes are hashed apart).

    The root of nothing is the hash of nothing. A lone node at the end of a level moves up unchanged.
    """
    digest = hash_of(suite)
    level = [digest(b"\x00" + leaf) for leaf in hashes]
    if not level:
        return digest(b"")
    while len(level) > 1:
        pairs = [digest(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) // 2 * 2 :]
    return level[0]
