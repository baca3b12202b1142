"""A small synthetic ledger outside any database, and what an operator with full power could do to it."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridward.kernel.ledger import hashing
from gridward.kernel.ledger.heads import FORMAT, HeadSigner, head_bytes

START = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Seal:
    """One line of an export."""

    position: int
    fields: list | None
    entry_hash: bytes
    chain_hash: bytes

    def text(self) -> str:
        entry = "null" if self.fields is None else hashing.canonical(self.fields).decode()
        hashes = f'"entry_hash":"{self.entry_hash.hex()}","chain_hash":"{self.chain_hash.hex()}"'
        return f'{{"position":{self.position},{hashes},"entry":{entry}}}\n'


@dataclass
class Ledger:
    """An honest ledger: an entry a minute, a signed head every ten entries."""

    directory: Path
    suite: str = "aes"
    seals: list[Seal] = field(default_factory=list)
    heads: list[dict] = field(default_factory=list)
    mirror: list[dict] = field(default_factory=list)
    signer: HeadSigner = field(default_factory=lambda: HeadSigner(Ed25519PrivateKey.generate()))

    def __post_init__(self) -> None:
        (self.directory / "key.pub").write_bytes(self.signer.public_pem)

    def grow(self, count: int) -> "Ledger":
        """Add entries and the heads that fall due."""
        for _ in range(count):
            number = len(self.seals) + 1
            self.append(self.entry(number))
            if number % 10 == 0:
                self.sign(START + number * MINUTE)
        return self

    def entry(self, number: int) -> list:
        at = hashing.timestamp(START + number * MINUTE)
        return [
            number + 100,
            at,
            "SYSTEM",
            "system",
            "task.close",
            "",
            "",
            "",
            "",
            "",
            "ok",
            "雨",
            '{"rows":1}',
        ]

    def append(self, fields: list) -> None:
        previous = self.seals[-1].chain_hash if self.seals else hashing.GENESIS
        position, hashed = len(self.seals) + 1, hashing.entry_hash(fields, suite=self.suite)
        chained = hashing.chain(previous, position, hashed, suite=self.suite)
        self.seals.append(Seal(position, fields, hashed, chained))

    def sign(self, at: datetime, signer: HeadSigner | None = None) -> None:
        head = self.head(len(self.seals), at, signer or self.signer)
        self.heads.append(head)
        self.mirror.append(head)

    def head(self, position: int, at: datetime, signer: HeadSigner) -> dict:
        body = {
            "suite": self.suite,
            "position": position,
            "chain_hash": self.seals[position - 1].chain_hash.hex(),
            "entry_count": position,
            "at": hashing.timestamp(at),
            "key_id": signer.key_id,
        }
        signature = base64.b64encode(signer.sign(head_bytes(**body))).decode()
        return {"format": FORMAT, **body, "signature": signature}

    def chain_anew(self, signer: HeadSigner | None = None) -> None:
        """Number and chain everything again, as somebody can who owns the database, and sign if a key is given."""
        kept, self.seals = self.seals, []
        for seal in kept:
            self.append(seal.fields)
        if signer:
            self.heads = [
                self.head(head["position"], datetime.fromisoformat(head["at"]), signer)
                for head in self.heads
                if head["position"] <= len(self.seals)
            ]

    def write(self) -> dict[str, Path]:
        """Write export, heads and mirror; return the paths as `verify` wants them."""
        header = {"format": "gridward-ledger/1", "suite": self.suite, "sealed": len(self.seals), "waiting": 0}
        ledger, heads, mirror = (
            self.directory / name for name in ("export.jsonl", "heads.jsonl", "kept.jsonl")
        )
        ledger.write_text(json.dumps(header) + "\n" + "".join(seal.text() for seal in self.seals), "utf-8")
        for path, lines in ((heads, self.heads), (mirror, self.mirror)):
            path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        return {"ledger": ledger, "heads": heads, "key": self.directory / "key.pub", "mirror": mirror}
