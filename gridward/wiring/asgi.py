"""
The site on one port: live streams are served here, asynchronously; everything else is Django's WSGI application.

Measured: Django behind its own ASGI handler costs two to three times the CPU on lists; this shape does not.
"""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.wiring.settings")
django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402 — stays with the imports below
from django.core.wsgi import get_wsgi_application  # noqa: E402 — stays with the imports below

from gridward.wiring import urls  # noqa: E402 — rooms need Django set up; a broken page stops the start, not a reader
from gridward.wiring.stream import Message, Receive, Send, Stream  # noqa: E402 — rooms need Django set up

_pages = WSGIMiddleware(get_wsgi_application(), workers=8)  # type: ignore[arg-type]  # Django's own typing of WSGI
_stream = Stream()
assert urls.urlpatterns  # noqa: S101 — read at the start


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await _stream.serve(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, _coroutine(receive), send)  # type: ignore[arg-type]  # the same dicts, typed more narrowly


def _coroutine(receive: Receive) -> Receive:
    """Return `receive` as a coroutine function: the server's own gives an awaitable, which a2wsgi does not take."""

    async def received() -> Message:
        return await receive()

    return received


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _stream.start()
            # What was loaded to serve stays to the end; searching all of it for cycles cost a page 100 ms now and then.
            gc.collect()
            gc.freeze()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await _stream.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
