"""
Owns how the ledger names an object without showing it: the hash of its kind and id. Refuses content.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from gridward.kernel.ledger.hashing import merkle_root

#: A page on a screen names every object on it; a bulk step over more than this names only their Merkle root.
MOST_NAMED = 200
SHORT = 16


def object_hash(kind: str, object_id: object) -> str:
    """Return the name of an object in the ledger: 64 hex digits."""
    return sha256(f"{kind}\x1f{object_id}".encode()).hexdigest()


@dataclass(frozen=True)
class Page:
    """
    A list of objects that were looked at or handled together, as one object of an entry.

    `root` is the Merkle root of their hashes in order. Up to 200 objects are also named one by one, by the
    first 16 hex digits of their hash, so that a resident can later be told who had looked.
    """

    kind: str
    root: str
    count: int
    names: tuple[str, ...]


def page_hash(kind: str, ids: Iterable[object]) -> Page:
    """Return the page of these objects, to be handed to `record` as its object."""
    hashes = [object_hash(kind, object_id) for object_id in ids]
    names = tuple(name[:SHORT] for name in hashes) if len(hashes) <= MOST_NAMED else ()
    return Page(kind, merkle_root(bytes.fromhex(name) for name in hashes).hex(), len(hashes), names)
