"""
Owns walking an exported ledger once, line by line: content, order, chain, signed heads, times.

    entry hash  H(canonical entry)
    chain hash  H(previous chain hash | position, 8 bytes big endian | entry hash), at first 32 zero bytes
    H           SHA-256, or SM3 where the heads say `gm`

Refuses to hold the ledger in memory: ten million entries pass in constant space.
"""

import bisect
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes

from gridward_verify.heads import Head, Unusable
from gridward_verify.report import Report

FORMAT = "gridward-ledger/1"
MOST_LINE = 64 * 1024
FIELD_COUNT = 13
ENDLESS = 1 << 62

# The export writes each entry exactly as it was hashed, so hashing the slice proves the content without
# parsing it.
_LINE = re.compile(
    rb'\{"position":(\d{1,18}),"entry_hash":"([0-9a-f]{64})","chain_hash":"([0-9a-f]{64})",'
    rb'"entry":(null|\[\d{1,19},"([0-9TZ:.-]{27})",.*\])\}\r?\n?'
)


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _sm3(content: bytes) -> bytes:
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(content)
    return hasher.finalize()


HASHES: dict[str, Callable[[bytes], bytes]] = {"aes": _sha256, "gm": _sm3}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the export: what it claims, and the entry's canonical bytes if the entry is there."""

    position: int
    entry_hash: bytes
    chain_hash: bytes
    canonical: bytes | None
    at: str


class Timetable:
    """Between which times an entry at a position can have been written, as the signed heads tell."""

    def __init__(self, heads: Sequence[Head], tolerance: timedelta) -> None:
        ordered = sorted(heads, key=lambda head: head.position)
        self._positions = [head.position for head in ordered]
        self._earliest = ["", *(_moved(head.at, -tolerance) for head in ordered)]
        self._latest = [*(_moved(head.at, tolerance) for head in ordered), "~"]

    def around(self, position: int) -> tuple[str, str, int]:
        """Return earliest and latest time at a position, and the last position for which they hold."""
        segment = bisect.bisect_left(self._positions, position)
        last = self._positions[segment] if segment < len(self._positions) else ENDLESS
        return self._earliest[segment], self._latest[segment], last


def _moved(at: str, by: timedelta) -> str:
    moved = datetime.fromisoformat(at).astimezone(UTC) + by
    return moved.isoformat(timespec="microseconds").replace("+00:00", "Z")


def check_ledger(path: Path, heads: Sequence[Head], tolerance: timedelta, report: Report) -> None:
    """Walk the export and take down everything that is wrong. Raises Unusable when it is no export."""
    try:
        with path.open("rb") as file:
            header = _read_header(file, path)
            suite = heads[-1].suite if heads else header["suite"]
            if any(head.suite != suite for head in heads):
                report.add("heads_disagree", "the heads name different hash functions")
            walk = _Walk(HASHES[suite], heads, tolerance, report)
            for number, line in _numbered(file):
                parsed = _parse(line)
                if parsed is None:
                    report.add("unreadable", f"line {number} of {path.name}")
                else:
                    walk.step(parsed)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None
    walk.end(header.get("sealed"))


def _read_header(file: BinaryIO, path: Path) -> dict[str, str]:
    try:
        header = json.loads(file.readline(MOST_LINE))
        if header["format"] == FORMAT and header["suite"] in HASHES:
            return dict(header)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise Unusable(f"{path} is no exported ledger of a kind this program knows")


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    return enumerate(iter(lambda: file.readline(MOST_LINE), b""), 2)


def _parse(line: bytes) -> Line | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return _parse_slowly(line)
    position, entry_hash, chain_hash, entry, at = found.groups()
    canonical = None if entry == b"null" else entry
    return Line(
        int(position),
        bytes.fromhex(entry_hash.decode()),
        bytes.fromhex(chain_hash.decode()),
        canonical,
        at.decode() if at else "",
    )


def _parse_slowly(line: bytes) -> Line | None:
    """Read a line that some tool has reformatted on the way: same content, other spaces or escapes."""
    try:
        body = json.loads(line)
        entry = body["entry"]
        if entry is not None and (not isinstance(entry, list) or len(entry) != FIELD_COUNT):
            return None
        entry_hash, chain_hash = bytes.fromhex(body["entry_hash"]), bytes.fromhex(body["chain_hash"])
        if type(body["position"]) is not int or not 0 < body["position"] < ENDLESS:
            return None
        if entry is None:
            return Line(body["position"], entry_hash, chain_hash, None, "")
        canonical = json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode()
        return Line(body["position"], entry_hash, chain_hash, canonical, str(entry[1]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _plainly(entry: bytes) -> bytes:
    """Return an entry as it was hashed, if a tool on the way has only escaped its characters; else as it is."""
    try:
        return json.dumps(json.loads(entry), separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return entry


class _Walk:
    """One walk along the chain. After a break it goes on from the line's claim: one break, one finding."""

    def __init__(
        self, digest: Callable[[bytes], bytes], heads: Sequence[Head], tolerance: timedelta, report: Report
    ) -> None:
        self._digest = digest
        self._report = report
        self._signed: dict[int, list[Head]] = {}
        for head in heads:
            self._signed.setdefault(head.position, []).append(head)
        self._timetable = Timetable(heads, tolerance)
        self._earliest, self._latest, self._until = self._timetable.around(1)
        self._expected = 1
        self._previous: bytes | None = bytes(32)

    def step(self, line: Line) -> None:
        """Check one line."""
        self._report.entries += 1
        self._check_content(line)
        if line.position != self._expected and not self._check_place(line):
            return
        if self._previous is not None:
            chained = self._digest(self._previous + line.position.to_bytes(8, "big") + line.entry_hash)
            if chained != line.chain_hash:
                self._report.add("broken_chain", f"at position {line.position}")
        if line.position in self._signed:
            self._check_heads(line)
        self._expected = line.position + 1
        self._previous = line.chain_hash

    def end(self, promised: object) -> None:
        """Check what only shows at the end."""
        last, report = self._expected - 1, self._report
        signed = max(self._signed, default=0)
        report.signed_up_to = min(signed, last)
        if signed > last:
            at = self._signed[signed][0].at
            report.add("truncated", f"a head of {at} vouches for {signed} entries; the export ends at {last}")
        elif isinstance(promised, int) and promised > last:
            report.add("truncated", f"the export promises {promised} entries and ends at {last}")
        if last and not signed:
            report.add("unsigned", f"{last} entries, and no head that a pinned key vouches for")
        elif last > signed:
            report.notes.append(f"The last {last - signed} entries are chained but not signed yet.")

    def _check_content(self, line: Line) -> None:
        if line.canonical is None:
            self._report.add("deleted", f"position {line.position}: the seal is there, the entry is not")
            return
        is_it = self._digest(line.canonical) == line.entry_hash
        if not is_it and self._digest(_plainly(line.canonical)) != line.entry_hash:
            self._report.add("edited", f"position {line.position}")
        if line.position > self._until:
            self._earliest, self._latest, self._until = self._timetable.around(line.position)
        if not self._earliest <= line.at <= self._latest:
            words = f"position {line.position} says {line.at}; signed heads say {self._span()}"
            self._report.add("back_dated", words)

    def _span(self) -> str:
        earliest = f"not before {self._earliest}" if self._earliest else ""
        latest = f"not after {self._latest}" if self._latest != "~" else ""
        return ", ".join(part for part in (earliest, latest) if part)

    def _check_place(self, line: Line) -> bool:
        """Take down a line out of place; tell whether the chain goes on from it."""
        if line.position < self._expected:
            self._report.add("reordered", f"position {line.position} stands after {self._expected - 1}")
            return False
        first, last = self._expected, line.position - 1
        self._report.add("deleted", f"position {first}" if first == last else f"positions {first} to {last}")
        self._previous = None
        return True

    def _check_heads(self, line: Line) -> None:
        for head in self._signed[line.position]:
            if bytes.fromhex(head.chain_hash) != line.chain_hash:
                words = f"position {line.position} does not end in the hash that was signed at {head.at}"
                self._report.add("rewritten", words)
