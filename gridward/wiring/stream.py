"""
Owns live streams: one listener on the database's bell, fanned out to the open screens whose scope it meets.

A message says which topic changed, never what or where. A slow screen loses bells, not memory: each keeps at most
one waiting per topic. Every screen that is told asks again, so only so many are told a second, and first of all those
that were told longest ago: a quiet grid at once, a board where something happens all the time as often as there is
room. Refuses streams without a live session, and looks again every minute whether it still lives.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

import numpy as np
import orjson
import psycopg
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error, close_old_connections
from django.http import HttpRequest

from gridward.kernel import clock
from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.wiring.site import site_workers
from gridward.wiring.turns import Turns
from gridward.workforce import api as workforce

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Shorter than the half minute after which the strictest of proxies take a silent line for dead. For a thousand quiet
#: screens the beats are most of what their streams take of a core.
HEARTBEAT_SECONDS = 25.0
RECHECK_SECONDS = 60.0
MOST_STREAMS = 2_000
#: How many screens the site tells a second, and how many one process at once after a quiet while: told, a board asks
#: for its parts with the map's figures, which takes about 15 ms of a slow core: a thousand boards stay below a tenth.
TOLD_A_SECOND = 6.0
TOLD_AT_ONCE = 40
#: For how many screens one counts whose board and map are of so wide an area.
COSTS = {"city": 8.0, "district": 2.0}


@dataclass(eq=False)
class Screen:
    """One open stream: whose it is and which topics wait to be sent."""

    actor: Actor
    waiting: set[str] = field(default_factory=set)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    told_at: float = 0.0
    is_over: bool = False

    @property
    def cost(self) -> float:
        """Return for how many screens this one counts when it is told."""
        return max((COSTS.get(scope.level, 1.0) for scope in self.actor.scopes), default=1.0)

    def hear(self, topic: str) -> None:
        """Let the topic wait; it waits once, however often it rings."""
        self.waiting.add(topic)
        self.bell.set()


@dataclass(frozen=True)
class Places:
    """Where the open screens look, as columns: a bell is compared with a thousand of them in a few microseconds."""

    starts: np.ndarray[Any, np.dtype[np.int64]]
    ends: np.ndarray[Any, np.dtype[np.int64]]
    screens: tuple[Screen, ...]

    @classmethod
    def of(cls, screens: Iterable[Screen]) -> "Places":
        """Return the places of these screens, one for each scope."""
        found = [(scope.pos, scope.end, screen) for screen in screens for scope in screen.actor.scopes]
        return cls(
            np.array([pos for pos, _end, _screen in found], dtype=np.int64),
            np.array([end for _pos, end, _screen in found], dtype=np.int64),
            tuple(screen for _pos, _end, screen in found),
        )

    def met(self, pos: int, end: int) -> list[Screen]:
        """Return the screens whose scope meets `[pos, end)`; one with several scopes may come more than once."""
        return [self.screens[at] for at in np.flatnonzero((self.starts < end) & (self.ends > pos))]

    def ring(self, topic: str, pos: int, end: int) -> None:
        """Let the topic wait at every screen whose scope meets the range."""
        for screen in self.met(pos, end):
            screen.hear(topic)


class Stream:
    """The open screens of this process and the one database listener that feeds them."""

    def __init__(self) -> None:
        self._screens: set[Screen] = set()
        self._pump: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._places: Places | None = None
        self._turns = Turns(TOLD_A_SECOND / site_workers(), TOLD_AT_ONCE)

    def start(self) -> None:
        """Start listening and looking after the sessions; called once in the process."""
        self._pump = asyncio.get_running_loop().create_task(self._listen())
        self._watch = asyncio.get_running_loop().create_task(self._look_after())

    async def stop(self) -> None:
        """Stop listening."""
        for task in (self._pump, self._watch):
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _look_after(self) -> None:
        """End the streams whose session is over: one question a minute for all of them."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            keys = {screen.actor.session_key for screen in self._screens}
            with contextlib.suppress(Error):  # no database, no bells: asked again the next time
                alive = await asyncio.to_thread(_alive, keys)
                for screen in self._screens:
                    if screen.actor.session_key in keys - alive:
                        screen.is_over = True
                        screen.bell.set()

    async def _listen(self) -> None:
        entry = settings.DATABASES["default"]
        while True:
            with contextlib.suppress(psycopg.Error):
                connection = await psycopg.AsyncConnection.connect(
                    host=entry["HOST"],
                    port=entry["PORT"],
                    dbname=entry["NAME"],
                    user=entry["USER"],
                    password=entry["PASSWORD"],
                    autocommit=True,
                )
                async with connection:
                    await connection.execute("listen gridward_live")
                    async for notice in connection.notifies():
                        self._ring(notice.payload)
            # The database restarts or is gone: try again; screens catch up because a lost bell rings them all.
            await asyncio.sleep(1)
            for screen in self._screens:
                screen.waiting.add("reconnect")
                screen.bell.set()

    def _ring(self, payload: str) -> None:
        bell = orjson.loads(payload)
        if self._places is None:
            self._places = Places.of(self._screens)
        self._places.ring(bell["topic"], bell["pos"], bell["end"])

    def _come(self, screen: Screen) -> None:
        self._screens.add(screen)
        self._places = None

    def _go(self, screen: Screen) -> None:
        self._screens.discard(screen)
        self._places = None

    async def serve(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one stream until the screen or the session goes."""
        if self._pump is None:
            self.start()
        if scope["method"] != "GET":
            await _plain(send, 405)
            return
        actor = await asyncio.to_thread(_actor_of, scope)
        if actor is ANONYMOUS:
            await _plain(send, 401)
            return
        if len(self._screens) >= MOST_STREAMS:
            await _plain(send, 503)
            return
        screen = Screen(actor)
        self._come(screen)
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
            await self._feed(screen, send, gone)
        finally:
            self._go(screen)
            gone.cancel()

    async def _feed(self, screen: Screen, send: Send, gone: "asyncio.Task[None]") -> None:
        await _chunk(send, b"retry: 3000\n\n")
        while not gone.done():
            topics: set[str] = set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._its_turn(screen), HEARTBEAT_SECONDS)
                if screen.is_over:
                    break
                screen.bell.clear()
                screen.told_at = asyncio.get_running_loop().time()
                topics, screen.waiting = screen.waiting, set()
            at = clock.now().isoformat()
            lines = [
                b"data: " + orjson.dumps({"topic": topic, "as_of": at}) + b"\n\n" for topic in sorted(topics)
            ]
            await _chunk(send, b"".join(lines) or b": beat\n\n")
        with contextlib.suppress(OSError, RuntimeError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _its_turn(self, screen: Screen) -> None:
        await screen.bell.wait()
        if not screen.is_over:
            await self._turns.take(screen.told_at, screen.cost)


STREAM_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _chunk(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _plain(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _actor_of(scope: Message) -> Actor:
    """Return who asks, by the session cookie, the way a page would find out."""
    header = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    try:
        cookie = SimpleCookie(header.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ANONYMOUS
    if cookie is None:
        return ANONYMOUS
    close_old_connections()
    try:
        request = HttpRequest()
        request.session = SessionStore(cookie.value)
        return workforce.load_actor(request, clock.now())
    finally:
        close_old_connections()


def _alive(keys: Collection[str]) -> set[str]:
    """Return which of these sessions still open a scope."""
    close_old_connections()
    try:
        return workforce.sessions_alive(keys, now=clock.now())
    finally:
        close_old_connections()
