"""
Owns live streams: one listener on the database's bell, fanned out to the open screens whose scope it meets.

A message says which topic changed, never what or where. A slow screen loses bells, not memory: each keeps at most
one waiting per topic. Refuses streams without a live session, and looks again every minute whether it still lives.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest

from gridward.kernel import clock
from gridward.kernel.actor import ANONYMOUS, Actor
from gridward.workforce import api as workforce

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 60.0
MOST_STREAMS = 2_000


@dataclass(eq=False)
class Screen:
    """One open stream: whose it is and which topics wait to be sent."""

    actor: Actor
    waiting: set[str] = field(default_factory=set)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self, topic: str, pos: int, end: int) -> None:
        """Let the topic wait when the changed range meets the actor's scope."""
        if any(scope.pos < end and pos < scope.end for scope in self.actor.scopes):
            self.waiting.add(topic)
            self.bell.set()


class Stream:
    """The open screens of this process and the one database listener that feeds them."""

    def __init__(self) -> None:
        self._screens: set[Screen] = set()
        self._pump: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start listening; called once in the process."""
        self._pump = asyncio.get_running_loop().create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening."""
        if self._pump:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

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
        for screen in self._screens:
            screen.ring(bell["topic"], bell["pos"], bell["end"])

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
        self._screens.add(screen)
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
            await self._feed(screen, scope, send, gone)
        finally:
            self._screens.discard(screen)
            gone.cancel()

    async def _feed(self, screen: Screen, scope: Message, send: Send, gone: "asyncio.Task[None]") -> None:
        checked = asyncio.get_running_loop().time()
        await _chunk(send, b"retry: 3000\n\n")
        while not gone.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(screen.bell.wait(), HEARTBEAT_SECONDS)
            screen.bell.clear()
            topics, screen.waiting = screen.waiting, set()
            at = clock.now().isoformat()
            lines = [
                b"data: " + orjson.dumps({"topic": topic, "as_of": at}) + b"\n\n" for topic in sorted(topics)
            ]
            await _chunk(send, b"".join(lines) or b": beat\n\n")
            if asyncio.get_running_loop().time() - checked > RECHECK_SECONDS:
                checked = asyncio.get_running_loop().time()
                if await asyncio.to_thread(_actor_of, scope) is ANONYMOUS:
                    break
        with contextlib.suppress(OSError, RuntimeError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


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
