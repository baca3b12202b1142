"""
The site on one port: live streams are served here, asynchronously; everything else is Django's WSGI application.

Measured: Django behind its own ASGI handler costs two to three times the CPU on lists; this shape does not.
"""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.wiring.settings")
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 — stays with the imports below

from gridward.wiring import urls  # noqa: E402 — rooms need Django set up; a broken page stops the start, not a reader
from gridward.wiring.bridge import Bridge  # noqa: E402 — stays with the imports above
from gridward.wiring.stream import Message, Receive, Send, Stream  # noqa: E402 — rooms need Django set up

_pages = Bridge(get_wsgi_application(), threads=8)
_stream = Stream()
assert urls.urlpatterns  # noqa: S101 — read at the start


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await _stream.serve(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)


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
