"""Answers to forms against a filled city: sent by several connections of an enrolled phone, each request signed."""

import hashlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.house.boards import processor_seconds
from benchmarks.house.city import superuser
from benchmarks.house.phones import Phone

#: How many connections send at once, and how many answers each; and how many a phone brings at once after a shift.
CONNECTIONS, EACH, ROUNDS, SHIFT = 8, 60, 3, 20
VERSION = "2026112802"
#: The share of answers that name a photo of this size, in a round of their own.
PHOTO = 100 * 1024
KEPT = """
insert into forms_formversion (id, form_code, version, title, owner_code, purpose, replaces, state, filename,
  content_hash, workbook, xform, questions, field_count, sunset_at, drafted_by, drafted_at, published_by, published_at)
values (%(id)s::uuid, %(code)s, %(version)s, %(code)s, 'health', 'case_finding', '', 'published', 'form.csv',
  %(id)s::text, '', %(xform)s, %(questions)s::jsonb, 4, now() + interval '20 days', %(id)s::uuid, now(),
  gen_random_uuid(), now())
"""
PLACED = "insert into forms_formplace (version_id, area_code, area_pos, area_end) values (%s, 'all', 0, %s)"


def form_kept(code: str) -> str:
    """Have one of the house's own forms asked everywhere, and return its id."""
    with as_file(files("gridward.forms") / "data" / f"{code}.csv") as path:
        return form_stored(code, path)


def form_stored(code: str, path: Path) -> str:
    """Have the form of a workbook asked everywhere, past those who would look at it first, and return its id."""
    from gridward.forms.converting import Converted, form_convert, question_kept

    form = form_convert(path, filename=path.name)
    if not isinstance(form, Converted):
        raise RuntimeError(f"{code} cannot be converted: {form}")
    made = str(uuid4())
    questions = orjson.dumps([question_kept(one) for one in form.questions]).decode()
    with superuser() as cursor:
        said = {
            "id": made,
            "code": code,
            "version": form.version,
            "xform": form.xform,
            "questions": questions,
        }
        cursor.execute(KEPT, said)
        cursor.execute(PLACED, [made, 2**62])
    return made


def answers_seen(phone: Phone, site_pid: int, task: str, *, quick: bool) -> dict[str, Any]:
    """Return for answers without and with a photo: seconds of each request, of each round, and of the processors."""
    forms = {code: form_kept(code) for code in ("daily_temperature", "disinfection_log")}
    each, rounds = (3, 1) if quick else (EACH, ROUNDS)
    kinds = {
        "plain": (forms["daily_temperature"], 0, 1),
        "shift": (forms["daily_temperature"], 0, SHIFT),
        "photo": (forms["disinfection_log"], PHOTO, 1),
    }
    seen: dict[str, Any] = {kind: {"asked": [], "round": [], "site": [], "database": []} for kind in kinds}
    for _round in range(rounds):
        for kind, (form, photo, at_once) in kinds.items():
            told = seen[kind]
            before, begun = processor_seconds(site_pid), time.perf_counter()
            told["asked"].append(_sent_by_all(phone, form, task, photo, each, at_once))
            told["round"].append(time.perf_counter() - begun)
            after = processor_seconds(site_pid)
            told["site"].append(after[0] - before[0])
            told["database"].append(after[1] - before[1])
    return {"count": CONNECTIONS * each, "connections": CONNECTIONS, **seen}


def _sent_by_all(phone: Phone, form: str, task: str, photo: int, each: int, at_once: int) -> list[float]:
    seconds: list[float] = []

    def send(line: Phone) -> None:
        for first in range(0, each, at_once):
            begun = time.perf_counter()
            _send(line, form, task, photo, min(at_once, each - first))
            seconds.append(time.perf_counter() - begun)

    by_all(phone, send)
    return seconds


def by_all(phone: Phone, send: Callable[[Phone], None]) -> None:
    """Let all connections of a phone send at once, each on a line of its own; raise what one of them broke on."""
    broken: list[BaseException] = []

    def sends() -> None:
        try:
            send(phone.another())
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=sends) for _one in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


def _send(line: Phone, form: str, task: str, photo: int, count: int) -> None:
    names, now = [str(uuid4()) for _one in range(count)], datetime.now(UTC).isoformat()
    submissions = [
        {
            "id": name,
            "form": form,
            "at": now,
            "xml": _disinfection(name) if photo else _readings(name, task),
        }
        for name in names
    ]
    said = line.ask("/api/v1/sync/submissions", {"sent_at": now, "submissions": submissions})[1]["results"]
    if wrong := [one for one in said if one["status"] != "stored"]:
        raise RuntimeError(f"answers were not stored: {wrong[0]}")
    for name in names if photo else ():
        line.bring(f"/api/v1/sync/media/{name}/1.jpg", _photo(name, photo))


def _readings(name: str, task: str) -> str:
    three = "".join(
        f"<readings><number>{number}</number><half_day>morning</half_day><temperature>36.{number}</temperature>"
        "<symptoms>none</symptoms></readings>"
        for number in (1, 2, 3)
    )
    return _whole("daily_temperature", name, f"<household>{task}</household>{three}")


def _disinfection(name: str) -> str:
    day = (datetime.now(UTC) - timedelta(days=2)).date()
    said = (
        f"<place>3-1</place><day>{day}</day><begun>09:30:00.000</begun><parts>lift floor</parts><agent>chlorine</agent>"
        "<milligrams>300</milligrams><method>wipe</method><minutes>30</minutes><photo>1.jpg</photo>"
    )
    return _whole("disinfection_log", name, said)


def _whole(code: str, name: str, inner: str) -> str:
    return f'<data id="{code}" version="{VERSION}">{inner}<meta><instanceID>uuid:{name}</instanceID></meta></data>'


def _photo(name: str, size: int) -> bytes:
    """Return a JPEG of about this size, as far as its parts go, that nobody sent before."""
    drawn = hashlib.shake_256(name.encode()).digest(size).replace(b"\xff", b"\xfe")
    table = b"\xff\xdb\x00\x43" + bytes(65)
    frame = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    return b"\xff\xd8" + table + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + drawn + b"\xff\xd9"
