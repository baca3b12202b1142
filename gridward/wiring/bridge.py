"""
Owns the bridge between the server, which is asynchronous, and the pages, which are not.

Measured: the library's own bridge crosses between the threads four times for each request, and waits each time. Here a
small body is complete before a thread is asked, and an answer that is complete goes back in one step; what is large or
is made while it is read streams as in the library.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from a2wsgi.wsgi import Body, build_environ

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Pages = Callable[[dict[str, Any], Any], Iterable[bytes]]

#: A body up to this size is read before a thread is asked for it: photos, forms and what a phone sends; no list.
SMALL = 1 << 20


@dataclass
class _Answer:
    """What the pages answer: its head, and its body, or the rest of what is still being made."""

    head: Message
    body: bytes = b""
    is_whole: bool = True


class Bridge:
    """The pages as an asynchronous application; so many threads work at once, the others wait."""

    def __init__(self, pages: Pages, *, threads: int) -> None:
        self._pages = pages
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        body = await _body(scope, receive, loop)
        if body is None:
            return

        def hand(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(_sent(send, message), loop).result()

        environ: Any = build_environ(scope, body)  # type: ignore[arg-type]  # reads as the library's own body does
        work = partial(copy_context().run, self._answered, environ, hand)
        answer = await loop.run_in_executor(self._pool, work)
        if answer.is_whole:
            await send(answer.head)
            await send({"type": "http.response.body", "body": answer.body})

    def _answered(self, environ: dict[str, Any], hand: Callable[[Message], None]) -> _Answer:
        """Return a whole answer; one that streams goes chunk by chunk, and only its end is left."""
        head: Message = {}

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            head.update(type="http.response.start", status=int(status[:3]), headers=named)

        made = self._pages(environ, start)
        try:
            if not getattr(made, "streaming", True):
                return _Answer(head, b"".join(made))
            _streamed(head, iter(made), hand)
            return _Answer(head, is_whole=False)
        finally:
            # In this thread: a connection to the database that ends with a request is the thread's own.
            getattr(made, "close", lambda: None)()


def _streamed(head: Message, chunks: Iterator[bytes], hand: Callable[[Message], None]) -> None:
    hand(head)
    for chunk in chunks:
        hand({"type": "http.response.body", "body": chunk, "more_body": True})
    hand({"type": "http.response.body", "body": b""})


async def _sent(send: Send, message: Message) -> None:
    await send(message)


async def _body(scope: Message, receive: Receive, loop: asyncio.AbstractEventLoop) -> BytesIO | Body | None:
    """Return the body: whole where it is small, read as it is asked for where it is not; None when its sender left."""
    size = _size(scope)
    if size == 0:
        return BytesIO()
    if size is None or size > SMALL:
        return Body(loop, _coroutine(receive))  # type: ignore[arg-type]  # the same dicts, typed more narrowly
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return BytesIO(b"".join(parts))


def _size(scope: Message) -> int | None:
    """Return how large the body says it is; None where it does not say."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return None
    said = headers.get(b"content-length", b"0")
    return int(said) if said.isdigit() else None


def _coroutine(receive: Receive) -> Receive:
    """Return `receive` as a coroutine function: the server gives an awaitable, which the library does not take."""

    async def received() -> Message:
        return await receive()

    return received
