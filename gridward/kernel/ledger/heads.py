"""
Owns signed heads: where the chain stood at a moment, signed with a key outside the database, and taken
outside.

A chain alone proves only that it agrees with itself: whoever owns the database can cut it and chain it anew.
A head that lies with somebody else cannot be taken back. Refuses to sign without new entries.
"""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypedDict

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from gridward.kernel import scope
from gridward.kernel.ledger.hashing import timestamp
from gridward.kernel.sealing import durable

FORMAT = "gridward-head/1"
PRIVATE_KEY = "heads-signing.key"
PUBLIC_KEY = "heads-signing.pub"
HEADS = "heads.jsonl"
MOST_LINE = 4096

_LAST_HEAD = (
    "select id, position, chain_hash, signature from kernel_ledgerhead order by position desc limit 1"
)


class HeadSigner:
    """The signing key of this installation's heads. Its public half is handed to whoever verifies."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes_raw()
        self.key_id = sha256(raw).hexdigest()[:16]
        self.public_pem = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @classmethod
    def of_directory(cls, directory: Path) -> "HeadSigner":
        """Return the signer whose key lies in the key store's directory, made on first use."""
        durable.private_directory(directory)
        path = directory / PRIVATE_KEY
        with durable.locked(directory):
            if not path.exists():
                private = Ed25519PrivateKey.generate()
                encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
                pem = private.private_bytes(encoding, form, serialization.NoEncryption())
                durable.write_private(path, pem)
            found = serialization.load_pem_private_key(durable.read_private(path), None)
            if not isinstance(found, Ed25519PrivateKey):
                raise TypeError(f"{PRIVATE_KEY} is not an Ed25519 key")
            signer = cls(found)
            if not (directory / PUBLIC_KEY).exists():
                durable.write_private(directory / PUBLIC_KEY, signer.public_pem, mode=0o644)
        return signer

    def sign(self, body: bytes) -> bytes:
        """Return the signature of a head's bytes."""
        return self._private.sign(body)


@dataclass(frozen=True)
class SignedHead:
    """One exported head and the mirrors that could not be reached; they catch up next time."""

    position: int
    chain_hash: str
    at: str
    key_id: str
    missed_mirrors: tuple[Path, ...] = ()


class HeadBody(TypedDict):
    """What a head says; its line in the file adds format and signature."""

    suite: str
    position: int
    chain_hash: str
    entry_count: int
    at: str
    key_id: str


def head_bytes(
    *, suite: str, position: int, chain_hash: str, entry_count: int, at: str, key_id: str
) -> bytes:
    """Return what is signed: a JSON array under the name of its format."""
    fields = [FORMAT, suite, position, chain_hash, entry_count, at, key_id]
    return json.dumps(fields, separators=(",", ":")).encode()


def sign_and_export(
    directory: Path,
    *,
    signer: HeadSigner,
    mirrors: Sequence[Path] = (),
    suite: str = "aes",
    now: datetime | None = None,
) -> SignedHead | None:
    """
    Sign the chain's present head and append it to `directory/heads.jsonl` and to every mirror directory.

    Returns None when the head is signed already; mirrors that lag behind are brought up all the same. A
    mirror that cannot be written is named in the result and does not keep the head from being signed.
    """
    signed = None
    directory.mkdir(parents=True, exist_ok=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LAST_HEAD + " for update")
        row = cursor.fetchone()
        if row and row[3] is None:
            signed = _sign(directory, row[1], bytes(row[2]).hex(), signer, suite, now or _moment(cursor))
            cursor.execute(
                "update kernel_ledgerhead set signature = %s, key_id = %s where id = %s",
                [base64.b64decode(signed["signature"]), signed["key_id"], row[0]],
            )
    missed = tuple(mirror for mirror in mirrors if not _catch_up(directory / HEADS, mirror))
    if signed is None:
        return None
    return SignedHead(signed["position"], signed["chain_hash"], signed["at"], signed["key_id"], missed)


def _moment(cursor: Any) -> datetime:
    """
    Return the present moment by the database's clock.

    A process whose own clock is off would date a head wrongly, and every head after it would look out of order.
    """
    cursor.execute("select clock_timestamp()")
    moment: datetime = cursor.fetchone()[0]
    return moment


def sign_and_export_default() -> SignedHead | None:
    """Sign and export as the settings say: data directory and HEADS_MIRROR."""
    signer = HeadSigner.of_directory(settings.DATA / "keystore")
    mirrors = [Path(name) for name in settings.HEADS_MIRROR.split(os.pathsep) if name]
    with transaction.atomic(), scope.as_role("gridward_sealer"):
        return sign_and_export(
            settings.DATA / "heads", signer=signer, mirrors=mirrors, suite=settings.CRYPTO_SUITE
        )


def _sign(
    directory: Path, position: int, chain_hash: str, signer: HeadSigner, suite: str, moment: datetime
) -> dict[str, Any]:
    last = _last_line(directory / HEADS)
    if last.get("position") == position and last.get("chain_hash") == chain_hash:
        # A crash fell between the file and the commit: the head is out already and stays as it was signed.
        return last
    body: HeadBody = {
        "suite": suite,
        "position": position,
        "chain_hash": chain_hash,
        "entry_count": position,
        "at": timestamp(moment),
        "key_id": signer.key_id,
    }
    signature = base64.b64encode(signer.sign(head_bytes(**body))).decode()
    line = {"format": FORMAT, **body, "signature": signature}
    _append(directory / HEADS, [json.dumps(line, separators=(",", ":")).encode() + b"\n"])
    return line


def _append(path: Path, lines: Sequence[bytes]) -> None:
    with path.open("a+b") as file:
        # Half a line is what a power cut left; nobody was told about it.
        end = file.seek(0, os.SEEK_END)
        while end and not _ends_a_line(file, end):
            end -= 1
            file.truncate(end)
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())
    durable.sync_directory(path.parent)


def _ends_a_line(file: Any, end: int) -> bool:
    file.seek(end - 1)
    return bool(file.read(1) == b"\n")


def _lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    try:
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line, json.loads(line)
    except FileNotFoundError:
        return


def _last_line(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - MOST_LINE))
            whole = file.read().rpartition(b"\n")[0]
    except FileNotFoundError:
        return {}
    return dict(json.loads(whole.rpartition(b"\n")[2])) if whole else {}


def _catch_up(source: Path, mirror: Path) -> bool:
    """Append to the mirror what it lacks, touching nothing else; tell whether it could be reached."""
    try:
        reached = _last_line(mirror / HEADS).get("position", 0)
        lacking = [line for line, head in _lines(source) if head["position"] > reached]
        if lacking:
            _append(mirror / HEADS, lacking)
    except OSError:
        return False
    return True
