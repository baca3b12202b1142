"""
A thousand open boards: their streams, the bells of a city at work, and the questions the boards then ask.

The boards behave as the page's own script does (`live.js`): at a bell one question for the live parts, the map's
figures among them, and a second of rest. Measured is the processor time of the site's processes and of the database's,
not the waiting.
"""

import asyncio
import os
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest

from benchmarks.figures import quantile
from benchmarks.house.city import superuser
from benchmarks.house.filled import settled
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.wiring.supervisor.layout import Layout
from gridward.workforce import actions as workforce_actions
from gridward.workforce import api as workforce

#: Who watches: how many boards of each level, of a thousand.
WATCHERS = (("city", "city_officer", 20), ("district", "district_officer", 60), ("street", "street_officer", 320),
            ("community", "community_officer", 600))  # fmt: skip
BELLS_A_SECOND = 20
OPENING_SECONDS = 120
REST, SPREAD = 1.0, 0.4
#: The live parts of a board that shows a map.
PARTS = "figures side map-figures"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Board:
    """One open board: whose, and what it has heard and asked so far."""

    cookie: str
    is_asking: bool = False
    asked_at: float = 0.0
    bells: int = 0
    answers: list[float] = field(default_factory=list)


def boards_open(port: int, pid: int, *, quick: bool) -> dict[str, dict[str, float]]:
    """Open the boards and ring, everywhere and then in one grid; return what each takes of a core, and more."""
    share, seconds = (100, 2.0) if quick else (1, 60.0)
    boards = [Board(cookie) for cookie in cookies(share)]
    found = {}
    for name, places in (("all over the city", 0), ("all in one grid", 1)):
        site, database, asked = asyncio.run(watched(boards, port, pid, seconds, places))
        waited = [one for board in boards for one in board.answers] or [0.0]
        found[f"{len(boards):,} boards, {BELLS_A_SECOND} changes a second {name}"] = {
            "site": site,
            "database": database,
            "refreshes": asked / seconds,
            "p95": quantile(waited, 0.95),
        }
        for board in boards:
            board.answers.clear()
    return found


def cookies(share: int) -> list[str]:
    """Make an account for each board and sign it in without the form, whose password check is slow on purpose."""
    with superuser() as cursor:
        cursor.execute("select level, array_agg(code order by code) from territory_area group by level")
        codes = dict(cursor.fetchall())
    made = []
    for level, role, count in WATCHERS:
        for number in range(max(1, count // share)):
            code = codes[level][number * 7919 % len(codes[level])]
            made.append(signed_in(f"watch-{level}-{number}", role, code))
    return made


def signed_in(handle: str, role: str, code: str) -> str:
    """Return the cookie of a new account."""
    with transaction.atomic():
        now = clock.now()
        account = settled(workforce.account_create(handle=handle, password=None, by=SYSTEM, now=now))
        settled(
            workforce.assignment_open(
                account_id=account.id, role=role, area_code=code, agency_code="", by=SYSTEM, now=now
            )
        )
        request = HttpRequest()
        request.session = SessionStore()
        login(request, account, backend=settings.AUTHENTICATION_BACKENDS[-1])
        request.session.save()
        key = request.session.session_key or ""
        workforce_actions.web_session_open(account=account, key=key, now=now)
    return f"{settings.SESSION_COOKIE_NAME}={key}"


async def watched(
    boards: list[Board], port: int, pid: int, seconds: float, places: int
) -> tuple[float, float, int]:
    """Have every board open for so long while tasks change; return cores of site and database, and refreshes."""
    opened = asyncio.Semaphore(20)
    ready = [asyncio.Event() for _ in boards]
    streams = [
        asyncio.create_task(stream(board, port, opened, event))
        for board, event in zip(boards, ready, strict=True)
    ]
    opening = asyncio.create_task(asyncio.wait_for(all_of(ready), OPENING_SECONDS))
    await asyncio.wait([opening, *streams], return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        raise RuntimeError("a stream was refused or ended while the boards were opened")
    await opening
    ringing = asyncio.create_task(asyncio.to_thread(ring, seconds * 1.1, places))
    await asyncio.sleep(seconds * 0.1)  # what opening them cost is not counted
    before, asked, begun = (
        processor_seconds(pid),
        sum(len(one.answers) for one in boards),
        time.perf_counter(),
    )
    await asyncio.sleep(seconds)
    after, lasted = processor_seconds(pid), time.perf_counter() - begun
    asked = sum(len(one.answers) for one in boards) - asked
    await ringing
    for task in streams:
        task.cancel()
    await asyncio.wait(streams, timeout=30)
    site, database = ((new - old) / lasted for old, new in zip(before, after, strict=True))
    return site, database, asked


async def all_of(ready: list[asyncio.Event]) -> None:
    """Wait until every stream is open."""
    for event in ready:
        await event.wait()


async def stream(board: Board, port: int, opened: asyncio.Semaphore, ready: asyncio.Event) -> None:
    """Hold one stream and ask again whenever it rings, as the page does."""
    asking: set[asyncio.Task[None]] = set()
    async with opened:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {board.cookie}\r\n\r\n".encode()
        )
        if b" 200 " not in await reader.readline():
            raise RuntimeError("a stream was refused")
        ready.set()
    try:
        while line := await reader.readline():
            if line.startswith(b"data: ") and not board.is_asking:
                board.is_asking = True
                task = asyncio.create_task(ask(board, port))
                asking.add(task)
                task.add_done_callback(asking.discard)
    finally:
        writer.close()
        for task in asking:
            task.cancel()


async def ask(board: Board, port: int) -> None:
    """Rest as the script does, then ask for the live parts, each by its id, as `live.js` does."""
    rest = max(0.0, REST - (time.perf_counter() - board.asked_at))
    await asyncio.sleep(rest + random.random() * SPREAD)
    board.is_asking, board.asked_at = False, time.perf_counter()
    with suppress(OSError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begun = time.perf_counter()
        writer.write(
            f"GET /board HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {board.cookie}\r\n"
            f"X-Gridward-Parts: {PARTS}\r\nConnection: close\r\n\r\n".encode()
        )
        await answer(reader)
        board.answers.append(time.perf_counter() - begun)
        writer.close()


async def answer(reader: asyncio.StreamReader) -> None:
    """Read one answer to its end; anything but 200 ends the run."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuntimeError(head.partition(b"\r\n")[0].decode())
    if b"transfer-encoding: chunked" in head:
        while length := int(await reader.readline(), 16):
            await reader.readexactly(length + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))


def ring(seconds: float, places: int) -> None:
    """Close open tasks one after the other, each with its bell, in `places` grids (0: anywhere)."""
    with superuser() as cursor:
        cursor.execute("set session_replication_role = origin")
        busiest = "select area_pos from dispatch_task where state = 'open' group by 1 order by count(*) desc limit %s"
        where = f"where area_pos in ({busiest})" if places else ""
        cursor.execute(
            f"select id, area_pos from dispatch_task {where} order by hashtext(id::text) limit 5000",
            [places] if places else None,
        )
        tasks = cursor.fetchall()
        begun = time.perf_counter()
        for number in range(int(seconds * BELLS_A_SECOND)):
            task_id, pos = tasks[number % len(tasks)]
            time.sleep(max(0.0, begun + number / BELLS_A_SECOND - time.perf_counter()))
            cursor.execute(
                "with changed as (update dispatch_task set state = 'closed', closed_at = now() where id = %s)"
                " select pg_notify('gridward_live', json_build_object('topic', 'task', 'pos', %s::bigint,"
                " 'end', %s::bigint)::text)",
                [task_id, pos, pos + 1],
            )


def processor_seconds(pid: int) -> tuple[float, float]:
    """Return the processor seconds used so far by the site's process group and by the database server's processes."""
    server = int((Layout(settings.DATA).cluster / "postmaster.pid").read_text().split()[0])
    site = database = 0.0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            told = (entry / "stat").read_text().rpartition(")")[2].split()
            used = (int(told[11]) + int(told[12])) / TICKS
            if int(told[2]) == pid:
                site += used
            elif int(told[1]) == server:
                database += used
            elif int(entry.name) == server:  # and what its processes that have ended used
                database += used + (int(told[13]) + int(told[14])) / TICKS
    return site, database
