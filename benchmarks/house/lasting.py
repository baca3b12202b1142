"""
R2: two hundred and fifty answers to a form of two hundred and fifty questions each second, for a minute, all stored.

No form of the house is so long (twelve fields are the budget); it is stored past those who would look at it first, to
see whether length breaks what answers go through. They come as phones bring them after a shift, several at once.
"""

import csv
import io
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from benchmarks.house.answering import by_all, form_stored
from benchmarks.house.boards import processor_seconds
from benchmarks.house.city import superuser
from benchmarks.house.phones import Phone

CODE, VERSION = "long_form", "1"
QUESTIONS, RATE, SECONDS, AT_ONCE = 250, 250, 60, 10
#: Kinds of question in turn: type, condition, what is accepted, and an answer.
KINDS = (
    ("integer", "", ". >= 0 and . <= 500", "17"),
    ("select_one yn", "", "", "yes"),
    ("text", "", "", "plain words of some length"),
    ("decimal", "", ". < 43", "36.5"),
    ("date", "${{q{before}}} > 3", "", "2026-11-01"),
)
STORED = "select count(*) from field_submission where id = any(%s::uuid[])"


def lasting_seen(phone: Phone, site_pid: int, *, quick: bool) -> dict[str, Any]:
    """Return how many answers were sent, stored and read back, in which time, and what the processors worked."""
    form = _long_form()
    seconds = 2 if quick else SECONDS
    before, begun = processor_seconds(site_pid), time.perf_counter()
    sent, asked = _sent(phone, form, RATE * seconds // AT_ONCE, begun)
    lasted = time.perf_counter() - begun
    after = processor_seconds(site_pid)
    with superuser() as cursor:
        cursor.execute(STORED, [sent])
        (stored,) = cursor.fetchone() or (0,)
    return {
        "sent": len(sent), "stored": stored, "lasted": lasted, "asked": asked, "wanted": RATE * seconds,
        "site": after[0] - before[0], "database": after[1] - before[1],
    }  # fmt: skip


def _long_form() -> str:
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["survey"])
    lines.writerow(["", "type", "name", "label", "purpose", "relevant", "constraint"])
    for number in range(QUESTIONS):
        kind, relevant, constraint, _answer = KINDS[number % len(KINDS)]
        condition = relevant.format(before=number - len(KINDS) + 1)
        lines.writerow(["", kind, f"q{number}", f"Question {number}", "A benchmark", condition, constraint])
    lines.writerow(["choices"])
    lines.writerow(["", "list_name", "name", "label"])
    lines.writerows([["", "yn", "yes", "Yes"], ["", "yn", "no", "No"]])
    lines.writerow(["settings"])
    lines.writerows([["", "form_id", "form_title", "version"], ["", CODE, "A long form", VERSION]])
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{CODE}.csv"
        path.write_text(out.getvalue(), encoding="utf-8")
        return form_stored(CODE, path)


def _sent(phone: Phone, form: str, batches: int, begun: float) -> tuple[list[str], list[float]]:
    """Send so many batches from all connections, none before its time; return the ids and the seconds of each batch."""
    turn, lock = iter(range(batches)), threading.Lock()
    names: list[str] = []
    asked: list[float] = []

    def send(line: Phone) -> None:
        while True:
            with lock:
                number = next(turn, None)
            if number is None:
                return
            time.sleep(max(0.0, begun + number * AT_ONCE / RATE - time.perf_counter()))
            own, at = [str(uuid4()) for _one in range(AT_ONCE)], time.perf_counter()
            _send(line, form, own)
            asked.append(time.perf_counter() - at)
            names.extend(own)

    by_all(phone, send)
    return names, asked


_ANSWERS = "".join(f"<q{number}>{KINDS[number % len(KINDS)][3]}</q{number}>" for number in range(QUESTIONS))


def _send(line: Phone, form: str, names: list[str]) -> None:
    now = datetime.now(UTC).isoformat()
    submissions = [
        {
            "id": name, "form": form, "at": now,
            "xml": f'<data id="{CODE}" version="{VERSION}">{_ANSWERS}'
            f"<meta><instanceID>uuid:{name}</instanceID></meta></data>",
        }
        for name in names
    ]  # fmt: skip
    said = line.ask("/api/v1/sync/submissions", {"sent_at": now, "submissions": submissions})[1]["results"]
    if wrong := [one for one in said if one["status"] != "stored"]:
        raise RuntimeError(f"answers were not stored: {wrong[0]}")
