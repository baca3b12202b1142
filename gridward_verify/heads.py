"""
Owns reading signed heads: which of them the pinned keys vouch for, and whether they agree with each other.

A head says: at this moment the chain was so long and ended in this hash. Refuses to trust a key from the file
itself.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from gridward_verify.report import Report

FORMAT = "gridward-head/1"
SUITES = ("aes", "gm")
MOST_LINE = 4096


class Unusable(Exception):
    """An input file is missing or is not what it should be, so that nothing can be said."""


@dataclass(frozen=True)
class Head:
    """One signed head, before or after its signature was checked."""

    suite: str
    position: int
    chain_hash: str
    entry_count: int
    at: str
    key_id: str
    signature: str

    def signed_bytes(self) -> bytes:
        """Return what the signature covers."""
        fields = [
            FORMAT, self.suite, self.position, self.chain_hash, self.entry_count, self.at, self.key_id,
        ]  # fmt: skip
        return json.dumps(fields, separators=(",", ":")).encode()


Keys = dict[str, Ed25519PublicKey]


def read_keys(paths: Iterable[Path]) -> Keys:
    """Return the pinned public keys by their id. Raises Unusable."""
    keys: Keys = {}
    for path in paths:
        try:
            key = load_pem_public_key(path.read_bytes())
        except (OSError, ValueError) as error:
            raise Unusable(f"{path} holds no public key: {error}") from None
        if not isinstance(key, Ed25519PublicKey):
            raise Unusable(f"{path} holds no Ed25519 key")
        keys[sha256(key.public_bytes_raw()).hexdigest()[:16]] = key
    return keys


def read_heads(path: Path, keys: Keys, report: Report) -> list[Head]:
    """Return the heads of a file that a pinned key vouches for, in order; the others become findings."""
    trusted: list[Head] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MOST_LINE), b""), 1):
                head = _parsed(line)
                if head is None:
                    report.add("unreadable", f"line {number} of {path.name} is no head")
                elif _vouched(head, keys, f"line {number} of {path.name}", report):
                    trusted.append(head)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None
    _check_order(trusted, path.name, report)
    return trusted


def compare(here: Sequence[Head], mirror: Sequence[Head], name: str, report: Report) -> None:
    """Take down what an outside party's heads and ours tell differently. The mirror may lag, never lead."""
    ours = {head.position: head for head in here}
    for head in mirror:
        own = ours.get(head.position)
        if own is None:
            report.add("head_missing", f"{name} holds one of {head.at} at position {head.position}")
        elif (own.chain_hash, own.at) != (head.chain_hash, head.at):
            words = f"position {head.position}: here signed at {own.at}, in {name} at {head.at}"
            same = own.chain_hash == head.chain_hash
            report.add("heads_disagree", words + ("" if same else ", over another chain"))
    last_here, last_there = (max((head.position for head in heads), default=0) for heads in (here, mirror))
    if last_there < last_here:
        report.notes.append(f"{name} reaches position {last_there} only; heads after it have one witness.")


def _parsed(line: bytes) -> Head | None:
    try:
        body = json.loads(line)
        head = Head(
            suite=body["suite"],
            position=body["position"],
            chain_hash=body["chain_hash"],
            entry_count=body["entry_count"],
            at=body["at"],
            key_id=body["key_id"],
            signature=body["signature"],
        )
        datetime.fromisoformat(head.at)
        bytes.fromhex(head.chain_hash)
        whole = type(head.position) is int and type(head.entry_count) is int and head.position > 0
        return head if whole and head.suite in SUITES and len(head.chain_hash) == 64 else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _vouched(head: Head, keys: Keys, place: str, report: Report) -> bool:
    key = keys.get(head.key_id)
    if key is None:
        report.add("foreign_key", f"{place} (position {head.position}, {head.at}): key {head.key_id}")
        return False
    try:
        key.verify(base64.b64decode(head.signature, validate=True), head.signed_bytes())
    except (InvalidSignature, binascii.Error, TypeError, ValueError):
        report.add("bad_signature", f"{place} (position {head.position}, {head.at})")
        return False
    return True


def _check_order(heads: Sequence[Head], name: str, report: Report) -> None:
    for head in heads:
        if head.entry_count != head.position:
            report.add("heads_disagree", f"{name}: {head.entry_count} entries at position {head.position}")
    for one, following in pairwise(heads):
        if following.position < one.position:
            words = f"{name}: position {following.position} was signed after position {one.position}"
            report.add("heads_disagree", words)
        elif following.position == one.position and following.chain_hash != one.chain_hash:
            report.add("heads_disagree", f"{name}: position {one.position} was signed twice, differently")
        if following.at < one.at:
            report.add("wrong_clock", f"{name}: a head of {following.at} follows one of {one.at}")
