"""
Owns the socket behind which domain keys live: a directory by default, an HSM where a city has one.

Refuses to hand out a domain key: it wraps and unwraps behind the port. Only the blind-index key comes out,
because a bulk list needs a million indexes a second and no HSM gives that.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class KeyInfo:
    """What may be said about a domain key: its domain, suite, id, fingerprint and life. Never the key."""

    domain: str
    suite: str
    key_id: str
    fingerprint: str
    created_at: datetime
    destroyed_at: datetime | None = None


class DomainKeyPort(Protocol):
    """A live domain key."""

    @property
    def info(self) -> KeyInfo:
        """Return what may be said about this key."""

    def wrap(self, plain: bytes, associated_data: bytes) -> bytes:
        """Return a data key encrypted under the domain key."""

    def unwrap(self, wrapped: bytes, associated_data: bytes) -> bytes:
        """Return the data key, or raise SealBroken (changed) or KeyMissing (another key wrapped it)."""

    def index_key(self) -> bytes:
        """Return the key of the domain's blind indexes; it dies with the domain key."""


class KeyStorePort(Protocol):
    """Where domain keys live, outside the database and outside every backup."""

    def create(self, domain: str, suite: str, *, now: datetime | None = None) -> KeyInfo:
        """Make a domain's key. Raises KeyExists, or KeyDestroyed for ever once it was destroyed."""

    def get(self, domain: str) -> DomainKeyPort:
        """Return the live key. Raises KeyMissing or KeyDestroyed. Cheap enough for every field."""

    def exists(self, domain: str) -> bool:
        """Tell whether the domain has a live key."""

    def destroy(self, domain: str, *, now: datetime | None = None) -> KeyInfo:
        """Destroy the key so that nothing brings it back. Doing it twice is doing it once."""

    def list(self) -> list[KeyInfo]:
        """Return every domain this store knows, live or destroyed, by name."""
