"""
Owns what stands in the file of one key domain and in its tombstone. Refuses a file with a wrong checksum.
"""

import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag

from gridward.kernel.sealing import durable
from gridward.kernel.sealing.errors import KeyMissing, KeyStoreBroken, SealBroken, SealMisuse
from gridward.kernel.sealing.port import KeyInfo
from gridward.kernel.sealing.suites import NONCE_SIZE, SUITES, Aead

VERSION = 1
LIVE = ".domainkey"
DEAD = ".tombstone"
KEY_ID_SIZE = 16
INDEX_KEY_SIZE = 32
_DOMAIN = re.compile(r"[a-z][a-z0-9_]{0,31}(:[a-z0-9][a-z0-9-]{0,63})?")


def file_stem(domain: str) -> str:
    """Return the file name of a domain: a bijection, safe on every file system. Refuses odd domains."""
    if not _DOMAIN.fullmatch(domain):
        raise SealMisuse("a key domain is a word, or a word, a colon and an id in lower case")
    return domain.replace(":", "@")


def _checksum(body: dict[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        body = json.loads(durable.read_private(path))
        claimed = body.pop("checksum")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyStoreBroken(f"{path.name} is damaged") from None
    if claimed != _checksum(body) or body.get("version") != VERSION:
        raise KeyStoreBroken(f"{path.name} is damaged or of an unknown version")
    return dict(body)


def _write(path: Path, body: dict[str, Any]) -> None:
    durable.write_private(path, json.dumps({**body, "checksum": _checksum(body)}).encode())


@dataclass(frozen=True)
class KeyFile:
    """A domain key read into memory; the file behind it is found by its domain."""

    info: KeyInfo
    _key: bytes = field(repr=False)
    _index_key: bytes = field(repr=False)
    _aead: Aead = field(repr=False)

    def wrap(self, plain: bytes, associated_data: bytes) -> bytes:
        """Return a data key under the domain key: key id, nonce, ciphertext and tag."""
        nonce = secrets.token_bytes(NONCE_SIZE)
        return bytes.fromhex(self.info.key_id) + nonce + self._aead.encrypt(nonce, plain, associated_data)

    def unwrap(self, wrapped: bytes, associated_data: bytes) -> bytes:
        """Return the data key; see DomainKeyPort."""
        if wrapped[:KEY_ID_SIZE] != bytes.fromhex(self.info.key_id):
            raise KeyMissing("this data key was wrapped by another domain key")
        nonce = wrapped[KEY_ID_SIZE : KEY_ID_SIZE + NONCE_SIZE]
        if len(nonce) < NONCE_SIZE:
            raise SealBroken("a wrapped data key is cut short")
        try:
            return self._aead.decrypt(nonce, wrapped[KEY_ID_SIZE + NONCE_SIZE :], associated_data)
        except InvalidTag:
            raise SealBroken("a wrapped data key was changed or moved") from None

    def index_key(self) -> bytes:
        """Return the key of the domain's blind indexes."""
        return self._index_key


def make(path: Path, domain: str, suite: str, now: datetime) -> KeyInfo:
    """Write a new domain key and return what may be said about it."""
    body = {
        "version": VERSION,
        "domain": domain,
        "suite": suite,
        "key_id": secrets.token_hex(KEY_ID_SIZE),
        "domain_key": secrets.token_hex(SUITES[suite].key_size),
        "index_key": secrets.token_hex(INDEX_KEY_SIZE),
        "created_at": now.astimezone(UTC).isoformat(),
    }
    _write(path, body)
    return _info(body)


def load(path: Path, domain: str) -> KeyFile:
    """Read a domain key. Raises FileNotFoundError, or KeyStoreBroken when the file is damaged."""
    body = _read(path)
    if body["domain"] != domain:
        raise KeyStoreBroken(f"{path.name} holds the key of another domain")
    key = bytes.fromhex(body["domain_key"])
    return KeyFile(_info(body), key, bytes.fromhex(body["index_key"]), SUITES[body["suite"]].aead(key))


def bury(path: Path, info: KeyInfo, now: datetime) -> KeyInfo:
    """Write the tombstone of a key that is about to be destroyed."""
    body = {
        "version": VERSION,
        "domain": info.domain,
        "suite": info.suite,
        "key_id": info.key_id,
        "fingerprint": info.fingerprint,
        "created_at": info.created_at.isoformat(),
        "destroyed_at": now.astimezone(UTC).isoformat(),
    }
    _write(path, body)
    return _info(body)


def load_tombstone(path: Path) -> KeyInfo:
    """Read a tombstone."""
    return _info(_read(path))


def _info(body: dict[str, Any]) -> KeyInfo:
    # The hash of 128 or 256 random bits tells nothing about them, and lets a manifest name the key that died.
    fingerprint = body.get("fingerprint") or sha256(bytes.fromhex(body["domain_key"])).hexdigest()
    destroyed_at = body.get("destroyed_at")
    return KeyInfo(
        domain=body["domain"],
        suite=body["suite"],
        key_id=body["key_id"],
        fingerprint=fingerprint,
        created_at=datetime.fromisoformat(body["created_at"]),
        destroyed_at=datetime.fromisoformat(destroyed_at) if destroyed_at else None,
    )
