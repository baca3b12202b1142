"""
The player's book: every send, before it goes out and after its answer, one JSON line each, flushed at once.

Owns what was sent and what came of it, and the figures of the report. Refuses tokens and cookies. A book that ends in
the middle still says which sends have no answer.
"""

import json
import os
import re
import threading
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulator.play.clock import say_time

#: A new file, and nobody else's to read: masked names of invented people, but of a drill all the same.
CREATED = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


class Journal:
    """An append-only book; `path` None keeps the figures and writes nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = os.fdopen(os.open(path, CREATED, 0o600), "w", encoding="utf-8") if path else None
        self._lock = threading.Lock()
        self._number = 0
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.results: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.doors: defaultdict[str, list[float]] = defaultdict(list)
        self.accepted_at: list[float] = []

    def close(self) -> None:
        """Close the book."""
        if self._file:
            self._file.close()

    def intent(self, second: int, who: str, what: str, **more: Any) -> int:
        """Write down what is about to be sent, and return the number under which it stands."""
        with self._lock:
            self._number += 1
            self.counts["sent"] += 1
            self._line(
                {"n": self._number, "second": second, "who": who, "what": what, "is": "intent", **more}
            )
            return self._number

    def accepted(self, number: int, what: str, status: int, *, found_by_looking: bool = False) -> None:
        """Write down that the house took it; it said so, or its pages show it."""
        with self._lock:
            self.counts["accepted"] += 1
            self.counts[f"accepted {what}"] += 1
            self.counts["found by looking"] += found_by_looking
            self.accepted_at.append(time.monotonic())
            self._line({"n": number, "is": "looked" if found_by_looking else "accepted", "status": status})

    def refuse(self, number: int, what: str, status: int, code: str) -> None:
        """Write down a no of the house, by its code."""
        with self._lock:
            self.refused[f"{what}: {code}"] += 1
            self._line({"n": number, "is": "refused", "status": status, "code": code})

    def lost(self, number: int, why: str) -> None:
        """Write down that no answer came that says anything."""
        with self._lock:
            self.counts["answers lost"] += 1
            self._line({"n": number, "is": "lost", "why": why})

    def count(self, word: str, by: int = 1) -> None:
        """Count something that is no send."""
        with self._lock:
            self.counts[word] += by

    def found(self, result: str, outcomes: list[str]) -> None:
        """Count what a visit or a call that the house took has found."""
        with self._lock:
            self.results[result] += 1
            self.outcomes.update(outcomes)

    def door(self, method: str, path: str, seconds: float) -> None:
        """Note how long a door took to answer."""
        door = f"{method} {_IDS.sub('<id>', path.partition('?')[0])}"
        with self._lock:
            self.doors[door].append(seconds)

    def line(self, second: int) -> str:
        """Return in one line how far the day is."""
        with self._lock:
            counts = self.counts
            return (
                f"{say_time(second)}: {counts['lists sent']} lists, {counts['accepted visit']} visits,"
                f" {counts['accepted call']} calls, {sum(self.refused.values())} refused,"
                f" {counts['answers lost']} answers lost"
            )

    def note(self, **what: Any) -> None:
        """Write down something that is no send: an outage, a check."""
        with self._lock:
            self._line(what)

    def _line(self, what: dict[str, Any]) -> None:
        if self._file:
            what = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **what}
            self._file.write(json.dumps(what, ensure_ascii=False) + "\n")
            self._file.flush()
