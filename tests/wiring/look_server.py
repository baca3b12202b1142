"""A loopback server that shows the style guide under the strict policy, with synthetic tiles and a stream."""

import json
import mimetypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.template import Context, engines
from django.test import RequestFactory
from django.test.utils import override_settings
from django.utils import translation

import gridward.wiring
from tests.wiring import look_city, look_samples

STATIC = Path(gridward.wiring.__file__).parent / "static"
VENDOR = Path(os.environ.get("GRIDWARD_VENDOR", STATIC / "vendor"))
#: The place for the map's figures, which a page leaves empty and its live parts fill.
NO_FIGURES = 'id="map-figures" data-live-topic="task order" hidden></div>'
# Stricter than what the house sends: nothing here may need more.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page(language: str, order_state: str = "active", template: str = "wiring/styleguide.html") -> str:
    """Draw the style guide in one language, without the rooms behind it."""
    with override_settings(ROOT_URLCONF="tests.wiring.look_urls"), translation.override(language):
        request = RequestFactory().get("/", {"sort": "due"})
        values = {**look_samples.context(language, order_state), "request": request, "live_url": "/live"}
        return engines["django"].engine.get_template(template).render(Context(values))


class Pages(BaseHTTPRequestHandler):
    """Answers by the first part of the path."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        words = [word for word in parts.path.split("/") if word]
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        match words:
            case ["static", *below]:
                self._file(below)
            case ["tiles", _version, z, x, y]:
                row = int(y.removesuffix(".mvt"))
                self._answer(look_city.tile(int(z), int(x), row), "application/vnd.mapbox-vector-tile")
            case ["status.json"]:
                first = look_city.status("2020-02-14T14:47:00+08:00")
                self._answer(json.dumps(first).encode(), "application/json")
            case ["live"]:
                self._live()
            case []:
                drawn = page(query.get("lang", "zh-hans"), query.get("order", "active"))
                if "map-figures" in self.headers.get("X-Gridward-Parts", "").split():
                    drawn = drawn.replace(
                        NO_FIGURES, NO_FIGURES.replace("><", f">{json.dumps(self._changed())}<")
                    )
                self._answer(drawn.encode(), "text/html; charset=utf-8")
            case _:
                self._answer(
                    f"<!doctype html><title>{parts.path}</title>".encode(), "text/html; charset=utf-8"
                )

    def _changed(self) -> dict[str, object]:
        told = look_city.status("2020-02-14T14:48:00+08:00")
        return {**told, "areas": {**told["areas"], "320102": [9999, 999, 1, 10000]}}

    def _file(self, below: list[str]) -> None:
        path = VENDOR.joinpath(*below[1:]) if below[0] == "vendor" else STATIC.joinpath(*below)
        if not path.is_file():
            self.send_error(404)
            return
        kind = "text/javascript" if path.suffix == ".mjs" else mimetypes.guess_type(path.name)[0]
        self._answer(path.read_bytes(), kind or "application/octet-stream")

    def _live(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for _beat in range(600):
                if self.server.bell.wait(0.1):  # type: ignore[attr-defined]
                    self.server.bell.clear()  # type: ignore[attr-defined]
                    self.wfile.write(b'data: {"topic": "task", "pos": 1, "end": 2}\n\n')
                self.wfile.flush()
        except OSError:
            return

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class Server(ThreadingHTTPServer):
    """A server that does not mind a browser closing its stream."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.bell = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent about connections that ended; what is wrong with a page shows in the browser."""


@contextmanager
def serving() -> Iterator[Server]:
    """Serve on a free port of the loopback for the length of a block; `.bell.set()` rings the live stream."""
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
