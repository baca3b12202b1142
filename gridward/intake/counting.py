"""
Owns proving a list's count: one hash for every row of the file, taken or rejected, and one root over them all.

What is hashed is what stays: the row's number, what it was counted as, and the blind keys of whom it is about. So the
root that the ledger got can be worked out again from the rows, whatever a review or a visit did to them since; a row
whose keys a correction renewed keeps the hash it had.
Refuses to open anything: the hashes say nothing about anybody.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from gridward.intake.models import BatchReject, Clue
from gridward.intake.queries import BatchView
from gridward.kernel.ledger.hashing import merkle_root

Leaf = tuple[int, bytes]
KEPT = ("row_number", "id", "count_state", "id_key", "id_surname_key", "phone_key", "door_key")


@dataclass(frozen=True)
class RowsCount:
    """The count of a list as its rows tell it, and the root over all of them."""

    accepted: int
    rejected: int
    merged: int
    new: int
    waiting: int
    root: str

    @property
    def rows(self) -> int:
        """Return how many rows the file had."""
        return self.accepted + self.rejected

    def agrees_with(self, batch: BatchView) -> bool:
        """Tell whether the list says the same of itself: every count, and the root."""
        mine = (self.rows, self.accepted, self.rejected, self.merged, self.new, self.waiting, self.root)
        theirs = (
            batch.rows, batch.accepted, batch.rejected, batch.merged, batch.new, batch.waiting, batch.merkle_root,
        )  # fmt: skip
        return mine == theirs


def taken(kept: Sequence[Any]) -> Leaf:
    """Return the hash of a row that was taken, from its columns KEPT, under its number."""
    row_number, clue_id, count_state, *keys = kept
    hexed = [key.hex() if key else "" for key in keys]
    # The JSON array of `_hash`, written at once: numbers, ids, codes and hex need no escaping.
    listed = '","'.join([str(clue_id), count_state, *hexed])
    return row_number, sha256(f'[{row_number},"{listed}"]'.encode()).digest()


def rejected(row_number: int, column: str, code: str) -> Leaf:
    """Return the hash of a row that was rejected, under its number."""
    return row_number, _hash([row_number, "rejected", column, code])


def root_of(leaves: Iterable[Leaf]) -> bytes:
    """Return the root over rows, in the order they stand in the file."""
    return merkle_root(leaf for _number, leaf in sorted(leaves))


def count_rows(batch_id: UUID) -> RowsCount:
    """Count a list from its rows, in the present scope, which must be one that sees the list."""
    counted = {"merged": 0, "new": 0, "waiting": 0}
    leaves = []
    rows = Clue.objects.filter(batch_id=batch_id).values_list("leaf", *KEPT)
    for leaf, *row in rows.iterator(chunk_size=5_000):
        counted[row[2]] += 1
        leaves.append((row[0], bytes(leaf)) if leaf else taken(row))
    accepted = len(leaves)
    rejects = BatchReject.objects.filter(batch_id=batch_id).values_list("row_number", "column", "code")
    leaves += [rejected(*row) for row in rejects]
    return RowsCount(
        accepted=accepted,
        rejected=len(leaves) - accepted,
        merged=counted["merged"],
        new=counted["new"],
        waiting=counted["waiting"],
        root=root_of(leaves).hex(),
    )


def _hash(told: list[Any]) -> bytes:
    return sha256(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()).digest()
